"""What is kept of events and transactions, in a real database."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from libs.analysis.archive import Archive
from libs.analysis.writing import Writer
from libs.common import config, subjects
from libs.common.contracts.base import Contract
from libs.common.contracts.events import Configuration, Join, Leave, UserList, Viewer
from libs.common.contracts.health import Health
from libs.common.contracts.ledger import Entry, Transaction
from libs.common.database import migrate
from libs.common.durable import SCHEMA, Unit
from libs.common.position import Mark, Position
from libs.common.reader import Message
from services.analytics.keeper import Keeper
from services.analytics.queries import Counter
from services.analytics.store import MIGRATIONS, Kept

NOW = datetime.now(UTC)
MESSAGE = Message("", 1, "", b"", NOW)


class Desk:
    """A keeper, its database, and the history its figures are counted from."""

    def __init__(self, db: sqlite3.Connection, root: Path) -> None:
        self.unit = Unit(db, "analytics")
        self.told: list[str] = []
        self.keeper = Keeper(self.told.append)
        self.number = 0
        self.events = 0
        self.writer = Writer(Archive(root))
        self.writer.open()
        self.counter = Counter(root)

    def event(self, event: type[Contract], **fields: Any) -> None:
        self.events += 1
        common = {"id": str(self.events), "epoch": 1, "raw": self.events, "channel": "lounge", "at": NOW}
        self.keeper.on_event(self.unit, event.model_validate(common | fields), MESSAGE)  # type: ignore[arg-type]

    def configure(self, **sections: Any) -> None:
        given = {"nats": {"servers": ["nats://127.0.0.1:4222"]}, "channels": [{"domain": "cytu.be", "channel": "lounge"}], **sections}
        settings = config.Settings.model_validate(given)
        self.event(Configuration, channel="@all", version="v1", settings=config.published(settings))

    def transaction(self, *entries: Entry, at: datetime = NOW, **fields: Any) -> None:
        self.number += 1
        common = {"number": self.number, "kind": "posting", "channel": "lounge", "key": str(self.number), "at": at, "committed": NOW}
        transaction = Transaction.model_validate({"caller": "earning", **common, "entries": list(entries), **fields})
        self.writer.load([transaction.encode()])

    def count(self) -> None:
        """Do what the loader does after each file."""
        counted, zone = self.keeper.counted(self.unit)
        paths = [file.path for file in self.writer.archive.cover() if file.last > counted]
        if paths:
            self.keeper.count(self.unit, self.counter.tally(paths, counted, zone), self.writer.last)

    def earn(self, user: str, amount: int, at: datetime = NOW, **more: Any) -> None:
        self.transaction(Entry(account=user, amount=amount, balance=0, type="earn", counts="earned", **more), at=at)

    @property
    def kept(self) -> Kept:
        self.count()
        return self.keeper.kept(self.unit, {})

    def hear(self, taken: int | None) -> int:
        """Let ingest say how many events it took since its start (None: nothing); give what the counter says then."""
        said = Health(service="ingest", ready=True, was_ready=True, version="1", uptime_seconds=1, details={"taken": taken})
        kept = self.keeper.kept(self.unit, {"ingest": None if taken is None else said})
        return kept.counters["events_processed", "", ""]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    db = sqlite3.connect(":memory:", isolation_level=None)
    migrate(db, MIGRATIONS)
    db.executescript(SCHEMA)
    yield Desk(db, tmp_path)
    db.close()


def test_who_is_there_is_counted_without_the_robot_and_ignored_users(desk: Desk) -> None:
    desk.configure(bot={"username": "ZCoinBot"}, ignored_users=["Helper"])
    desk.event(UserList, users=[Viewer(user=name) for name in ("zcoinbot", "helper", "Alice", "bob")])
    desk.event(Leave, user="ALICE")
    desk.event(Join, user="carol")

    assert desk.kept.present == {"lounge": 2}


def test_a_new_list_takes_the_place_of_the_old_one(desk: Desk) -> None:
    desk.event(UserList, users=[Viewer(user="alice")])
    desk.event(UserList, users=[])

    assert desk.kept.present == {}


def test_postings_and_refusals_are_counted_by_who_and_why(desk: Desk) -> None:
    desk.earn("alice", 1)
    desk.earn("alice", 1)
    desk.transaction(kind="refused", refusal="banned")

    counters = desk.kept.counters
    assert counters["postings", "lounge", "earning"] == 2
    assert counters["refused", "lounge", "banned"] == 1


def test_what_was_counted_is_never_counted_again(desk: Desk) -> None:
    desk.earn("alice", 5)
    assert [desk.kept.counters["earned", "lounge", ""] for _ in range(2)] == [5, 5]

    desk.earn("alice", 3)
    assert desk.kept.counters["earned", "lounge", ""] == 8


def test_an_older_database_goes_on_where_it_was(desk: Desk) -> None:
    for coins in (5, 3):
        desk.earn("alice", coins)
    desk.unit.keep_position(subjects.TRANSACTIONS, Position(77, Mark("1", 0, 1)))

    assert desk.kept.counters["earned", "lounge", ""] == 3


def test_counters_go_on_and_days_end(desk: Desk) -> None:
    desk.earn("alice", 5, at=NOW - timedelta(days=2))
    desk.earn("alice", 3)

    assert desk.kept.counters["earned", "lounge", ""] == 8
    assert desk.kept.today == {("lounge", "earned"): 3}


def test_a_day_is_one_of_the_economys_time_zone(desk: Desk) -> None:
    desk.configure(economy={"timezone": "Pacific/Kiritimati"})  # 14 hours ahead
    midnight = datetime.now(ZoneInfo("Pacific/Kiritimati")).replace(hour=0, minute=0, second=0, microsecond=0)
    desk.earn("alice", 5, at=midnight)
    desk.earn("alice", 7, at=midnight - timedelta(microseconds=1))

    assert desk.kept.today == {("lounge", "earned"): 5}


def test_old_days_are_forgotten(desk: Desk) -> None:
    desk.earn("alice", 5, at=NOW - timedelta(days=30))
    desk.earn("alice", 5)

    desk.count()
    assert desk.unit.db.execute("SELECT count(*) FROM days").fetchone() == (1,)


def test_active_viewers_are_counted_once_and_those_who_did_something_too(desk: Desk) -> None:
    desk.earn("alice", 1, trigger="presence.base")
    desk.earn("Alice", 1, trigger="chat.long")
    desk.earn("bob", 1, trigger="presence.base")

    assert desk.kept.active == {"lounge": (2, 1)}


def test_ranks_are_counted_by_lifetime(desk: Desk) -> None:
    tiers = [{"name": "Some", "min_lifetime_earned": 10}, {"name": "None", "min_lifetime_earned": 0}]
    desk.configure(ranks={"tiers": tiers})
    desk.transaction(kind="opened", account="dora")
    desk.earn("alice", 10)
    desk.earn("bob", 9)

    assert desk.kept.ranks == {("lounge", "None"): 2, ("lounge", "Some"): 1}


def test_a_configuration_holds_from_its_event_on(desk: Desk) -> None:
    desk.configure()
    for call in desk.unit.calls:
        call()

    assert desk.told == ["v1"]
    assert desk.keeper.version(desk.unit) == "v1"


def test_one_that_can_not_be_read_changes_nothing(desk: Desk) -> None:
    desk.configure()
    with pytest.raises(config.ConfigError):
        desk.event(Configuration, channel="@all", version="v2", settings={"economy": {"timezone": "Nowhere"}})

    assert desk.keeper.version(desk.unit) == "v1"


def test_what_a_service_counts_since_its_start_goes_on_over_its_restarts(desk: Desk) -> None:
    assert [desk.hear(taken) for taken in (5, 5, 8, None, 0, 2, 2)] == [5, 5, 8, 8, 8, 10, 10]
