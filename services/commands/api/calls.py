"""A command of the API, one call of it, and what a call may use."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar

from libs.common.asking import Ledger
from libs.common.config import Rules
from libs.common.contracts.analytics import ReportAnswer, ReportRequest
from libs.common.contracts.announcements import Announcement
from libs.common.contracts.base import Contract
from libs.common.contracts.ledger import AccountState, Outcome, Posting
from libs.common.contracts.ledger_requests import BanAnswer, BanRequest
from libs.common.contracts.owners import Asked, Declined
from libs.common.contracts.reload import Reloaded
from services.commands.api.codes import Code
from services.commands.api.parameters import REQUEST_ID, Parameter

T = TypeVar("T")
A = TypeVar("A", bound=Contract)

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Room:
    """A configured channel."""

    token: str
    name: str


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One request for a command."""

    command: "ApiCommand"
    given: Mapping[str, Any]
    room: Room
    """The channel it concerns; an empty one for commands that need none."""

    def __getitem__(self, parameter: Parameter[T]) -> T:
        """Read a parameter; raises ApiError where it does not fit."""
        return parameter.read(self.given.get(parameter.name))

    def contents(self) -> bytes:
        """Give what a repetition under the same `request_id` must repeat: command, channel and parameters, by what they mean."""
        said = {p.name: p.canonical(self[p]) for p in self.command.parameters if p is not REQUEST_ID}
        return json.dumps([self.command.name, self.room.token, said]).encode()


def plainly(asked: Asked) -> Asked:
    """Leave a request as it is: only who asks."""
    return asked


class Surroundings(Protocol):
    """What a call may use. Whatever is asked of somebody else has a deadline, and raises ApiError behind it."""

    @property
    def rules(self) -> Rules:
        """The configuration in force."""

    @property
    def at(self) -> datetime:
        """The event time up to which everything has been read."""

    @property
    def place(self) -> tuple[int, int]:
        """Where that stands in the order of events (epoch, raw), for an owner to decide behind it."""

    @property
    def uptime_seconds(self) -> float:
        """How long this process has run."""

    @property
    def rooms(self) -> tuple[Room, ...]:
        """The channels that are served."""

    @property
    def ledger(self) -> Ledger:
        """The ledger, for questions."""

    def rung(self, room: Room, user: str, lifetime_earned: int) -> int:
        """Give the place on the ladder, from 0, of the rank of somebody who has earned so much."""

    async def account(self, room: Room, name: str) -> AccountState | None:
        """Give a viewer's account, None where there is none."""

    async def post(self, call: ApiCall, posting: Callable[[str], Posting]) -> Outcome:
        """Have a posting done, under a key made of the call's `request_id`; the same id with other contents raises ApiError."""

    async def sanction(self, call: ApiCall, verb: str, request: Callable[[str], BanRequest]) -> BanAnswer:
        """Have somebody banned or unbanned, likewise."""

    async def owner(self, call: ApiCall, service: str, verb: str, wanted: Callable[[str], Asked], answer: type[A]) -> A | Declined:
        """Ask games, shop or earning, under a key made of the call's `request_id`; they see to it that it is done once."""

    async def report(self, room: Room, name: str, request: ReportRequest) -> ReportAnswer:
        """Ask analytics for a report; raises ApiError where it can't tell."""

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

        `wanted` makes of who asks what the verb takes.
        """

    async def announce(self, call: ApiCall, announcement: Callable[[str], Announcement]) -> None:
        """Have something said, likewise."""

    async def reload(self, by: str) -> Reloaded:
        """Have the configuration read anew; who wanted it is noted for `audit-log`."""

    async def note(self, by: str, command: str, *rooms: Room) -> None:
        """Note for `audit-log` what was done; for what no other book tells of."""

    async def starting(self) -> str | None:
        """Say what has not been ready since the start, if anything."""

    async def health(self) -> Data:
        """Give the data of `system.health`."""


@dataclass(frozen=True, slots=True)
class ApiCommand:
    """One command of the API, with all that the reference says of it."""

    name: str
    about: str
    run: Callable[[ApiCall, Surroundings], Awaitable[Data]]
    answer: Mapping[str, str]
    """The fields of `data`, `a[].b` for those in a list, and what each one is."""
    parameters: tuple[Parameter[Any], ...] = ()
    codes: tuple[Code, ...] = field(default=())
    """What it may be refused with, beside what any command may."""
    needs_channel: bool = True
