"""What the others own, asked of them when somebody looks: a picture of the whole economy at one moment."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from libs.common.contracts.health import Health
from libs.common.contracts.ledger_requests import StatsAnswer
from services.analytics.store import Kept

T = TypeVar("T")

FRESH_SECONDS: Final = 2.0
"""A picture this young is given again: however often somebody looks, the owners are asked no more than that."""
WAIT_SECONDS: Final = 0.1
"""How long a look waits for a new picture."""
STALE_SECONDS: Final = 15.0
"""A picture older than that is not shown any more."""
ANSWER_SECONDS: Final = 2.0
"""How long an owner has to answer."""


@dataclass(frozen=True, slots=True)
class StreamState:
    """How full a stream is, and how far its readers are."""

    messages: int
    bytes: int
    bytes_max: int
    by_subject: dict[str, int]
    """Messages by subject, where that was asked."""
    consumers: dict[str, tuple[int, int]]
    """Of each consumer: messages it has not handled, and how many were delivered again."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What was known at one moment; whoever did not answer is missing."""

    channels: tuple[str, ...] = ()
    kept: Kept | None = None
    """What our own database says."""
    healths: dict[str, Health | None] = field(default_factory=dict)
    """By service; None: silent."""
    money: dict[str, StatsAnswer] = field(default_factory=dict)
    """What the ledger says, by channel."""
    streams: dict[str, StreamState] = field(default_factory=dict)
    robot_gone_seconds: dict[str, float] = field(default_factory=dict)
    """By channel: how long its robot has not been in its room, as far as we have seen; 0 while it is there."""
    backup_age_seconds: float | None = None
    """None: there was no backup."""


class Owners:
    """Who is asked: the wiring gives one coroutine for each question; each gives None where no answer came."""

    def __init__(
        self,
        kept: Callable[[], Awaitable[Kept]],
        health: dict[str, Callable[[], Awaitable[Health | None]]],
        money: dict[str, Callable[[], Awaitable[StatsAnswer | None]]],
        streams: dict[str, Callable[[], Awaitable[StreamState | None]]],
    ) -> None:
        """Take the questions, by service, channel and stream."""
        self._kept = kept
        self._health = health
        self._money = money
        self._streams = streams

    async def ask(self, robots: "Robots") -> Picture:
        """Ask everybody at once."""
        kept, healths, money, streams = await asyncio.gather(self._kept(), _all(self._health), _all(self._money), _all(self._streams))
        return Picture(
            channels=tuple(self._money),
            kept=kept,
            healths=healths,
            money={channel: answer for channel, answer in money.items() if answer is not None},
            streams={name: state for name, state in streams.items() if state is not None},
            robot_gone_seconds=robots.look(healths.get("ingest"), time.monotonic()),
        )


class Robots:
    """Since when each channel's robot is away."""

    def __init__(self, channels: tuple[str, ...], now: float) -> None:
        """Begin with robots nobody has seen yet."""
        self._there_at = dict.fromkeys(channels, now)

    def look(self, ingest: Health | None, now: float) -> dict[str, float]:
        """Give how long each robot has been gone; what ingest does not say stays open."""
        robots = ingest.details.get("robots", {}) if ingest is not None else {}
        for channel in self._there_at:
            if robots.get(channel) == "connected":
                self._there_at[channel] = now
        return {channel: now - at for channel, at in self._there_at.items()}


class Watch:
    """Gives the picture of now, quickly."""

    def __init__(self, ask: Callable[[], Awaitable[Picture]], clock: Callable[[], float] = time.monotonic) -> None:
        """Take how a new picture is made."""
        self._ask = ask
        self._clock = clock
        self._last = Picture()
        self._taken = float("-inf")
        self._asking: asyncio.Task[None] | None = None

    async def look(self) -> Picture:
        """Give a picture at most two seconds old; an older one where no new one comes in time; an empty one where that is too old.

        Raises:
            Exception: whatever a question raised, other than silence.
        """
        if self._clock() - self._taken > FRESH_SECONDS:
            if self._asking is None or self._asking.done():
                self._asking = asyncio.create_task(self._renew())
            await asyncio.wait({self._asking}, timeout=WAIT_SECONDS)
            if self._asking.done():
                self._asking.result()  # a mistake of ours is told, not covered by an older picture
        return self._last if self._clock() - self._taken <= STALE_SECONDS else Picture()

    async def _renew(self) -> None:
        self._last = await self._ask()
        self._taken = self._clock()


async def _all(questions: dict[str, Callable[[], Awaitable[T]]]) -> dict[str, T]:
    answers = await asyncio.gather(*(ask() for ask in questions.values()))
    return dict(zip(questions, answers, strict=True))
