"""How owners are asked: with a deadline, again and again until then, and with the truth at the end of it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final, Literal, TypeVar

import structlog
from pydantic import ValidationError

from libs.common import subjects
from libs.common.contracts.base import Contract
from libs.common.contracts.ledger import AccountState, Outcome, Posting, Refusal
from libs.common.contracts.ledger_requests import (
    AccountAnswer,
    AccountRequest,
    Answer,
    BanAnswer,
    BanRequest,
    CancelAnswer,
    CancelRequest,
    Refused,
)
from libs.common.contracts.owners import Declined, read_answer

log = structlog.get_logger()

_ATTEMPT_SECONDS: Final = 2.0
_OWNER_SECONDS: Final = 4.0
"""An owner asks the ledger in turn, and says by itself that it takes longer."""
_DELAY_SECONDS: Final = 0.05
_DELAY_SECONDS_MAX: Final = 1.0
_CANCEL_SECONDS: Final = 0.5
"""The least time left for taking back what was not answered."""

A = TypeVar("A", bound=Contract)


class UnreachableError(Exception):
    """An owner did not answer in time. Unless the text says otherwise, what was asked of it had no effect, or none that counts."""


class UnknownOutcomeError(Exception):
    """A change was asked for, neither it nor its cancellation was answered: whether it was done is not known yet."""


class RefusedError(Exception):
    """The owner does not serve this request."""

    def __init__(self, refusal: Refusal, detail: str | None) -> None:
        """Take why, of the ledger's closed set, and its words for operators."""
        super().__init__(detail or refusal)
        self.refusal = refusal


class NoReplyError(Exception):
    """One attempt had no answer that could be read."""


Ask = Callable[[str, Contract | bytes, float], Awaitable[bytes]]
"""One request: subject, message, seconds to wait.

Raises:
    NoReplyError: no answer came.
"""


class Ledger:
    """The ledger, for as long as one question is worth an answer."""

    def __init__(self, ask: Ask, caller: str, wait_seconds: float) -> None:
        """Take how to ask, in whose name, and how long from now on the answer is waited for."""
        self._ask = ask
        self._caller = caller
        self._until = time.monotonic() + wait_seconds

    async def account(self, channel: str, name: str) -> AccountState | None:
        """Give the account as it stands, None where there is none.

        Raises:
            UnreachableError: no answer came in time.
            RefusedError: the ledger does not serve it.
        """
        return (await self.ask(channel, "account", AccountRequest(account=name), AccountAnswer)).account

    async def ask(self, channel: str, verb: str, request: Contract, answer: type[A]) -> A:
        """Ask anything that changes nothing.

        Raises:
            UnreachableError: no answer came in time.
            RefusedError: the ledger does not serve it.
        """
        return await self._asked(channel, verb, request, answer, self._until)

    async def post(self, channel: str, posting: Posting) -> Outcome:
        """Have a posting done. After the deadline its key is taken back, so the outcome is the truth whatever it says.

        Raises:
            UnknownOutcomeError: the ledger stayed silent even on that.
        """
        try:
            return await self._asked(channel, "post", posting, Outcome, self._until)
        except UnreachableError:
            return await self._taken_back(channel, posting)

    async def _taken_back(self, channel: str, posting: Posting) -> Outcome:
        until = max(self._until, time.monotonic()) + _CANCEL_SECONDS
        try:
            answer = await self._asked(channel, "cancel", CancelRequest(key=posting.key), CancelAnswer, until)
        except (UnreachableError, RefusedError) as error:
            raise UnknownOutcomeError(str(error)) from error
        if answer.outcome is not None:
            return answer.outcome
        return Outcome(ok=False, key=posting.key, refusal="cancelled", detail="the ledger did not answer in time")

    async def sanction(self, channel: str, verb: Literal["ban", "unban"], request: BanRequest) -> BanAnswer:
        """Ban or unban somebody; the key makes a repetition harmless.

        Raises:
            UnknownOutcomeError: no answer came in time. A sanction can't be taken back: it is to be asked for again.
            RefusedError: the ledger does not serve it.
        """
        try:
            return await self._asked(channel, verb, request, BanAnswer, self._until)
        except UnreachableError as error:
            raise UnknownOutcomeError(str(error)) from error

    async def _asked(self, channel: str, verb: str, request: Contract, answer: type[A], until: float) -> A:
        return await asked(self._ask, subjects.ledger(channel, self._caller, verb), request, answer, until)


async def asked(
    ask: Ask, subject: str, request: Contract | bytes, answer: type[A], until: float, attempt_seconds: float = _ATTEMPT_SECONDS
) -> A:
    """Ask an owner, again and again until `until` (monotonic seconds); only for what may be asked twice.

    Raises:
        UnreachableError: no answer that can be read came in time.
        RefusedError: the ledger says no.
    """
    delay = _DELAY_SECONDS
    while True:
        left = until - time.monotonic()
        if left <= 0:
            raise UnreachableError(f"no answer on {subject!r} in time")
        try:
            return _read(await ask(subject, request, min(left, attempt_seconds)), answer)
        except NoReplyError:
            await asyncio.sleep(max(0.0, min(delay, until - time.monotonic())))
            delay = min(delay * 2, _DELAY_SECONDS_MAX)


async def asked_owner(ask: Ask, subject: str, request: Contract | bytes, answer: type[A], until: float) -> A | Declined:
    """Ask an owner other than the ledger, likewise. Only for what it does once under its key, or what changes nothing.

    Raises:
        UnreachableError: no answer that can be read came in time; what was asked may have been done, or be done later.
        RefusedError: the key was used with other contents.
    """
    delay = _DELAY_SECONDS
    while True:
        left = until - time.monotonic()
        if left <= 0:
            raise UnreachableError(f"no answer on {subject!r} in time")
        try:
            body = await ask(subject, request, min(left, _OWNER_SECONDS))
            return _read_owners(body, answer)
        except NoReplyError:
            await asyncio.sleep(max(0.0, min(delay, until - time.monotonic())))
            delay = min(delay * 2, _DELAY_SECONDS_MAX)


def _read_owners(body: bytes, answer: type[A]) -> A | Declined:
    try:
        return read_answer(body, answer)
    except ValidationError as error:
        if b'"key_conflict"' in body:
            raise RefusedError("key_conflict", "the key was used with other contents") from error
        if b'"success":false' not in body:  # that would be an owner who can't serve it yet, and says so
            log.warning("an owner's answer can't be read, and is asked for again", answer=answer.__name__, error=str(error))
        raise NoReplyError(str(error)) from error


def _read(body: bytes, answer: type[A]) -> A:
    """Read an answer.

    Raises:
        RefusedError: it says so.
        NoReplyError: it is none that can be read, as when the ledger failed on the way.
    """
    try:
        if issubclass(answer, Answer) and not Answer.model_validate_json(body).ok:
            refused = Refused.model_validate_json(body)
            raise RefusedError(refused.refusal, refused.detail)
        return answer.model_validate_json(body)
    except ValidationError as error:
        raise NoReplyError(str(error)) from error
