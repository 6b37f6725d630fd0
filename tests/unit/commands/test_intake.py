from datetime import timedelta
from typing import Any

import pytest

from libs.common.config import Rules, version
from libs.common.contracts.events import Configuration, Event, Join, Leave, Roster, Tick, UserList, Viewer
from libs.common.durable import Message, Unit
from services.commands import store
from services.commands.intake import Hooks, Intake
from tests.support.commands import NOON, Here, database, message


class Told:
    def __init__(self) -> None:
        self.questions: list[store.Question] = []
        self.versions: list[str] = []
        self.ticks: list[Tick] = []

    def hooks(self) -> Hooks:
        return Hooks(self.questions.append, lambda name, _rules: self.versions.append(name), self.ticks.append)


class Bench:
    def __init__(self) -> None:
        self.here = Here(database())
        self.told = Told()
        self.intake = Intake(self.told.hooks())
        self.sequence = 0

    async def handle(self, event: Event) -> None:
        self.sequence += 1
        stored = Message("ECONOMY_EVENTS", self.sequence, "", b"", NOON)

        def work(unit: Unit) -> None:
            self.intake.handle(unit, event, stored)

        await self.here.write(work)

    async def configure(self, **sections: Any) -> None:
        await self.handle(configuration(**sections))


def configuration(**sections: Any) -> Configuration:
    rules = Rules.model_validate(sections).model_dump(mode="json", exclude_none=True)
    return Configuration(id="c", epoch=1, raw=1, channel="@all", at=NOON, version=version(rules), settings=rules)


@pytest.fixture
def bench() -> Bench:
    return Bench()


async def test_a_question_is_kept_and_told_of(bench: Bench) -> None:
    await bench.configure()
    await bench.handle(message("balance"))
    assert [question.message.text for question in bench.told.questions] == ["balance"]
    assert store.questions(bench.here.db) == bench.told.questions


async def test_the_same_event_is_one_question(bench: Bench) -> None:
    await bench.configure()
    await bench.handle(message("balance"))
    await bench.handle(message("balance"))
    assert len(bench.told.questions) == 1


async def test_the_robots_echo_is_no_question(bench: Bench) -> None:
    await bench.configure()
    await bench.handle(message("You have 5 Z", user="ZCoinBot"))
    assert bench.told.questions == []


async def test_what_comes_before_the_first_configuration_is_judged_by_it(bench: Bench) -> None:
    await bench.handle(message("balance"))
    await bench.handle(message("balance", user="pest"))
    assert bench.told.questions == []
    await bench.configure(ignored_users=["Pest"])
    assert [question.message.user for question in bench.told.questions] == ["alice"]


async def test_eleven_messages_a_minute_are_ten_answers_and_one_warning(bench: Bench) -> None:
    await bench.configure()
    for number in range(12):
        await bench.handle(message(f"balance {number}", user="Alice" if number % 2 else "alice", seconds=number))
    assert len(bench.told.questions) == 10
    assert [to for to, _ in bench.here.said] == ["alice"]


async def test_a_minute_later_there_is_room_again(bench: Bench) -> None:
    await bench.configure(commands={"rate_limit_per_minute": 1})
    for seconds in (0, 30, 60, 90):
        await bench.handle(message("balance", seconds=seconds))
    assert [question.message.at - NOON for question in bench.told.questions] == [timedelta(seconds=0), timedelta(seconds=60)]


async def test_administrators_may_ask_as_often_as_they_like(bench: Bench) -> None:
    await bench.configure()
    for number in range(200):
        await bench.handle(message(f"grant @bob {number}", user="owner", rank=5, seconds=0))
    assert len(bench.told.questions) == 200


async def test_a_tick_moves_the_clock_and_forgets_windows_that_passed(bench: Bench) -> None:
    await bench.configure()
    await bench.handle(message("balance"))
    later = NOON + timedelta(seconds=61)
    await bench.handle(Tick(id="t", epoch=1, raw=2, channel="@all", at=later, robots={}))
    assert store.last_tick(bench.here.db) == later
    assert bench.here.db.execute("SELECT count(*) FROM taken").fetchone() == (0,)


async def test_who_is_there_is_counted_from_lists_joins_and_leaves(bench: Bench) -> None:
    where: dict[str, Any] = {"id": "x", "epoch": 1, "raw": 1, "channel": "room", "at": NOON}
    assert store.present(bench.here.db) == {}
    await bench.handle(UserList(users=[Viewer(user="Alice", rank=1), Viewer(user="bob", rank=1)], **where))
    await bench.handle(Join(user="ALICE", rank=1, **where))
    await bench.handle(Join(user="carol", rank=1, **where))
    await bench.handle(Leave(user="Bob", **where))
    assert store.present(bench.here.db) == {"room": 2}
    await bench.handle(Roster(as_of=1, users=[], **where))
    assert store.present(bench.here.db) == {"room": 0}
