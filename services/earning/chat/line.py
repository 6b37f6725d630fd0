"""A counted line, and an answer of the robot's, as the triggers see them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from services.earning.media.playing import Play
from services.earning.pay.awards import Award


class Person(NamedTuple):
    """Somebody who can be paid."""

    user: str
    """Folded."""
    name: str
    """As it is spelt."""


class Joke(NamedTuple):
    """A line others may laugh about."""

    id: str
    teller: Person


class Newcomer(NamedTuple):
    """Somebody who has just arrived, and whom nobody has greeted."""

    user: str
    arrival: str
    """The arrival's id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was said in a room, once."""

    channel: str
    id: str
    """The line's own, however often it is repeated."""
    cause: str
    """The id of its event."""
    at: datetime
    """When it was said."""
    date: str
    """Of that, in the economy's time zone."""
    speaker: Person
    """Who wrote the line; or whom it answers, where it is the robot's."""

    def award(self, trigger: str, amount: Decimal | int, reason: str, *, to: Person | None = None, **more: Any) -> Award:
        """Give what a trigger awards for it: to its speaker, or, because of them, to somebody else; `more` goes into the award."""
        paid = to or self.speaker
        return Award(
            user=paid.user,
            name=paid.name,
            key=f"chat:{self.channel}:{self.id}:{trigger}:{paid.user}",
            type="earn",
            trigger=trigger,
            amount=amount,
            at=self.at,
            reason=reason,
            cause=self.cause,
            related=None if to is None else self.speaker.name,
            **more,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Line(Said):
    """A line that may earn: no command, not blank, by somebody with a part in the economy. All others in it are such that can be paid."""

    length: int
    """In characters, white space and drawn out letters cut short."""
    claimed: frozenset[str] = frozenset()
    """What its speaker had of what can be had once a day."""
    silence_us: int | None = None
    """How long nobody had said anything that counts; None while that is unknown."""
    playing: Play | None = None
    """What played when it was said."""
    joke: Joke | None = None
    """What it laughs about, where it laughs."""
    praised: tuple[Person, ...] = ()
    """Whose name stands in it with `++`."""
    named: tuple[Person, ...] = ()
    """Who else in the room is named in it."""
    newcomers: tuple[Newcomer, ...] = ()
    """Whom it greets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Said):
    """A line by the robot that answers somebody."""
