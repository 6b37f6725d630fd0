"""Asking after postings whose outcome does not come.

The ledger tells the outcome of a key once. Who has lost its own books and plays the events again asks for the same postings a second
time, and would wait for ever; so what stays open for a while is looked up by its key.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from pydantic import ValidationError

from libs.common import outbox, subjects
from libs.common.contracts.ledger_requests import PostingAnswer, PostingRequest
from libs.common.durable import Durable, Unit
from libs.common.service import NoAnswer

log = structlog.get_logger()

Ask = Callable[[str, PostingRequest, float], Awaitable[bytes]]

EVERY_SECONDS: Final = 30.0
AT_ONCE: Final = 200
_ANSWER_SECONDS: Final = 4.0


class Inquiry:
    """Settles what the ledger has settled before."""

    def __init__(self, durable: Durable, ask: Ask) -> None:
        """Take where the postings wait, and how to ask the ledger."""
        self._durable = durable
        self._ask = ask

    async def run(self) -> None:
        """Look every half a minute, until cancelled."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            try:
                while await self.settle():
                    pass
            except NoAnswer as error:
                log.info("the ledger can't be asked after open postings now", error=str(error))

    async def settle(self) -> int:
        """Settle the open postings that the ledger knows; give how many those were.

        Raises:
            NoAnswer: the ledger does not answer.
        """
        waiting = await self._durable.write(lambda unit: outbox.unsettled(unit.db, outbox.now(), AT_ONCE))
        known = [key for subject, key in waiting if await self._is_known(subject.split(".")[2], key)]
        if known:
            await self._durable.write(lambda unit: _settle(unit, known))
            log.info("settled postings whose outcome had been told before", postings=len(known))
        return len(known)

    async def _is_known(self, channel: str, key: str) -> bool:
        answer = await self._ask(subjects.ledger(channel, "earning", "posting"), PostingRequest(key=key), _ANSWER_SECONDS)
        try:
            return PostingAnswer.model_validate_json(answer).found
        except ValidationError:
            # A refusal (the channel is not configured any more) or a failure says nothing of the key.
            log.warning("the ledger does not say what became of a posting", channel=channel, key=key, answer=answer[:200])
            return False


def _settle(unit: Unit, keys: list[str]) -> None:
    for key in keys:
        unit.settle(key)
