"""What the others own, asked of them when somebody looks: a picture of the whole economy at one moment."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from libs.common.contracts.health import Health
from libs.common.contracts.ledger_requests import StatsAnswer
from services.analytics.store import Kept

T = TypeVar("T")
Healths = Mapping[str, Health | None]
"""By service; None: silent."""

FRESH_SECONDS: Final = 2.0
"""A picture this young is given again: however often somebody looks, the owners are asked no more than that."""
ANSWER_SECONDS: Final = 0.4
"""How long each owner has to answer; who takes longer is silent in this picture, and nobody else for it."""


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
    """What our own database says; what it said last, where it is busy."""
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
        kept: Callable[[Healths], Awaitable[Kept]],
        health: dict[str, Callable[[], Awaitable[Health | None]]],
        money: dict[str, Callable[[], Awaitable[StatsAnswer | None]]],
        streams: dict[str, Callable[[], Awaitable[StreamState | None]]],
    ) -> None:
        """Take the questions, by service, channel and stream; our own database takes what the services say of themselves."""
        self._kept = kept
        self._health = health
        self._money = money
        self._streams = streams
        self._read: Kept | None = None
        self._reading: asyncio.Task[None] | None = None

    async def ask(self, robots: "Robots") -> Picture:
        """Ask everybody at once, then our own database.

        Raises:
            Exception: whatever a question raised, other than silence.
        """
        healths, money, streams = await asyncio.gather(_all(self._health), _all(self._money), _all(self._streams))
        kept = await self._ours(healths)
        return Picture(
            channels=tuple(self._money),
            kept=kept,
            healths=healths,
            money={channel: answer for channel, answer in money.items() if answer is not None},
            streams={name: state for name, state in streams.items() if state is not None},
            robot_gone_seconds=robots.look(healths.get("ingest"), time.monotonic()),
        )

    async def _ours(self, healths: Healths) -> Kept | None:
        """Read our own database; what was counted once is shown from then on, also while it is too busy to be read."""
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._renew(healths))
        await asyncio.wait({self._reading}, timeout=ANSWER_SECONDS)
        if self._reading.done():
            self._reading.result()  # a mistake of ours is told, not covered by what was read before
        return self._read

    async def _renew(self, healths: Healths) -> None:
        self._read = await self._kept(healths)


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
    """Gives the picture of now, and takes it no more often than needed."""

    def __init__(self, ask: Callable[[], Awaitable[Picture]], clock: Callable[[], float] = time.monotonic) -> None:
        """Take how a new picture is made."""
        self._ask = ask
        self._clock = clock
        self._taken = float("-inf")
        self._asking: asyncio.Task[None] | None = None
        self.last = Picture()
        """The picture taken last; empty before the first."""

    async def look(self) -> Picture:
        """Give a picture at most two seconds old.

        Raises:
            Exception: whatever a question raised, other than silence.
        """
        if self._clock() - self._taken > FRESH_SECONDS:
            if self._asking is None or self._asking.done():
                self._asking = asyncio.create_task(self._renew())
            await asyncio.shield(self._asking)  # others may look at the same time
        return self.last

    async def _renew(self) -> None:
        self.last = await self._ask()
        self._taken = self._clock()


async def _all(questions: dict[str, Callable[[], Awaitable[T | None]]]) -> dict[str, T | None]:
    answers = await asyncio.gather(*(_in_time(ask) for ask in questions.values()))
    return dict(zip(questions, answers, strict=True))


async def _in_time(ask: Callable[[], Awaitable[T | None]]) -> T | None:
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            return await ask()
    except TimeoutError:
        return None
