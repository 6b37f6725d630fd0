"""What a call may use, as it is in this process: the ledger, ingest, our own database; each with the call's deadline."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal, TypeVar
from uuid import uuid4

from pydantic import ValidationError

from libs.common import subjects
from libs.common.accounts import Accounts
from libs.common.asking import Ledger, NoReplyError, RefusedError, UnknownOutcomeError, UnreachableError, asked_owner
from libs.common.config import Rules
from libs.common.contracts.analytics import ReportAnswer, ReportRequest
from libs.common.contracts.announcements import Announcement
from libs.common.contracts.base import Contract
from libs.common.contracts.ledger import AccountState, Outcome, Posting
from libs.common.contracts.ledger_requests import BanAnswer, BanRequest
from libs.common.contracts.owners import Asked, Declined
from libs.common.contracts.reload import Reloaded
from libs.common.durable import KeyConflict, Unit
from services.commands import store
from services.commands.api.calls import ApiCall, Data, Room, plainly
from services.commands.api.parameters import REQUEST_ID, ApiError
from services.commands.house import House, Nearby
from services.commands.orders import CALLER

T = TypeVar("T")
A = TypeVar("A", bound=Contract)

WAIT_SECONDS: Final = 4.0
"""A request whose owner is just restarting waits that long; kryten-py's clients give up after 5."""
RELOAD_SECONDS: Final = 4.7
"""Ingest itself waits up to 4 s for the others."""
_AGAIN_SECONDS: Final = 0.1
_NOBODY_KNOWS: Final = "the ledger does not answer, and may have done it; with a request_id it is safe to ask again"


@dataclass(frozen=True, slots=True)
class Counter:
    """What all calls share."""

    house: House
    nearby: Nearby
    accounts: Accounts

    def desk(self) -> "RequestDesk":
        """Give what one call may use; its time runs from now."""
        return RequestDesk(self)


