"""What reports ask of others than the ledger. One shape for the rows of each report of analytics, as far as it is told on."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, TypeVar

from pydantic import BaseModel

from libs.common.asking import RefusedError, UnreachableError
from libs.common.config import Rules
from libs.common.config.effect import is_built, reason
from libs.common.contracts.analytics import ReportAnswer, ReportRequest
from libs.common.contracts.base import Contract
from libs.common.contracts.earning.triggers import TriggerTally
from libs.common.contracts.owners import Declined
from services.commands.registry import Office

R = TypeVar("R", bound=Contract)

_FAMILIES: Final = ("chat", "content", "social")
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
    carried: int = 0
    """By earning's count: how often it came to a fraction only."""
    capped: int = 0
    """Likewise: how often to nothing, since a limit was reached."""


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


def with_tallies(rows: Sequence[Trigger], tallies: Sequence[TriggerTally]) -> list[Trigger]:
    """Add earning's count to what the books say; what it only carried or capped has rows of its own, at the end."""
    counted = {tally.trigger: tally for tally in tallies}
    booked = [row.model_copy(update=_counts(counted.pop(row.trigger, None))) for row in rows]
    idle = (Trigger(trigger=each.trigger, hits=0, viewers=each.viewers, coins=0) for each in tallies if each.trigger in counted)
    return [*booked, *(row.model_copy(update=_counts(counted[row.trigger])) for row in idle)]


def dead(rows: Sequence[Trigger], rules: Rules) -> list[str]:
    """Give the triggers that would pay, and of which nothing came, be it a fraction or a limit that was reached."""
    alive = {row.trigger for row in rows if row.hits or row.carried or row.capped}
    return [trigger for trigger in enabled(rules) if trigger not in alive]


def enabled(rules: Rules) -> Iterator[str]:
    """Give the triggers that would pay now, under the configuration in force."""
    if rules.presence.base_rate_per_minute:
        yield "presence.base"
    yield from (f"dwell.{hours}h" for hours, coins in sorted(rules.presence.hourly_milestones.items()) if coins)
    for family in _FAMILIES:
        section: BaseModel = getattr(rules, f"{family}_triggers")
        if is_built(f"{family}_triggers"):
            names = type(section).model_fields
            able = (name for name in names if reason(f"{family}_triggers.{name}") is None)
            yield from (f"{family}.{name}" for name in able if getattr(getattr(section, name), "enabled", False))


def _counts(tally: TriggerTally | None) -> dict[str, int]:
    return {} if tally is None else {"carried": tally.carried, "capped": tally.capped}


def read(answer: ReportAnswer, row: type[R]) -> list[R]:
    """Read the rows of an answer."""
    return [row.model_validate(each) for each in answer.rows]
