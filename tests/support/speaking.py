"""What the tests of the voice say, and how they listen."""

from datetime import UTC, datetime

from libs.common.contracts.announcements import Announcement, Kind
from services.announcer.limits import Limits
from services.announcer.lines import Words
from services.announcer.speech.queues import ROOM, Item
from services.announcer.speech.voice import Voice

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
FREE = Limits(message_units=300, burst=15, per_second=8, pacing=False)
FAR = 100_000.0


def pm(to: str, text: str, *, until: float = FAR, since: float = 0.0, kind: Kind = "answer") -> Item:
    told = Announcement(id=f"{to}:{text}", channel="room", lane="pm", to=to, text=text, kind=kind, at=AT, until=AT)
    return Item(told, Words(text), until, since)


def chat(text: str, *, until: float = FAR, since: float = 0.0, kind: Kind = "answer", key: str = "") -> Item:
    told = Announcement(id=key or text, channel="room", lane="chat", text=text, kind=kind, at=AT, until=AT)
    return Item(told, Words(text), until, since)


def line(words: Words, *, until: float = FAR, since: float = 0.0, key: str = "", name: str = "rank_up") -> Item:
    told = Announcement(id=key or words.text, channel="room", lane="chat", line=name, kind="notice", at=AT, until=AT)
    return Item(told, words, until, since)


def results(voice: Voice) -> list[tuple[str, str]]:
    """Give what is over and how, by the announcements' ids."""
    return [(told.id.split(":", 1)[-1], result) for told, result in voice.over]


def proven(voice: Voice, now: float = 0.0) -> Voice:
    """Have the robot's echo heard once."""
    voice.heard(ROOM, "something of somebody else's", now)
    return voice


def spoken(voice: Voice, now: float = 0.0) -> list[tuple[str | None, str]]:
    """Say all that may be said now, each line heard at once."""
    said = []
    while (say := voice.next(now)) is not None:
        said.append((say.to, say.text))
        voice.heard(say.who, say.text, now)
    return said