class RequestDesk:
    """What one call may use."""

    def __init__(self, counter: Counter) -> None:
        """Take what all calls share."""
        self._house = counter.house
        self._nearby = counter.nearby
        self._accounts = counter.accounts
        self._until = time.monotonic() + WAIT_SECONDS

    @property
    def rules(self) -> Rules:
        """The configuration in force; raises ApiError before the first."""
        if self._nearby.clerk.rules is None:
            raise ApiError("starting", "the economy is starting: no configuration has been published")
        return self._nearby.clerk.rules

    @property
    def at(self) -> datetime:
        """The event time up to which everything has been read."""
        return self._nearby.clerk.last_tick or datetime.now(UTC)

    @property
    def place(self) -> tuple[int, int]:
        """Where that stands in the order of events."""
        return self._nearby.clerk.place

    @property
    def uptime_seconds(self) -> float:
        """How long this process has run."""
        return self._nearby.uptime_seconds()

    @property
    def rooms(self) -> tuple[Room, ...]:
        """The channels that are served."""
        return self._house.rooms

    @property
    def ledger(self) -> Ledger:
        """The ledger, for as long as this call waits."""
        return Ledger(self._nearby.ask, CALLER, self._left())

    def rung(self, room: Room, user: str, lifetime_earned: int) -> int:
        """Give the place of somebody's rank on the ladder."""
        return self._nearby.clerk.ladder.rung(room.token, user, lifetime_earned, self.rules)

    async def account(self, room: Room, name: str) -> AccountState | None:
        """Give a viewer's account, None where there is none."""
        return await self._accounts.find(room.token, name)

    async def post(self, call: ApiCall, posting: Callable[[str], Posting]) -> Outcome:
        """Have a posting done. With a `request_id`, a repetition sends the posting that was first kept under it.

        Raises:
            ApiError: the id was used with other contents, or nobody can say what came of it.
        """
        kept = Posting.model_validate_json(await self._kept(call, lambda key: posting(key).encode()))
        try:
            return await self.ledger.post(call.room.token, kept)
        except UnknownOutcomeError as error:
            raise ApiError("unknown_outcome", _NOBODY_KNOWS) from error

    async def sanction(self, call: ApiCall, verb: str, request: Callable[[str], BanRequest]) -> BanAnswer:
        """Have somebody banned or unbanned. With a `request_id`, a repetition sends the request that was first kept under it.

        Raises:
            ApiError: the id was used with other contents, or nobody can say what came of it.
        """
        kept = BanRequest.model_validate_json(await self._kept(call, lambda key: request(key).encode()))
        try:
            return await self.ledger.ask(call.room.token, verb, kept, BanAnswer)
        except UnreachableError as error:
            raise ApiError("unknown_outcome", _NOBODY_KNOWS) from error

    async def owner(self, call: ApiCall, service: str, verb: str, wanted: Callable[[str], Asked], answer: type[A]) -> A | Declined:
        """Ask games, shop or earning; `wanted` makes the request of its key. A repetition with the same `request_id` has the same key.

        Raises:
            ApiError: the id was used with other contents, or nobody can say what came of it.
        """
        key = f"api:{call[REQUEST_ID] or uuid4()}"
        subject = subjects.owner(service, call.room.token, verb)
        try:
            return await asked_owner(self._nearby.ask, subject, wanted(key), answer, self._until)
        except UnreachableError as error:
            raise ApiError("unknown_outcome", f"{service} does not answer; with a request_id it is safe to ask again") from error
        except RefusedError as error:
            raise ApiError("key_conflict", "this request_id was used with other parameters") from error

    async def report(self, room: Room, name: str, request: ReportRequest) -> ReportAnswer:
        """Ask analytics for a report.

        Raises:
            ApiError: it does not answer, or has no history yet.
        """
        try:
            answer = await asked_owner(self._nearby.ask, subjects.owner("analytics", room.token, name), request, ReportAnswer, self._until)
        except UnreachableError as error:
            raise ApiError("unavailable", "analytics does not answer, or is still reading the history; ask again") from error
        if isinstance(answer, Declined):
            raise ApiError("unavailable", f"analytics does not serve {name!r}")
        return answer

    async def look(
        self,
        room: Room,
        service: str,
        verb: str,
        user: str,
        answer: type[A],
        wait_seconds: float | None = None,
        *,
        wanted: Callable[[Asked], Asked] = plainly,
    ) -> A | Declined:
        """Ask games, shop or earning about a viewer, for no longer than the call or `wait_seconds` last; it changes nothing.

        Raises:
            ApiError: nobody answers.
        """
        epoch, raw = self.place
        request = wanted(Asked(key=f"look:{uuid4()}", user=user, at=self.at, epoch=epoch, raw=raw))
        until = self._until if wait_seconds is None else min(self._until, time.monotonic() + wait_seconds)
        try:
            return await asked_owner(self._nearby.ask, subjects.owner(service, room.token, verb), request, answer, until)
        except UnreachableError as error:
            raise ApiError("unavailable", f"{service} does not answer; ask again in a moment") from error

    async def announce(self, call: ApiCall, announcement: Callable[[str], Announcement]) -> None:
        """Put an announcement into the outbox; under a `request_id` only once.

        Raises:
            ApiError: the id was used with other contents, or our own database does not answer.
        """

        def say(unit: Unit, key: str) -> bytes:
            unit.announce(announcement(key))
            return b""

        await self._written(lambda unit: _once(unit, call, lambda key: say(unit, key)), silent="unknown_outcome")

    async def reload(self, by: str) -> Reloaded:
        """Have the configuration read anew; an ingest that is just restarting is waited for. What is done is noted in every channel.

        Raises:
            ApiError: it did not answer in time, or our own database does not.
        """
        done = await self._reloaded()
        if done.success:
            await self.note(by, "reload", *self.rooms)
        return done

    async def _reloaded(self) -> Reloaded:
        until = time.monotonic() + RELOAD_SECONDS
        while (left := until - time.monotonic()) > 0:
            try:
                return Reloaded.model_validate_json(await self._nearby.ask(subjects.INGEST_RELOAD, b"{}", left))
            except (NoReplyError, ValidationError):
                await asyncio.sleep(min(_AGAIN_SECONDS, left))
        raise ApiError("unknown_outcome", "ingest did not answer in time; ask again, nothing can be done twice")

    async def starting(self) -> str | None:
        """Say what has not been ready since the start."""
        return await self._house.starting()

    async def health(self) -> Data:
        """Give the data of `system.health`."""
        return await self._house.health()

    async def note(self, by: str, command: str, *rooms: Room) -> None:
        """Note for `audit-log` what was done.

        Raises:
            ApiError: our own database does not answer.
        """
        deed = store.Deed(self.at, by, command)

        def write(unit: Unit) -> None:
            for room in rooms:
                store.note(unit.db, room.token, deed)

        await self._written(write, silent="unknown_outcome")

    async def _kept(self, call: ApiCall, request: Callable[[str], bytes]) -> bytes:
        if call[REQUEST_ID] is None:
            # No repetition can be told from a second request, so nothing need be kept: the caller owns the retry.
            return request(f"api:{uuid4()}")
        return await self._written(lambda unit: _once(unit, call, request), silent="unavailable")

    async def _written(self, work: Callable[[Unit], T], *, silent: Literal["unavailable", "unknown_outcome"]) -> T:
        try:
            return await asyncio.wait_for(self._nearby.writer.write(work), self._left())
        except KeyConflict as error:
            raise ApiError("key_conflict", "this request_id was used with other parameters") from error
        except TimeoutError as error:
            raise ApiError(silent, "the database of `commands` does not answer; ask again with the same request_id") from error

    def _left(self) -> float:
        return max(0.0, self._until - time.monotonic())


def _once(unit: Unit, call: ApiCall, work: Callable[[str], bytes]) -> bytes:
    """Do it under the call's `request_id`, over all channels and viewers; without one, do it."""
    request_id = call[REQUEST_ID]
    if request_id is None:
        return work(f"api:{uuid4()}")
    key = f"api:{request_id}"
    return unit.once(key, call.contents(), lambda: work(key))
