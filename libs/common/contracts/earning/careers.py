"""What somebody has reached in a lifetime, and the rank an administrator gives.

| verb | request | answer |
|---|---|---|
| `career` | `Asked` | `CareerAnswer` |
| `badges` | `Asked` | `BadgesAnswer` |
| `set_rank` | `SetRankRequest` | `SetRankAnswer` |
"""

from datetime import datetime

from libs.common.contracts.base import Contract
from libs.common.contracts.owners import Asked, Done, Name


class CareerAnswer(Done):
    """Somebody's way so far; that of nobody is empty."""

    rank: str
    tier: int
    """Its place on the ladder, from 0."""
    given: bool = False
    """Whether an administrator gave it."""
    messages: int = 0
    minutes: int = 0
    streak: int = 0
    """Days in a row up to today or yesterday."""
    longest_streak: int = 0
    badges: int = 0


class Earned(Contract):
    """A badge somebody has."""

    id: str
    words: str
    coins: int
    """That came with it."""
    at: datetime


class Ahead(Contract):
    """A badge somebody may still earn."""

    words: str
    now: int
    needed: float
    coins: int


class BadgesAnswer(Done):
    earned: list[Earned]
    """In the order in which they were."""
    ahead: list[Ahead]
    hidden: int
    """How many more there are that nobody is told of."""


class SetRankRequest(Asked):
    """Give somebody a rank, as an administrator; they keep it, and rise from there."""

    target: Name
    rank: str | None = None
    """Its name, in any case of letters; None takes back what was given: then what was earned counts."""


class SetRankAnswer(Done):
    user: str
    """As the room spells it."""
    rank: str
    before: str
    given: bool
    """Whether it is more than was earned."""
