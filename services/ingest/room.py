"""What ingest remembers of one channel. All of it follows from ingest's own events: `remember` is the only way in."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from libs.common.contracts.events import (
    Afk,
    Chat,
    Checkpoint,
    Event,
    Gap,
    Join,
    Leave,
    Line,
    Mute,
    Rank,
    Roster,
    Tick,
    UserList,
    Viewer,
)
from libs.common.names import fold
from services.ingest.wire import to_milliseconds

IDS: Final = 20_000
"""So many of a channel's last event ids are remembered, to recognise a message that came twice."""
LINES: Final = 50
"""So many distinct chat lines are remembered; CyTube repeats 15 at most."""
ECHO: Final = timedelta(seconds=1)
"""Two equal lines published within this span are two lines; later ones are CyTube's repetition of the first."""
TOLD: Final = timedelta(seconds=5)
"""A rank told so shortly before a registered user's join belongs to that join: with login before joining, it comes first."""
NAMES: Final = 5_000
"""Bound of each list of names of people who are not there."""

LineKey = tuple[str, int, str]
"""Folded user, CyTube's time in milliseconds, digest of the html."""


@dataclass(slots=True)
class Person:
    """Somebody who is in the room."""

    user: str
    rank: float | None
    afk: bool
    muted: bool


def digest(html: str) -> str:
    """Give what a chat line's text is recognised by."""
    return sha256(html.encode()).hexdigest()[:16]


