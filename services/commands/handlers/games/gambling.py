"""`gambling`: what one ever played."""

from libs.common.config import Rules
from libs.common.contracts.games import TOTALS, TotalsAnswer, TotalsRequest
from libs.common.contracts.owners import Declined
from services.commands.arguments import Nothing
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies.declined import declined
from services.commands.replies.games import gambling as words


async def run(call: Call[Nothing], office: Office) -> Answer:
    """Tell it game by game, and all together."""
    answer = await office.owner("games", call.channel, TOTALS, call.asks(TotalsRequest), TotalsAnswer)
    if isinstance(answer, Declined):
        return Answer(declined(answer, call.rules.currency), outcome=answer.code)
    if not answer.games:
        return Answer(words.nothing_yet(), outcome="no_rounds")
    return Answer(words.totals(answer.games, call.rules.currency))


def offered(rules: Rules) -> bool:
    """Tell whether anything is played here."""
    return rules.gambling.enabled


COMMAND = Command(
    name="gambling",
    aliases=("stats",),
    help="How your games went so far.",
    arguments=Nothing,
    run=run,
    section="Games",
    needs_ledger=False,
    offered=offered,
)
