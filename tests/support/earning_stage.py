"""A stage for tests of earning: events go in one after the other, what earning wants sent comes out of its outbox."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeVar, cast

from libs.common import errands, subjects
from libs.common.config import published, read, version
from libs.common.contracts.announcements import Announcement
from libs.common.contracts.base import Contract
from libs.common.contracts.earning import QuietRequest
from libs.common.contracts.events import (
    Afk,
    Chat,
    Configuration,
    Emotes,
    Event,
    Gap,
    Join,
    Leave,
    MediaChange,
    PrivateMessage,
    Rank,
    Robot,
    Roster,
    Tick,
    UserList,
    Viewer,
)
from libs.common.contracts.facts import Arrival
from libs.common.contracts.ledger import Entry, Posting, Transaction, Transfer
from libs.common.database import migrate
from libs.common.owner import Case
from libs.common.reader import Message
from libs.common.unit import SCHEMA, Unit
from services.earning.earner import Earner
from services.earning.people.career import Career
from services.earning.people.viewer import Day
from services.earning.store import MIGRATIONS
from services.earning.store.careers import CareerTable
from services.earning.store.days import Days
from services.earning.verbs import VERBS
from services.earning.verbs.quiet import wish
from tests.support.script import DRY, PLAIN, SILENT

ROOM = "testroom"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
QUIET = {"onboarding": {"welcome_wallet": 0}, "presence": {"night_watch": {"enabled": False}}, **DRY, "multipliers": PLAIN, **SILENT}
"""No wallets, no night watch, nothing by the clock, multiplied or for what is written, so that a test sees the minutes alone."""

E = TypeVar("E", bound=Event)
Mark = Literal["startup", "connected", "disconnected", "shutdown", "login", "kicked"]


def clock(text: str) -> datetime:
    """Give a time of the stage's day, or of another (`2026-11-23 00:10`)."""
    if len(text) > len("HH:MM:SS"):
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    hour, minute, second = (*map(int, text.split(":")), 0)[:3]
    return NOON.replace(hour=hour, minute=minute, second=second)


def minute(text: str) -> int:
    """Give the number of the minute that starts then."""
    return int(clock(text).timestamp()) // 60


