"""A room's talk as events: the same each time, and of all sorts, so that every trigger has something to look at."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from libs.common.contracts.events import Chat, Checkpoint, Event, Join, Leave, MediaChange, Tick, Viewer

CHANNEL: Final = "testroom"
_SAID: Final = (
    "hm",
    "a line of chat that is just long enough to be paid for as a long one",
    "lol",
    "hello {other}",
    "{other}++ for that one",
    "did you see that, {other}?",
    "https://media.giphy.com/media/abc/giphy.gif",
    "this is the best part of the film, wait for it",
)
_STAY: Final = 4
"""Of so many viewers one comes or goes each hour."""


def said(number: int, viewers: int) -> tuple[str, str]:
    """Give who says what, in the line of that number."""
    other = f"viewer{(number * 7 + 1) % viewers}"
    return f"viewer{number % viewers}", _SAID[number % len(_SAID)].format(other=other)


class Recording:
    """Some days of a room: ticks every two seconds, talk, films, and viewers who come and go."""

    def __init__(self, begins: datetime, viewers: int, lines_a_day: int, seed: int = 1) -> None:
        """Take when it begins, how many viewers there are (half of them at a time), and how much they talk."""
        self.begins = begins
        self._viewers = viewers
        self._every = 86_400 // lines_a_day
        self._random = random.Random(seed)
        self._here = {f"viewer{number}" for number in range(0, viewers, 2)}
        self._raw = 1
        self._lines = 0

    def play(self, days: int) -> Iterator[Event]:
        """Give the events, in order."""
        for second in range(0, days * 86_400, 2):
            at = self.begins + timedelta(seconds=second)
            if second % 3_600 == 0:
                yield from self._hour(at)
            if second % 7_200 == 60:
                yield MediaChange(
                    **self._base(at), type="yt", media_id=f"{second}", title="A film", seconds=6_000, position_seconds=0, paused=False
                )
            if second % self._every < 2:
                self._lines += 1
                user, text = said(self._lines, self._viewers)
                if user in self._here:
                    yield Chat(**self._base(at), user=user, rank=1, text=text, html=text, time=at)
            yield Tick(**self._base(at, "@all"), robots={CHANNEL: "connected"})

    def _hour(self, at: datetime) -> Iterator[Event]:
        users = [Viewer(user=user, rank=1) for user in sorted(self._here)]
        yield Checkpoint(**self._base(at, proof=False), users=users, ranks={}, lines=[])
        for _ in range(self._viewers // _STAY):
            user = f"viewer{self._random.randrange(self._viewers)}"
            if user in self._here:
                self._here.discard(user)
                yield Leave(**self._base(at), user=user)
            else:
                self._here.add(user)
                yield Join(**self._base(at), user=user, rank=1)

    def _base(self, at: datetime, channel: str = CHANNEL, *, proof: bool = True) -> dict[str, Any]:
        self._raw += 1
        told = proof and channel != "@all"
        return {"id": f"e{self._raw}", "epoch": 1, "raw": self._raw, "channel": channel, "at": at, "proof": told}
