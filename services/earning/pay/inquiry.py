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
from libs.common.contracts.ledger import Transaction
from libs.common.contracts.ledger_requests import PostingAnswer, PostingRequest
from libs.common.durable import Durable, Unit
from libs.common.service import NoAnswer

log = structlog.get_logger()

Ask = Callable[[str, PostingRequest, float], Awaitable[bytes]]
Refused = Callable[[Unit, Transaction], None]
"""What is to be done where a posting was refused, ahead of settling it."""

EVERY_SECONDS: Final = 30.0
AT_ONCE: Final = 200
_ANSWER_SECONDS: Final = 4.0


class Inquiry:
    """Settles what the ledger has settled before."""

    def __init__(self, durable: Durable, ask: Ask, refused: Refused) -> None:
        """Take where the postings wait, how to ask the ledger, and who takes back what was refused."""
        self._durable = durable
        self._ask = ask
        self._refused = refused

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
        answers = [(key, await self._found(subject.split(".")[2], key)) for subject, key in waiting]
        known = [(key, answer) for key, answer in answers if answer is not None]
        if known:
            await self._durable.write(lambda unit: self._settle(unit, known))
            log.info("settled postings whose outcome had been told before", postings=len(known))
        return len(known)

    async def _found(self, channel: str, key: str) -> PostingAnswer | None:
        answer = await self._ask(subjects.ledger(channel, "earning", "posting"), PostingRequest(key=key), _ANSWER_SECONDS)
        try:
            found = PostingAnswer.model_validate_json(answer)
        except ValidationError:
            # A refusal (the channel is not configured any more) or a failure says nothing of the key.
            log.warning("the ledger does not say what became of a posting", channel=channel, key=key, answer=answer[:200])
            return None
        return found if found.found else None

    def _settle(self, unit: Unit, known: list[tuple[str, PostingAnswer]]) -> None:
        for key, answer in known:
            if answer.transaction is not None and answer.transaction.kind == "refused":
                self._refused(unit, answer.transaction)
            unit.settle(key)