def settings(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a configuration event carries for a file with these sections."""
    needed = {"nats": {"servers": ["nats://127.0.0.1:4222"]}, "channels": [{"domain": "localhost", "channel": ROOM}]}
    return published(read(json.dumps({**needed, **changes}), {})[0])


class Stage:
    """One earning service over a database in memory; it is made anew for each event, so that nothing can stay in memory."""

    def __init__(self, changes: Mapping[str, Any] | None = QUIET, db: sqlite3.Connection | None = None) -> None:
        """Begin with a configuration, or, given None, without any; in a new database, or in an older one."""
        self.db = db or sqlite3.connect(":memory:", isolation_level=None)
        migrate(self.db, MIGRATIONS)
        self.db.executescript(SCHEMA)
        self.raw = 0
        self.epoch = 1
        self.coins: Counter[str] = Counter()
        self.counted = 0
        self.events: list[Event] = []
        """All that happened so far."""
        self.version: str | None = None
        if changes is not None:
            self.configure("00:00", changes)

    # What happens

    def play(self, event: Event) -> None:
        """Let an event happen, in a transaction of its own."""
        self.events.append(event)
        message = Message(subjects.EVENTS, self.raw, subjects.event(event.channel, event.kind), event.encode(), event.at)
        self._within(lambda unit: Earner(self).handle_event(unit, event, message))

    def transact(self, transaction: Transaction) -> None:
        """Let the ledger tell of a transaction."""
        message = Message(subjects.TRANSACTIONS, transaction.number, subjects.transactions(ROOM), b"", transaction.committed)
        self._within(lambda unit: Earner(self).handle_transaction(unit, transaction, message))

    def configure(self, at: str, changes: Mapping[str, Any]) -> None:
        carried = settings(changes)
        self.play(Configuration(**self._base(at, channel=subjects.ALL, proof=False), version=version(carried), settings=carried))

    def join(self, at: str, user: str, rank: float | None = 1) -> None:
        self.play(Join(**self._base(at), user=user, rank=rank))

    def leave(self, at: str, user: str) -> None:
        self.play(Leave(**self._base(at), user=user))

    def listed(self, at: str, *users: str, rank: float = 1) -> None:
        self.play(UserList(**self._base(at), users=[Viewer(user=user, rank=rank) for user in users]))

    def roster(self, at: str, as_of: int, *users: str, afk: bool | None = None) -> None:
        listed = [Viewer(user=user, rank=1, afk=afk) for user in users]
        self.play(Roster(**self._base(at, proof=False), as_of=as_of, users=listed))

    def chat(
        self, at: str, user: str, rank: float | None = 1, *, text: str = "hello", said: str | None = None, shadow: bool = False
    ) -> None:
        time = clock(said or at)
        self.play(Chat(**self._base(at), user=user, rank=rank, text=text, html=text, time=time, shadow=shadow))

    def pm(self, at: str, user: str, rank: float | None = 1) -> None:
        self.play(PrivateMessage(**self._base(at), user=user, to="ZCoinBot", rank=rank, text="balance", html="balance", time=clock(at)))

    def rank(self, at: str, user: str, rank: float) -> None:
        self.play(Rank(**self._base(at), user=user, rank=rank))

    def afk(self, at: str, user: str, *, afk: bool) -> None:
        self.play(Afk(**self._base(at), user=user, afk=afk))

    def media(self, at: str, name: str, minutes: float = 30, *, position: float = -3) -> None:
        """Have CyTube say what plays: minutes of 0 are live media, which always stand at 0."""
        told: dict[str, Any] = {"type": "cm", "media_id": name.lower(), "title": name, "seconds": int(60 * minutes), "paused": position < 0}
        self.play(MediaChange(**self._base(at), **told, position_seconds=position if minutes else 0))

    def emotes(self, at: str, change: Literal["list", "update", "rename", "remove"], *names: str, old: str | None = None) -> None:
        self.play(Emotes(**self._base(at), change=change, names=list(names), old=old))

    def robot(self, at: str, what: Mark, channel: str = ROOM) -> None:
        self.play(Robot(**self._base(at, channel=channel, proof=what == "kicked"), what=what))

    def tick(self, at: str, robot: Literal["connected", "away", "unknown"] = "connected") -> None:
        self.play(Tick(**self._base(at, channel=subjects.ALL, proof=False), robots={ROOM: robot}))

    def gap(self, at: str) -> None:
        self.play(Gap(**self._base(at, channel=subjects.ALL, proof=False)))

    def wish(self, at: str, user: str, *, quiet: bool) -> bool:
        """Let a viewer say whether notices are welcome; tell how it stands then."""
        request = QuietRequest(user=user, quiet=quiet, at=clock(at))
        answers: list[bool] = []
        self._within(lambda unit: answers.append(wish(unit, ROOM, request).quiet))
        return answers[0]

    def ask(self, verb: str, at: str, user: str, key: str | None = None, **wanted: Any) -> Any:
        """Ask for something behind all that happened so far; give the answer as it is sent, read."""
        asked = next(each for each in VERBS if each.name == verb)
        request = asked.request.model_validate({"key": key or f"{verb}-{at}-{user}", "user": user, "at": clock(at), **wanted})
        answers: list[Contract | bytes] = []

        def judge(unit: Unit) -> None:
            rules = Earner(self).rules(unit)
            if rules is None:
                raise LookupError("the stage has no configuration yet")
            kept = errands.answer(unit.db, request.key)  # as the owner does, ahead of judging
            judged = asked.judge(unit, Case(ROOM, request, rules, request.at)) if kept is None else kept[1]
            answers.append(cast("Contract | bytes", judged))

        self._within(judge)
        answer = answers[0]
        return json.loads(answer if isinstance(answer, bytes) else answer.encode())

    # What comes of it

    def postings(self) -> list[Posting]:
        """Give what the ledger is asked for, in order."""
        rows = self.db.execute("SELECT body FROM outbox WHERE stream = ? ORDER BY id", (subjects.POSTINGS,))
        return [Posting.model_validate_json(body) for (body,) in rows]

    def announcements(self) -> list[Announcement]:
        rows = self.db.execute("SELECT body FROM outbox WHERE stream = ? ORDER BY id", (subjects.ANNOUNCEMENTS,))
        return [Announcement.model_validate_json(body) for (body,) in rows]

    def arrivals(self) -> list[Arrival]:
        rows = self.db.execute("SELECT body FROM outbox WHERE stream = ? ORDER BY id", (subjects.FACTS,))
        return [Arrival.model_validate_json(body) for (body,) in rows]

    def paid(self, trigger: str, user: str | None = None) -> list[int]:
        """Give the amounts paid for a trigger, in order."""
        return [
            line.amount
            for posting in self.postings()
            for line in posting.lines
            if isinstance(line, Transfer) and line.trigger == trigger and user in {None, line.target}
        ]

    def career(self, user: str) -> Career:
        """Give what somebody has reached."""
        return CareerTable(self.db).one(ROOM, user)

    def day(self, user: str, date: str = NOON.date().isoformat()) -> Day:
        """Give what somebody has done on a day."""
        return Days(self.db).one(ROOM, user, date)

    def minutes(self, user: str) -> list[str]:
        """Give the starts of the minutes somebody was paid for, as on a clock, in order."""
        keys = (posting.key.split(":") for posting in self.postings() if posting.key.startswith("presence:"))
        starts = (int(key[3]) for key in keys if key[2] == user)
        return [f"{datetime.fromtimestamp(60 * start, UTC):%H:%M}" for start in starts]

    def _within(self, work: Any) -> None:
        unit = Unit(self.db, "earning")
        self.db.execute("BEGIN")
        try:
            work(unit)
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")
        for call in unit.calls:
            call()

    def earned(self, coins: dict[str, int], minutes: int) -> None:
        self.coins.update(coins)
        self.counted += minutes

    def configured(self, version: str) -> None:
        self.version = version

    def _base(self, at: str, channel: str = ROOM, *, proof: bool = True) -> dict[str, Any]:
        self.raw += 1
        return {
            "id": f"e{self.epoch}-{self.raw}",
            "epoch": self.epoch,
            "raw": self.raw,
            "channel": channel,
            "at": clock(at),
            "proof": proof,
        }


def span(first: str, last: str) -> list[str]:
    """Give all minutes from `first` to `last`, both included, as on a clock."""
    start, end = clock(first), clock(last)
    return [f"{start + timedelta(minutes=n):%H:%M}" for n in range(int((end - start).total_seconds()) // 60 + 1)]


def posted(number: int, posting_: Posting, *, kind: Literal["posting", "refused"] = "posting", type_: str = "earn") -> Transaction:
    """Give the ledger's word on a posting of ours."""
    entries = [
        Entry(account=line.target, amount=line.amount, balance=line.amount, type=type_)
        for line in posting_.lines
        if isinstance(line, Transfer) and kind == "posting"
    ]
    return transaction(number, kind, key=posting_.key, entries=entries)


def transaction(number: int, kind: Any, key: str = "k", entries: Iterable[Entry] = (), **more: Any) -> Transaction:
    """Give a transaction as earning reads it."""
    base = {"number": number, "kind": kind, "channel": ROOM, "key": key, "at": NOON, "committed": NOON, "caller": "earning"}
    return Transaction(**{**base, "entries": list(entries), **more})