@dataclass(slots=True)
class Room:
    """One channel's memory; read freely, changed by `remember` alone."""

    at: datetime | None = None
    """Event time of the channel's last event."""
    ids_max: int = IDS
    ids: dict[str, None] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    told: dict[str, tuple[float, datetime]] = field(default_factory=dict)
    """Ranks told within `TOLD`, and when, by folded name."""
    shadow: dict[str, None] = field(default_factory=dict)
    """Who is shadow-muted, there or not: a PM of theirs carries no mark."""
    phantoms: dict[str, None] = field(default_factory=dict)
    """Who was given a rank while absent, since the last list: the robot's own list shows them as present."""
    lines: dict[LineKey, datetime] = field(default_factory=dict)
    """When the robot first published each line."""
    changed: dict[str, int] = field(default_factory=dict)
    """The raw sequence of each name's last coming, going or ranking, since the last list or checkpoint: a roster read before it loses."""
    listed: int = 0
    """The raw sequence of the last user list or gap: a roster read before it says nothing any more."""
    server: str | None = None
    """The run of the NATS server under which all this was seen."""
    checkpointed: datetime | None = None
    """Event time of the last checkpoint."""

    def rank(self, user: str) -> float | None:
        """Give the rank of somebody who is there; None of anybody else."""
        person = self.people.get(fold(user))
        return None if person is None else person.rank

    def rank_at_join(self, user: str, site_rank: float, at: datetime) -> float:
        """Give the rank a join brings: the site's, at most 1, as it gives no rights in the room.

        A registered account's channel rank told within the last five seconds stands: a name and its ranks belong to one account
        whoever connects, and a demotion would have been told too. A guest has no account.
        """
        if site_rank < 1:
            return site_rank
        rank, when = self.told.get(fold(user), (1.0, at))
        return rank if rank >= 1 and at - when <= TOLD else 1.0

    def is_shadow_muted(self, user: str) -> bool:
        return fold(user) in self.shadow

    def viewers(self) -> list[Viewer]:
        """Give who is there."""
        return [
            Viewer(user=person.user, rank=person.rank, afk=person.afk, muted=person.muted, shadow_muted=folded in self.shadow)
            for folded, person in self.people.items()
        ]

    def checkpoint(self, at: datetime) -> dict[str, Any]:
        """Give the fields of a checkpoint taken here."""
        told = {folded: (rank, when) for folded, (rank, when) in self.told.items() if at - when <= TOLD}
        return {
            "users": self.viewers(),
            "ranks": {folded: rank for folded, (rank, _) in told.items()},
            "ranks_told": {folded: when for folded, (_, when) in told.items()},
            "phantoms": list(self.phantoms),
            "shadow_muted": list(self.shadow),
            "lines": [
                Line(user=user, time_ms=time_ms, digest=hashed, first_seen=seen) for (user, time_ms, hashed), seen in self.lines.items()
            ],
            "server": self.server,
        }

    def remember(self, event: Event) -> None:
        """Take in an event of this channel, or one that concerns all."""
        self.at = event.at
        learn = _LEARN.get(event.kind)
        if learn is not None:
            learn(self, event)

    def remember_id(self, id_: str) -> None:
        """Take in the id of one of this channel's own events."""
        self.ids[id_] = None
        if len(self.ids) > self.ids_max:
            del self.ids[next(iter(self.ids))]

    def _on_chat(self, event: Chat) -> None:
        key = (fold(event.user), to_milliseconds(event.time), digest(event.html))
        if key not in self.lines:
            self.lines[key] = event.sent or event.at
            if len(self.lines) > LINES:
                del self.lines[next(iter(self.lines))]

    def _on_join(self, event: Join) -> None:
        folded = fold(event.user)
        self.people[folded] = Person(event.user, event.rank, event.afk, event.muted)
        self.phantoms.pop(folded, None)
        self._mark(self.shadow, folded, event.shadow_muted)
        self._change(folded, event.raw)

    def _on_leave(self, event: Leave) -> None:
        folded = fold(event.user)
        self.people.pop(folded, None)
        self._change(folded, event.raw)

    def _on_list(self, event: UserList) -> None:
        self.people = _people(event.users)
        self._mark_all(event.users)
        self.phantoms.clear()
        self.changed.clear()
        self.listed = event.raw

    def _on_roster(self, event: Roster) -> None:
        if event.as_of < self.listed:
            return
        stands = {folded for folded, raw in self.changed.items() if raw > event.as_of}
        kept = {folded: person for folded, person in self.people.items() if folded in stands}
        news = [viewer for viewer in event.users if fold(viewer.user) not in stands]
        self.people = {fold(viewer.user): self._rostered(viewer) for viewer in news} | kept
        # The robot never writes mutes to its list: that one is not in it says nothing.
        self._mark_all(viewer for viewer in news if viewer.shadow_muted)

    def _on_afk(self, event: Afk) -> None:
        person = self.people.get(fold(event.user))
        if person is not None:
            person.afk = event.afk

    def _on_mute(self, event: Mute) -> None:
        folded = fold(event.user)
        person = self.people.get(folded)
        if person is not None:
            person.muted = event.muted
        self._mark(self.shadow, folded, event.shadow_muted)

    def _on_rank(self, event: Rank) -> None:
        folded = fold(event.user)
        self.told = {name: told for name, told in self.told.items() if event.at - told[1] <= TOLD}
        self.told[folded] = (event.rank, event.at)
        person = self.people.get(folded)
        if person is None:
            self._mark(self.phantoms, folded, True)
        else:
            person.rank = event.rank
        self._change(folded, event.raw)

    def _on_gap(self, event: Gap) -> None:
        """Anything may have happened meanwhile: no rank is certain."""
        for person in self.people.values():
            person.rank = None
        self.told.clear()
        self.changed.clear()
        self.listed = event.raw
        self.server = event.server or self.server

    def _on_tick(self, event: Tick) -> None:
        self.server = event.server or self.server

    def _on_checkpoint(self, event: Checkpoint) -> None:
        self.checkpointed = event.at
        self.people = _people(event.users)
        self.told = {folded: (rank, event.ranks_told[folded]) for folded, rank in event.ranks.items() if folded in event.ranks_told}
        self.phantoms = dict.fromkeys(event.phantoms)
        self.shadow = dict.fromkeys(event.shadow_muted)
        self.lines = {(line.user, line.time_ms, line.digest): line.first_seen for line in event.lines}
        self.changed.clear()
        self.listed = 0
        self.server = event.server or self.server

    def _rostered(self, viewer: Viewer) -> Person:
        """Give somebody of a roster, who keeps of what is known of them what it does not tell; who was not here begins anew."""
        known = self.people.get(fold(viewer.user))
        if known is None:
            return _person(viewer)
        afk = known.afk if viewer.afk is None else viewer.afk
        return Person(viewer.user, viewer.rank, afk, viewer.muted or known.muted)

    def _mark_all(self, viewers: Iterable[Viewer]) -> None:
        for viewer in viewers:
            self._mark(self.shadow, fold(viewer.user), viewer.shadow_muted)

    def _mark(self, names: dict[str, None], folded: str, there: bool) -> None:  # noqa: FBT001 - the value of the mark
        if not there:
            names.pop(folded, None)
            return
        names[folded] = None
        if len(names) > NAMES:
            del names[next(iter(names))]

    def _change(self, folded: str, raw: int) -> None:
        self.changed.pop(folded, None)
        self.changed[folded] = raw
        if len(self.changed) > NAMES:
            del self.changed[next(iter(self.changed))]


def _people(viewers: Iterable[Viewer]) -> dict[str, Person]:
    return {fold(viewer.user): _person(viewer) for viewer in viewers}


def _person(viewer: Viewer) -> Person:
    return Person(viewer.user, viewer.rank, viewer.afk is True, viewer.muted)


_LEARN: Final[dict[str, Callable[[Room, Any], None]]] = {
    "chat": Room._on_chat,  # noqa: SLF001 - the class's own table
    "join": Room._on_join,  # noqa: SLF001
    "leave": Room._on_leave,  # noqa: SLF001
    "userlist": Room._on_list,  # noqa: SLF001
    "roster": Room._on_roster,  # noqa: SLF001
    "afk": Room._on_afk,  # noqa: SLF001
    "mute": Room._on_mute,  # noqa: SLF001
    "rank": Room._on_rank,  # noqa: SLF001
    "gap": Room._on_gap,  # noqa: SLF001
    "tick": Room._on_tick,  # noqa: SLF001
    "checkpoint": Room._on_checkpoint,  # noqa: SLF001
}
