"""The announcer alone, as a process, on a real NATS server with the stand-in robot."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from nats.errors import Error as NatsError

from libs.common.contracts.announcements import Announcement
from tests.support import script
from tests.support.house import House
from tests.support.nats import Server
from tests.support.proxy import Proxy
from tests.support.robot import Robot
from tests.support.waiting import until

STREAM = "ECONOMY_ANNOUNCEMENTS"


class Stage:
    """The announcer at work, a robot, and somebody with something to say."""

    told = 0
    """Over all tests: the announcer remembers what it has said."""

    def __init__(self, house: House, robot: Robot) -> None:
        self.house = house
        self.robot = robot

    async def announce(self, text: str, to: str | None = None, *, seconds_left: float = 60, key: str | None = None) -> None:
        Stage.told += 1
        now = datetime.now(UTC)
        announcement = Announcement(
            id=key or f"test:{self.told}",
            channel=script.CHANNEL,
            lane="chat" if to is None else "pm",
            to=to,
            text=text,
            at=now,
            until=now + timedelta(seconds=seconds_left),
        )
        await self.put(announcement.encode(), announcement.lane)

    async def put(self, body: bytes, lane: str = "pm") -> None:
        async def stored() -> bool:
            client = await self.house.client()
            try:
                await client.jetstream().publish(f"economy.announcements.{script.CHANNEL}.{lane}", body, stream=STREAM, timeout=1)
            except (NatsError, TimeoutError):
                return False
            return True

        await until(stored, "the announcement is stored")

    async def line(self, name: str, **values: str | int) -> None:
        """Have a public line said."""
        Stage.told += 1
        now = datetime.now(UTC)
        until = now + timedelta(minutes=1)
        told = {
            "id": f"test:{self.told}",
            "channel": script.CHANNEL,
            "lane": "chat",
            "line": name,
            "values": values,
            "at": now,
            "until": until,
        }
        await self.put(Announcement.model_validate(told).encode(), "chat")

    async def tick(self, robot: str) -> None:
        """Say what ingest would say of the robot."""
        await self.event("tick", robots={script.CHANNEL: robot})

    async def reload(self, **sections: Any) -> None:
        """Say what ingest would say of a new configuration, and wait until it is in force."""
        settings = self.house.settings["announcer"] | sections.pop("announcer", {})
        version = f"test {sections}"
        await self.event("configuration", version=version, settings={"bot": {"username": script.BOT}, "announcer": settings} | sections)

        async def in_force() -> bool:
            return bool((await self.house.health("announcer") or {}).get("configuration") == version)

        await until(in_force, "the configuration is in force")

    async def event(self, kind: str, **more: Any) -> None:
        event = {"kind": kind, "id": "t", "epoch": 1, "raw": 1, "channel": "@all", "at": datetime.now(UTC).isoformat()} | more
        client = await self.house.client()
        await client.jetstream().publish(f"economy.events.@all.{kind}", json.dumps(event).encode(), stream="ECONOMY_EVENTS")

    async def waiting(self, count: int) -> None:
        """Wait until so many announcements are not over."""

        async def so_many() -> bool:
            health = await self.house.health("announcer")
            return bool(health and health["details"]["waiting"] == count)

        await until(so_many, f"{count} announcements wait")

    async def left_in_queue(self) -> int:
        client = await self.house.client()
        return (await client.jetstream().stream_info(STREAM)).state.messages

    async def queue_empties(self) -> None:
        async def empty() -> bool:
            with contextlib.suppress(NatsError, TimeoutError):
                return await self.left_in_queue() == 0
            return False

        await until(empty, "all announcements are acknowledged")


@pytest.fixture(scope="module")
def house(module_nats_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    found = House(tmp_path_factory.mktemp("house"), module_nats_server)
    found.configure(announcer={"burst": 200, "per_second": 500})
    asyncio.run(found.provision())
    found.start("announcer")
    yield found
    found.kill()


@pytest.fixture
async def stage(house: House) -> AsyncIterator[Stage]:
    robot = Robot(house.server.url)
    robot.people = {"Alice": 1, "bob": 1, "Carol": 1}
    await robot.start()
    await house.wait_ready("announcer")
    found = Stage(house, robot)
    await found.tick("connected")
    yield found
    await robot.vanish()
    await (await house.client()).close()


async def test_what_is_announced_is_said_in_the_room_or_to_one_viewer(stage: Stage) -> None:
    await stage.announce("hello, room")
    await stage.announce("hello, alice", "alice")
    await stage.queue_empties()
    assert sorted((said.to or "", said.text) for said in stage.robot.said) == [("", "hello, room"), ("alice", "hello, alice")]


async def test_lines_to_one_viewer_keep_their_order(stage: Stage) -> None:
    for number in range(50):
        await stage.announce(f"line {number}", "alice" if number % 2 else "Alice")
    await stage.queue_empties()
    assert [said.text for said in stage.robot.pms("alice")] == [f"line {number}" for number in range(50)]


async def test_a_long_text_arrives_in_pieces_that_are_not_cut(stage: Stage) -> None:
    text = " ".join(f"word{number}" for number in range(200))
    await stage.announce(text, "alice")
    await stage.queue_empties()
    pieces = [said.text for said in stage.robot.pms("alice")]
    assert len(pieces) > 1
    assert max(map(len, pieces)) <= 300
    assert " ".join(pieces) == text


async def test_the_same_announcement_is_said_once(stage: Stage) -> None:
    await stage.announce("once", "alice", key="same")
    await stage.announce("once", "alice", key="same")
    await stage.announce("last", "alice")
    await stage.queue_empties()
    assert [said.text for said in stage.robot.pms("alice")] == ["once", "last"]


async def test_what_is_no_longer_worth_saying_is_dropped(stage: Stage) -> None:
    await stage.announce("stale", "alice", seconds_left=-1)
    await stage.announce("fresh", "alice")
    await stage.queue_empties()
    assert [said.text for said in stage.robot.pms("alice")] == ["fresh"]


async def test_a_viewer_who_is_gone_holds_nobody_up(stage: Stage) -> None:
    began = time.monotonic()
    await stage.announce("are you there", "ghost", seconds_left=2)
    await stage.announce("hello", "alice")
    await stage.queue_empties()
    assert [said.to for said in stage.robot.said if said.delivered] == ["alice"]
    assert time.monotonic() - began < 4


async def test_an_absent_robot_is_waited_for_and_then_not(stage: Stage) -> None:
    stage.robot.lose_cytube()
    await stage.tick("away")
    await stage.announce("short", "alice", seconds_left=1)
    await stage.announce("long", "bob")
    await stage.waiting(1)
    assert stage.robot.said == []
    stage.robot.in_cytube = True
    await stage.tick("connected")
    await stage.queue_empties()
    assert [said.text for said in stage.robot.said] == ["long"]


@pytest.mark.parametrize("body", [b"not json", b"\xff" * 600_000], ids=["garbage", "more than a letter holds"])
async def test_what_can_not_be_read_goes_to_the_dead_letters_and_stops_nothing(stage: Stage, body: bytes) -> None:
    await stage.put(body)
    await stage.announce("after it", "alice")
    await stage.queue_empties()
    assert [said.text for said in stage.robot.said] == ["after it"]
    client = await stage.house.client()
    letter = await client.jetstream().get_last_msg("ECONOMY_DEADLETTERS", "economy.deadletters.announcer")
    shown = body.decode("utf-8", "backslashreplace")
    assert shown.startswith(json.loads(letter.data or b"")["body"])


async def test_a_public_line_is_said_in_the_configured_words_unless_it_is_switched_off(stage: Stage) -> None:
    templates = {"rank_up": "{user}: {rank}!"}
    await stage.reload(announcer={"batch_seconds": 0.2}, announcements={"templates": templates, "streak_milestone": False})
    await stage.line("streak", user="carol", days=7)
    for name in ("alice", "bob"):
        await stage.line("rank_up", user=name, rank="Extra")
    await stage.queue_empties()
    assert [said.text for said in stage.robot.said] == ["alice and bob: Extra!"]


async def test_the_configuration_in_force_is_found_after_a_restart(stage: Stage) -> None:
    await stage.reload(announcements={"templates": {"rain": "Drip drop, {count} of you"}})
    stage.house.kill("announcer")
    stage.house.start("announcer")
    await stage.house.wait_ready("announcer")
    await stage.line("rain", count=12)
    await stage.queue_empties()
    assert [said.text for said in stage.robot.said] == ["Drip drop, 12 of you"]


async def test_what_waited_for_the_robot_comes_together(stage: Stage) -> None:
    await stage.tick("away")
    for number in range(5):
        await stage.announce(f"line {number}", "alice")
    await stage.waiting(5)
    await stage.tick("connected")
    await stage.queue_empties()
    assert [said.text for said in stage.robot.said] == ["line 0\nline 1\nline 2\nline 3\nline 4"]


async def test_nothing_is_lost_when_it_is_killed(stage: Stage) -> None:
    for number in range(60):
        await stage.announce(f"line {number}", "alice")
        if number == 30:
            stage.house.kill("announcer")
    stage.house.start("announcer")
    await stage.queue_empties()
    assert list(dict.fromkeys(_rows(stage.robot))) == [f"line {number}" for number in range(60)]


async def test_nothing_is_lost_when_the_server_is_killed(stage: Stage) -> None:
    for number in range(60):
        await stage.announce(f"line {number}", "alice")
        if number in {20, 40}:
            stage.house.server.kill()
            stage.house.server.start()
    await stage.tick("connected")
    await stage.queue_empties()
    assert sorted(set(_rows(stage.robot)), key=_number) == [f"line {number}" for number in range(60)]


async def test_a_server_that_falls_silent_at_its_start_does_not_hang_it(house: House, tmp_path: Path) -> None:
    proxy = Proxy(int(house.server.url.rsplit(":", 1)[1]))
    await proxy.start()
    other = House(tmp_path / "house", house.server)
    other.configure(nats={"servers": [proxy.url], "embedded": False})
    house.kill("announcer")
    try:
        other.start("announcer")

        async def robot_client_connects() -> bool:
            return proxy.connections == 2

        await until(robot_client_connects, "the second connection", every_seconds=0.001)
        proxy.swallow()

        async def is_waiting() -> bool:
            return not ((await other.health("announcer")) or {}).get("ready")

        await until(is_waiting, "it waits for the server")
        proxy.cut()

        await other.wait_ready("announcer", within_seconds=20)
    finally:
        await other.close()
        await proxy.stop()
        house.start("announcer")


async def test_behind_cytubes_flood_limit_everybody_is_reached_once(nats_server: Server, tmp_path: Path) -> None:
    house = House(tmp_path / "house", nats_server)
    house.configure()
    robot = Robot(nats_server.url, flood=True)
    robot.people = {f"viewer{number}": 1 for number in range(30)}
    await robot.start()
    await house.provision()
    house.start("announcer")
    await house.wait_ready("announcer")
    stage = Stage(house, robot)
    for name in robot.people:
        await stage.announce("hello", name)
    await stage.queue_empties()
    await house.close()
    await robot.vanish()
    # That the pace itself stays inside the limit is shown on a controlled clock; on the way there lines may bunch.
    assert sorted(said.to or "" for said in robot.said if said.delivered) == sorted(robot.people)


def _rows(robot: Robot) -> list[str]:
    """Give what alice was told, line by line: what waited for her comes together."""
    return [row for said in robot.pms("alice") for row in said.text.splitlines()]


def _number(text: str) -> Any:
    return int(text.split()[1])
