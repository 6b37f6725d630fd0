"""One play of a thing: when it began, whether it still goes on, and who was there for how much of it.

CyTube says again what plays whenever the robot connects, so the same play is known by where it stands: the thing is the same, and it
began when it is known to have begun. Of live media it never says where they stand (0, always); there the thing alone decides.

Pauses are not seen: what is paused is taken to go on, until the robot connects anew and hears where the play really stands. From then
on it counts as another play, begun that much later; the one before has not ended, so nobody is paid for it twice.

Times are microseconds since 1970.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from services.earning.times import MINUTE_US, SECOND_US

_SAME_US: Final = 10 * SECOND_US
"""Beginnings so close are one."""
_PAUSES_US: Final = 60 * MINUTE_US
"""So long after its end a thing is taken to be still playing, having been paused; then there was nothing after it."""
_LONGEST_SECONDS: Final = 10 * 366 * 86_400
"""What is said to be longer, or to stand farther, is not believed: it would not fit into a database."""
_TITLE_MAX: Final = 80

Span = tuple[int, int]


class Media(NamedTuple):
    """What CyTube says to play now."""

    type: str
    id: str
    title: str
    seconds: float
    """Its length; 0 for live media."""
    position_seconds: float
    """Negative shortly before it begins."""


class Play(NamedTuple):
    """One play of a thing."""

    id: str
    """Of the event that told of it first."""
    type: str
    media_id: str
    title: str
    length: int
    """0 for live media."""
    start: int
    """When it stood at 0, or will."""
    since: int
    """From when on it counts: its start, unless something else still played then."""
    changed: int
    """When it took the place of what played before."""
    seen: int | None = None
    """When the robot last saw it play, where its session broke since; None while it does."""
    ended: int | None = None
    """When something else took its place."""

    @property
    def name(self) -> str:
        """Give its title, as far as there is room for it."""
        return _cut(self.title or self.media_id)

    @property
    def over(self) -> int:
        """Give when it was over: it can't have lasted longer than it is long, even where nothing is known to have come after it."""
        end = self.start + self.length
        return end if self.ended is None else min(self.ended, end)

    @property
    def is_live(self) -> bool:
        """Tell whether it has no end."""
        return not self.length

    def plays(self, at: int) -> bool:
        """Tell whether it plays at `at`, as far as anybody can know: clocks of the site and of the robot need not agree to the second."""
        began = at >= self.changed - _SAME_US
        return began and self.ended is None and (self.is_live or at <= self.start + self.length + _PAUSES_US)

    def is_still(self, media: Media, at: int) -> bool:
        """Tell whether what is told at `at` is this play, told again."""
        if (self.type, self.media_id) != (media.type, media.id) or self.ended is not None:
            return False
        return (self.is_live and not _length(media)) or abs(_start(media, at) - self.start) <= _SAME_US

    def is_moved(self, media: Media, at: int) -> bool:
        """Tell whether what is told at `at` is this play after a pause or a jump: it stands where none begins, and is not the next one."""
        same = (self.type, self.media_id) == (media.type, media.id) and not self.is_live
        start = _start(media, at)
        return same and at - start > _SAME_US and start < self.start + self.length


def begun(event_id: str, media: Media, at: int, before: Play | None = None) -> Play:
    """Give the play that is told of first at `at`, given what played before it (ended, or moved)."""
    start = _start(media, at)
    earliest = start if before is None else before.since if before.ended is None else before.ended
    since = max(start, earliest)
    return Play(event_id, media.type, media.id, media.title, _length(media), start, since, min(at, since))


def ended(play: Play, media: Media, at: int) -> Play:
    """Give a play whose place something else has at `at`: since then, or, if nobody saw that, since the other one's start."""
    return play._replace(ended=at if play.seen is None else min(at, max(play.seen, _start(media, at))))


def watched(play: Play, there: Iterable[Span]) -> int:
    """Give for how long somebody, present in these spans, was there for a play that has ended."""
    return sum(max(0, min(end, play.over) - max(begin, play.since)) for begin, end in there)


def _length(media: Media) -> int:
    return int(min(max(media.seconds, 0), _LONGEST_SECONDS) * SECOND_US)


def _start(media: Media, at: int) -> int:
    return at - int(min(max(media.position_seconds, -_LONGEST_SECONDS), _LONGEST_SECONDS) * SECOND_US)


def _cut(title: str) -> str:
    return title if len(title) <= _TITLE_MAX else f"{title[: _TITLE_MAX - 1]}…"
