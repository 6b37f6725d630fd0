"""When ingest looks, and what it publishes of what it saw."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from libs.common.contracts.events import Event, Robot, UserList
from services.ingest import observe
from services.ingest.observe import Observer, Place, Unseen
from services.ingest.scribe import Scribe
from tests.support import raw

HERE = Place("testroom", "TestRoom", "localhost")
THERE = Place("other", "Other", "localhost")


class Scene:
    """A world that is what a test says."""

    def __init__(self) -> None:
        self.published: list[dict[str, Any]] = []
        self.replies: list[bytes] = [b'{"success": true}']
        self.users: bytes | None = b'[{"name": "alice", "rank": 2}]'
        self.last = 0
        self.reachable = True

    async def ask_robot(self, place: Place, is_final: Callable[[bytes], bool], within_seconds: float) -> list[bytes]:
        self._reach()
        assert within_seconds == 1
        return [each for each in self.replies if not is_final(b"") and place.token]

    async def user_list(self, place: Place) -> bytes | None:
        return self.users if place.name == "TestRoom" else None

    def server(self) -> str | None:
        return "run"

    async def last_raw(self) -> int:
        self._reach()
        return self.last

    async def publish(self, subject: str, body: bytes) -> None:
        self._reach()
        self.published.append({"subject": subject, **json.loads(body)["payload"]})

    def _reach(self) -> None:
        if not self.reachable:
            raise Unseen("away")

    def subjects(self) -> list[str]:
        return [each["subject"].rsplit(".", 2)[-2] + "." + each["subject"].rsplit(".", 1)[-1] for each in self.published]


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observe, "SETTLE_SECONDS", 0.0)
    monkeypatch.setattr(observe, "LIST_SECONDS", 0.0)
    monkeypatch.setattr(observe, "CATCH_UP_SECONDS", 0.05)


def house(*places: Place) -> tuple[Scene, Scribe, Observer]:
    scene = Scene()
    scribe = Scribe({place.token: place.domain for place in places}, 1)
    return scene, scribe, Observer(places, scene, lambda: scribe)


def checkpointed(scribe: Scribe) -> None:
    for token in scribe.rooms:
        message = raw.observed("checkpoint", {}, 0, channel=token)
        scribe.write(scribe.position + 1, message.subject, message.body, message.stored)


def mark(channel: str, what: str = "connected") -> Event:
    return Robot.model_validate({"id": "x", "epoch": 1, "raw": 1, "channel": channel, "at": datetime.now(UTC), "what": what})


def listed(at: datetime) -> Event:
    return UserList(id="y", epoch=1, raw=2, channel="testroom", at=at, users=[])


async def test_a_tick_tells_of_every_robot() -> None:
    scene, _, observer = house(HERE, THERE)
    await observer.tick()
    told = {"testroom": "connected", "other": "connected"}
    assert scene.published == [{"subject": "economy.observed.@all.tick", "robots": told, "server": "run"}]


async def test_a_robot_that_cannot_be_asked_is_silent() -> None:
    scene, _, observer = house(HERE)
    scene.replies = []
    await observer.tick()
    await observer.tick()
    assert [each["robots"] for each in scene.published] == [{"testroom": "unknown"}, {"testroom": "away"}]


async def test_an_operator_is_told_once_that_there_is_no_robot_and_once_that_there_is() -> None:
    scene, _, observer = house(HERE)
    with capture_logs() as lines:
        scene.replies = []
        for _ in range(4):
            await observer.tick()
        scene.replies = [b'{"success": true}']
        for _ in range(2):
            await observer.tick()
    assert [(line["log_level"], line["event"]) for line in lines] == [
        ("warning", "no robot answers for TestRoom at localhost: is kryten-robot running on this NATS server, in that channel?"),
        ("info", "the robot answers for TestRoom at localhost"),
    ]


async def test_while_nothing_can_be_published_there_is_no_tick() -> None:
    scene, _, observer = house(HERE)
    scene.reachable = False
    with pytest.raises(Unseen):
        await observer.tick()


async def test_a_robot_that_has_come_makes_a_roster_due() -> None:
    scene, scribe, observer = house(HERE)
    checkpointed(scribe)
    scene.last = scribe.position
    await observer.tick()
    await observer.look()
    assert scene.published[-1] == {
        "subject": "economy.observed.testroom.roster",
        "as_of": 1,
        "users": [{"user": "alice", "rank": 2.0, "muted": False, "shadow_muted": False}],
    }


async def test_one_roster_is_enough() -> None:
    scene, scribe, observer = house(HERE)
    checkpointed(scribe)
    await observer.tick()
    await observer.look()
    await observer.look()
    assert scene.subjects() == ["@all.tick", "testroom.roster"]


async def test_a_list_that_comes_by_itself_makes_it_needless() -> None:
    scene, scribe, observer = house(HERE)
    checkpointed(scribe)
    await observer.tick()
    observer.told(listed(datetime.now(UTC)))
    await observer.look()
    assert scene.subjects() == ["@all.tick"]


async def test_a_list_from_before_does_not() -> None:
    scene, scribe, observer = house(HERE)
    checkpointed(scribe)
    await observer.tick()
    observer.told(listed(datetime.now(UTC) - timedelta(minutes=5)))
    await observer.look()
    assert scene.subjects() == ["@all.tick", "testroom.roster"]


async def test_while_the_robot_is_away_its_list_is_not_believed() -> None:
    scene, scribe, observer = house(HERE)
    checkpointed(scribe)
    observer.want()
    await observer.look()
    assert scene.published == []


async def test_a_robots_start_without_a_channel_concerns_all_rooms_of_a_house() -> None:
    scene, scribe, observer = house(HERE, THERE)
    checkpointed(scribe)
    await observer.tick()
    await observer.look()
    scene.published.clear()
    observer.told(mark("@all", "startup"))
    await observer.look()
    assert scene.subjects() == ["testroom.roster"]


async def test_a_mark_without_a_channel_has_the_list_read_in_a_house_of_one_room_too() -> None:
    scene, scribe, observer = house(HERE)
    checkpointed(scribe)
    await observer.tick()
    await observer.look()
    scene.published.clear()
    observer.told(mark("@all", "startup"))
    await observer.look()
    assert scene.subjects() == ["testroom.roster"]


@pytest.mark.parametrize("what", ["startup", "connected", "login"])
async def test_after_any_mark_of_its_own_robot_a_room_gets_a_list(what: str) -> None:
    scene, scribe, observer = house(HERE)
    checkpointed(scribe)
    await observer.tick()
    await observer.look()
    scene.published.clear()
    observer.told(mark("testroom", what))
    await observer.look()
    assert scene.subjects() == ["testroom.roster"]


async def test_who_was_ranked_while_absent_is_left_out() -> None:
    scene, scribe, observer = house(HERE)
    checkpointed(scribe)
    scribe.write(2, *[getattr(raw.rank("Alice", 2, 1), name) for name in ("subject", "body", "stored")])
    await observer.tick()
    await observer.look()
    assert scene.published[-1]["users"] == []


async def test_a_roster_waits_until_all_before_it_is_written() -> None:
    scene, scribe, observer = house(HERE)
    checkpointed(scribe)
    scene.last = 10
    await observer.tick()
    await observer.look()
    assert scene.subjects() == ["@all.tick"]


async def test_a_room_without_a_checkpoint_gets_one_and_then_waits() -> None:
    scene, _, observer = house(HERE)
    await observer.look()
    await observer.look()
    assert scene.published == [{"subject": "economy.observed.testroom.checkpoint"}]


async def test_an_hour_later_comes_the_next() -> None:
    scene, scribe, observer = house(HERE)
    checkpointed(scribe)
    await observer.look()
    assert scene.published == []
    scribe.write(2, *[getattr(raw.leave("alice", 3_600), name) for name in ("subject", "body", "stored")])
    await observer.look()
    assert scene.subjects() == ["testroom.checkpoint"]
