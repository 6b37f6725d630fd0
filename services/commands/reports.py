"""What reports ask of others than the ledger. One shape for the rows of each report of analytics, as far as it is told on."""

from datetime import datetime
from typing import Final, TypeVar

from libs.common.asking import RefusedError, UnreachableError
from libs.common.contracts.analytics import ReportAnswer, ReportRequest
from libs.common.contracts.base import Contract
from libs.common.contracts.owners import Declined
from services.commands.registry import Office

R = TypeVar("R", bound=Contract)

WAIT_SECONDS: Final = 3.0
"""How long somebody is waited for without whom all the rest can be told."""


class User(Contract):
    """A viewer's account as it was at a moment."""

    account: str
    balance: int
    held: int
    earned: int
    spent: int
    wagered: int
    won: int
    entries: int
    first: datetime | None = None


class Trigger(Contract):
    """What viewers were paid for."""

    trigger: str
    hits: int
    viewers: int
    coins: int


class Game(Contract):
    """What a game kept."""

    game: str
    rounds: int
    players: int
    staked: int
    paid: int
    rake: int
    kept: int
    edge_percent: float | None = None
    edge_within_percent: float | None = None


class Participation(Contract):
    """Who did something, rather than only being there."""

    chose: int


async def rows(office: Office, channel: str, report: str, request: ReportRequest, row: type[R]) -> list[R] | None:
    """Give the rows of a report; None where analytics can't tell now."""
    answer = await told(office, "analytics", channel, report, request, ReportAnswer)
    return None if answer is None else read(answer, row)


async def told(office: Office, service: str, channel: str, verb: str, request: Contract, answer: type[R]) -> R | None:
    """Give what a service tells that a report can do without; None where it can't tell now."""
    try:
        found = await office.owner(service, channel, verb, request, answer, WAIT_SECONDS)
    except (UnreachableError, RefusedError):
        return None
    return None if isinstance(found, Declined) else found


def read(answer: ReportAnswer, row: type[R]) -> list[R]:
    """Read the rows of an answer."""
    return [row.model_validate(each) for each in answer.rows]
