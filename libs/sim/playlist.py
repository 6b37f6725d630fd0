"""The playlist: what is queued, what is on, and what comes next when it ends."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final, Literal

from libs.sim.frames import clock

LEAD_IN: Final = timedelta(seconds=3)
"""A timed item waits so long for everybody's player."""
TELL_EVERY: Final = timedelta(seconds=5)
LAST: Final = timedelta(seconds=2)
"""The next item comes so long after the end."""

Send = Callable[[str, Any], object]


@dataclass(frozen=True, slots=True)
class Media:
    """Something that can be shown."""

    type: str
    id: str
    title: str
    seconds: int
    """0 for what has no end."""
    meta: dict[str, Any] = field(default_factory=dict)

    def shape(self) -> dict[str, Any]:
        """Give it as CyTube writes it."""
        duration = clock(self.seconds) if self.seconds else "--:--"
        return {
            "id": self.id,
            "title": self.title,
            "seconds": self.seconds,
            "duration": duration,
            "type": self.type,
            "meta": self.meta,
        }


@dataclass(slots=True)
class Item:
    """A media with its place in the list."""

    media: Media
    uid: int
    temp: bool
    by: str

    def shape(self) -> dict[str, Any]:
        """Give it as CyTube writes it."""
        return {"media": self.media.shape(), "uid": self.uid, "temp": self.temp, "queueby": self.by}


class Playlist:
    """One room's list. What happens to it is sent at once."""

    def __init__(self, send: Send) -> None:
        """Start empty; uids count from 0."""
        self.items: list[Item] = []
        self.current: Item | None = None
        self._send = send
        self._uid = 0
        self._began = datetime.min.replace(tzinfo=UTC)
        self._told = timedelta()

    def add(self, media: Media, by: str, pos: Literal["end", "next"], now: datetime, *, temp: bool) -> int:
        """Queue something; give its uid. In an empty list it starts at once."""
        item = Item(media, self._new_uid(), temp, by)
        place = len(self.items)
        if pos == "next" and self.current is not None:
            place = self.items.index(self.current) + 1
        after: int | str = self.items[place - 1].uid if place else "prepend"
        self.items.insert(place, item)
        self._send("queue", {"item": item.shape(), "after": after})
        self._send_length()
        if self.current is None:
            self._show(item, now)
        return item.uid

    def find(self, uid: int) -> Item | None:
        """Give the item of that uid, 0 included."""
        return next((item for item in self.items if item.uid == uid), None)

    def holding(self, media: Media) -> Item | None:
        """Give the item under which the same thing is queued already."""
        return next((item for item in self.items if item.media.id == media.id), None)

    def delete(self, uid: int, now: datetime) -> None:
        """Take an item out; when it is on, the next one comes."""
        item = self.find(uid)
        if item is None:
            return
        following = self._following(item) if item is self.current else None
        self.items.remove(item)
        self._send("delete", {"uid": uid})
        self._send_length()
        if item is self.current:
            self.current = None
            if following is not None and following is not item:
                self._show(following, now)

    def skip(self, now: datetime, to: Item | None = None) -> None:
        """End what is on, as when its time is up; `to` names what shall come instead of the next."""
        on = self.current
        if on is None:
            return
        target = to or self._following(on)
        if on.temp and to is not on:
            self.items.remove(on)
            self._send("delete", {"uid": on.uid})
            self._send_length()
        if target in self.items:
            self._show(target, now)
        else:
            self.current = None

    def move(self, uid: int, after: int | str) -> None:
        """Put an item behind another one, or in front of all (`prepend`) or behind all (`append`)."""
        item = self.find(uid)
        if item is None:
            return
        others = [each for each in self.items if each is not item]
        if after == "prepend":
            place = 0
        elif after == "append":
            place = len(others)
        else:
            place = next((number for number, each in enumerate(others, 1) if each.uid == after), -1)
        if place >= 0:
            self.items = [*others[:place], item, *others[place:]]
            self._send("moveVideo", {"from": uid, "after": after})

    def set_temp(self, uid: int, *, temp: bool) -> None:
        """Say whether an item goes once it was shown."""
        item = self.find(uid)
        if item is not None:
            item.temp = temp
            self._send("setTemp", {"uid": uid, "temp": temp})

    def shuffle(self, chance: Random, now: datetime) -> None:
        """Mix the list: all uids are new, and the first of it starts anew."""
        if not self.items:
            return
        others = [item for item in self.items if item is not self.current]
        chance.shuffle(others)
        self.items = ([self.current] if self.current else []) + others
        for item in self.items:
            item.uid = self._new_uid()
        self._send("playlist", self.shape())
        self._show(self.items[0], now)

    def clear(self) -> None:
        """Throw everything out."""
        self.items, self.current = [], None
        self._send("playlist", [])
        self._send_length()

    def advance(self, now: datetime) -> None:
        """Let time pass: tell where it is, every five seconds, and go on to the next at the end."""
        on = self.current
        if on is None or not on.media.seconds:
            return
        over = LEAD_IN + timedelta(seconds=on.media.seconds)
        while self._told <= min(now - self._began, over):
            self._send("mediaUpdate", {"currentTime": (self._told - LEAD_IN).total_seconds(), "paused": self._told < LEAD_IN})
            self._told += TELL_EVERY
        if now - self._began >= over + LAST:
            self.skip(now)

    def due(self) -> datetime | None:
        """Give the time at which `advance` has something to do next; None where nothing is going on."""
        on = self.current
        if on is None or not on.media.seconds:
            return None
        over = LEAD_IN + timedelta(seconds=on.media.seconds)
        return self._began + (self._told if self._told <= over else over + LAST)

    def shape(self) -> list[dict[str, Any]]:
        """Give the list as CyTube writes it."""
        return [item.shape() for item in self.items]

    def length(self) -> dict[str, Any]:
        """Give how much there is."""
        seconds = sum(item.media.seconds for item in self.items)
        return {"count": len(self.items), "rawTime": seconds, "time": clock(seconds)}

    def on_now(self, now: datetime) -> dict[str, Any]:
        """Give what is on, as CyTube tells who comes in. There has to be something on."""
        if self.current is None:
            raise LookupError("nothing is on")
        media = self.current.media
        if not media.seconds:
            return media.shape() | {"currentTime": 0, "paused": False}
        position = (now - self._began - LEAD_IN).total_seconds()
        return media.shape() | {"currentTime": max(position, -LEAD_IN.total_seconds()), "paused": position < 0}

    def _following(self, item: Item) -> Item:
        return self.items[(self.items.index(item) + 1) % len(self.items)]

    def _show(self, item: Item, now: datetime) -> None:
        self.current = item
        self._began = now
        self._told = LEAD_IN
        self._send("setCurrent", item.uid)
        start: dict[str, Any] = {"currentTime": -3, "paused": True} if item.media.seconds else {"currentTime": 0, "paused": False}
        self._send("changeMedia", item.media.shape() | start)
        self._send("drinkCount", 0)
        self._send("voteskip", {"count": 0, "need": 0})

    def _send_length(self) -> None:
        self._send("setPlaylistMeta", self.length())

    def _new_uid(self) -> int:
        self._uid += 1
        return self._uid - 1
