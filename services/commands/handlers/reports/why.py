"""`why`: whether one's minutes are paid, what was had for today, and what came last."""

import asyncio
from typing import Final

from libs.common.contracts.earning import WhyAnswer, WhyRequest
from libs.common.contracts.ledger_requests import HistoryAnswer, HistoryRequest
from services.commands.arguments import Nothing
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies.reports import why as words

ENTRIES: Final = 3


async def run(call: Call[Nothing], office: Office) -> Answer:
    """Tell it."""
    seen, history = await asyncio.gather(
        office.earning(call.channel, "why", WhyRequest(user=call.user, at=call.at), WhyAnswer),
        office.ledger(call.channel, "history", HistoryRequest(account=call.user, limit=ENTRIES), HistoryAnswer),
    )
    return Answer(words.why(seen, history.rows, call.rules), outcome=seen.obstacle or "ok")


COMMAND = Command(
    name="why",
    help="Whether your minutes are paid, and if not, why not; what you had today, and what came last.",
    arguments=Nothing,
    run=run,
)
