"""Ingest as a process on a real NATS server: one event for each raw message, in order, whatever is killed."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, DeliverPolicy

from libs.common import subjects
from libs.common.contracts.events import (
    EVENT,
    Chat,
    Checkpoint,
    Configuration,
    Event,
    Gap,
    Ignored,
    PrivateMessage,
    Rank,
    Roster,
    Tick,
    UserList,
)
from libs.common.streams import provision
from tests.support import raw, script
from tests.support.house import House
from tests.support.nats import Server
from tests.support.robot import Robot
from tests.support.waiting import until

INGEST = "ingest"


class Room(House):
    """A house in which ingest alone runs, and what it wrote."""

    async def open(self) -> None:
        self.configure()
        await provision(await self.client(), subjects.streams([script.CHANNEL]))

    async def jetstream(self) -> JetStreamContext:
        return (await self.client()).jetstream()

    async def say(self, *messages: raw.Raw) -> None:
        """Publish as the robot does, and wait until the stream holds it."""
        client = await self.client()
        last = await self.last(subjects.RAW)
        for message in messages:
            await client.publish(message.subject, message.body)

        async def stored() -> bool:
            return await self.last(subjects.RAW) >= last + len(messages)

        await until(stored, "the raw stream has it")

    async def last(self, stream: str) -> int:
        """Give a stream's last sequence; -1 while the server can't tell."""
        try:
            return (await (await self.jetstream()).stream_info(stream)).state.last_seq
        except NatsError:
            return -1

    async def events(self) -> list[Event]:
        """Give all events there are."""
        jetstream = await self.jetstream()
        count = (await jetstream.stream_info(subjects.EVENTS)).state.messages
        subscription = await jetstream.subscribe(
            ">", stream=subjects.EVENTS, ordered_consumer=True, config=ConsumerConfig(deliver_policy=DeliverPolicy.ALL)
        )
        found = [EVENT.validate_json((await subscription.next_msg(5)).data) for _ in range(count)]
        await subscription.unsubscribe()
        return found

    async def written(self, *messages: raw.Raw) -> list[Event]:
        """Say these, and give the events of them, once they are written."""
        ids = {json.loads(message.body)["correlation_id"] for message in messages}
        await self.say(*messages)
        await self.caught_up()
        return [event for event in await self.events() if event.id in ids]

    async def caught_up(self) -> None:
        """Wait until all that is in the raw stream now has its event."""
        target = -1

        async def answers() -> bool:
            nonlocal target
            target = await self.last(subjects.RAW)
            return target >= 0

        await until(answers, "the server answers")

        async def there() -> bool:
            try:
                message = await (await self.jetstream()).get_last_msg(subjects.EVENTS, ">")
            except NatsError:
                return False
            return EVENT.validate_json(message.data or b"").raw >= target

        await until(there, "ingest has caught up", 30)

    async def find(self, kind: type[Event], what: str = "") -> Event:
        """Wait for an event of a kind; give the last."""
        found: list[Event] = []

        async def there() -> bool:
            with suppress(NatsError):
                found[:] = [event for event in await self.events() if isinstance(event, kind)]
            return bool(found)

        await until(there, what or f"a {kind.__name__}", 20, 0.1)
        return found[-1]


@pytest.fixture
async def room(tmp_path: Path, nats_server: Server) -> AsyncIterator[Room]:
    house = Room(tmp_path / "house", nats_server)
    await house.open()
    yield house
    await house.close()


@pytest.fixture
async def robot(nats_server: Server) -> AsyncIterator[Robot]:
    made = Robot(nats_server.url)
    yield made
    await made.vanish()


def chats(count: int, start: int = 0) -> list[raw.Raw]:
    return [raw.chat(f"viewer{number % 7}", f"line {number}", number, id_=f"line-{number}") for number in range(start, start + count)]


def numbers(events: list[Event]) -> list[int]:
    return [event.raw for event in events]


async def test_a_start_publishes_what_services_wait_for(room: Room, robot: Robot) -> None:
    robot.people = {"alice": 2}
    await robot.start()
    room.start(INGEST)
    await room.wait_ready(INGEST)
    tick = await room.find(Tick)
    assert isinstance(tick, Tick)
    assert tick.robots == {"testroom": "connected"}
    assert isinstance(await room.find(Configuration), Configuration)
    checkpoint = await room.find(Checkpoint)
    assert isinstance(checkpoint, Checkpoint)
    assert {(viewer.user, viewer.rank) for viewer in checkpoint.users} == {("alice", 2.0), (script.BOT, 4.0)}
    health = await room.health(INGEST)
    assert health
    assert health["details"]["robots"] == {"testroom": "connected"}


async def test_without_a_robot_it_is_ready_and_says_so(room: Room) -> None:
    room.start(INGEST)
    await room.wait_ready(INGEST)

    async def away() -> bool:
        return any(isinstance(event, Tick) and event.robots == {"testroom": "away"} for event in await room.events())

    await until(away, "a tick that says away", 15)


async def test_what_came_while_it_was_down_is_written_in_order(room: Room) -> None:
    await room.say(*chats(300))
    room.start(INGEST)
    await room.caught_up()
    events = await room.events()
    assert numbers(events) == list(range(1, len(events) + 1))
    assert [event.text for event in events if isinstance(event, Chat)] == [f"line {number}" for number in range(300)]


async def test_killed_in_the_middle_it_writes_each_event_once(room: Room) -> None:
    await room.say(*chats(6_000))
    for _ in range(4):
        before = await room.last(subjects.EVENTS)
        room.start(INGEST)

        async def some(before: int = before) -> bool:
            return await room.last(subjects.EVENTS) > before + 100

        await until(some, "some events are written", 20, 0.002)
        room.kill(INGEST)
    room.start(INGEST)
    await room.caught_up()
    events = await room.events()
    assert numbers(events) == list(range(1, len(events) + 1))
    assert [event.id for event in events if isinstance(event, Chat)] == [f"line-{number}" for number in range(6_000)]


async def test_a_server_killed_in_the_middle_loses_no_event(room: Room, nats_server: Server) -> None:
    await room.say(*chats(4_000))
    room.start(INGEST)
    for _ in range(2):
        before = await room.last(subjects.EVENTS)

        async def some(before: int = before) -> bool:
            return await room.last(subjects.EVENTS) > before + 100

        await until(some, "some events are written", 20, 0.002)
        nats_server.kill()
        nats_server.start()
    await room.caught_up()
    events = await room.events()
    assert numbers(events) == list(range(1, len(events) + 1))
    assert [event.id for event in events if isinstance(event, Chat)] == [f"line-{number}" for number in range(4_000)]


async def test_a_message_repeated_across_a_restart_counts_once(room: Room) -> None:
    message = raw.robot_event("userLeave", {"name": "alice"}, id_="once")
    room.start(INGEST)
    await room.written(message)
    await room.find(Checkpoint)
    room.kill(INGEST)
    await room.say(message)
    room.start(INGEST)
    await room.caught_up()
    events = [event for event in await room.events() if isinstance(event, Ignored)]
    assert [event.reason for event in events] == ["repeated"]


async def test_ranks_and_lines_are_remembered_across_a_restart(room: Room) -> None:
    room.start(INGEST)
    await room.written(raw.join("alice", 1), raw.rank("alice", 3, 1.01), raw.chat("alice", "hello", 2))
    await room.find(Checkpoint)
    await room.written(raw.join("bob", 3), raw.rank("bob", 2, 3.01))
    room.kill(INGEST)
    room.start(INGEST)
    again, alice, bob = await room.written(raw.chat("alice", "hello", 60, said=2), raw.pm("alice", "x", 61), raw.pm("bob", "x", 62))
    assert isinstance(again, Ignored)
    assert isinstance(alice, PrivateMessage)
    assert isinstance(bob, PrivateMessage)
    assert (again.reason, alice.rank, bob.rank) == ("repeated", 3, 2)


async def test_bodies_nobody_can_read_stop_nothing(room: Room) -> None:
    room.start(INGEST)
    subject = subjects.robot_event("testroom", "chatmsg")
    await room.say(*(raw.Raw(subject, body, raw.START) for body in (b"", b"\xff\xfe", b"[" * 5_000, b"{}", b"null")))
    event = (await room.written(raw.leave("alice")))[0]
    assert event.kind == "leave"
    assert [event.kind for event in await room.events()].count("unreadable") == 5


async def test_where_no_list_comes_the_robots_own_is_read(room: Room, robot: Robot) -> None:
    """The robot was there before us, and its own list holds somebody who only was given a rank."""
    robot.people = {"alice": 2, "ghost": 3}
    await robot.start()

    async def entered() -> bool:
        return await room.last(subjects.RAW) >= 9

    await until(entered, "the raw stream has the burst of the robot's login")
    await (await room.jetstream()).purge_stream(subjects.RAW)
    room.start(INGEST)
    await room.written(raw.rank("ghost", 3))
    roster = await room.find(Roster)
    assert isinstance(roster, Roster)
    assert {(viewer.user, viewer.rank) for viewer in roster.users} == {("alice", 2.0), (script.BOT, 4.0)}
    assert not [event for event in await room.events() if isinstance(event, UserList)]


async def test_after_the_server_was_gone_the_list_is_read_again(room: Room, robot: Robot, nats_server: Server) -> None:
    robot.people = {"alice": 2}
    room.start(INGEST)
    await room.wait_ready(INGEST)
    await robot.start()
    await room.find(UserList)
    nats_server.kill()
    nats_server.start()
    roster = await room.find(Roster)
    assert isinstance(roster, Roster)
    assert "alice" in {viewer.user for viewer in roster.users}


async def test_a_raw_stream_made_anew_begins_with_a_gap(room: Room) -> None:
    room.start(INGEST)
    await room.written(raw.leave("alice", 1))
    room.kill(INGEST)
    jetstream = await room.jetstream()
    await jetstream.delete_stream(subjects.RAW)
    await provision(await room.client(), subjects.streams([script.CHANNEL]))
    room.start(INGEST)
    await room.say(raw.leave("bob", 2))
    await room.find(Gap)
    events = await room.events()
    epochs = sorted({event.epoch for event in events})
    assert len(epochs) == 2
    anew = [event for event in events if event.epoch == epochs[1]]
    assert isinstance(anew[0], Gap)
    assert numbers(anew) == list(range(len(anew)))


async def test_raw_messages_that_expired_unread_leave_a_gap(room: Room) -> None:
    room.start(INGEST)
    await room.written(raw.leave("alice", 1))
    room.kill(INGEST)
    position = numbers(await room.events())[-1]
    await room.say(*chats(20))
    last = await room.last(subjects.RAW)
    await (await room.jetstream()).purge_stream(subjects.RAW, keep=5)
    room.start(INGEST)
    await room.caught_up()
    events = [event for event in await room.events() if event.raw > position]
    gap = events[0]
    assert isinstance(gap, Gap)
    assert (gap.raw, gap.missing) == (last - 5, last - 5 - position)
    assert numbers(events) == list(range(gap.raw, gap.raw + len(events)))
    assert [event.id for event in events[1:6]] == [f"line-{number}" for number in range(15, 20)]


async def test_purged_events_do_not_come_again(room: Room) -> None:
    room.start(INGEST)
    await room.written(*chats(10))
    await room.wait_ready(INGEST)
    room.stop(INGEST)
    await (await room.jetstream()).purge_stream(subjects.EVENTS)
    room.start(INGEST)
    await room.written(raw.leave("alice", 100))
    events = await room.events()
    assert not [event for event in events if isinstance(event, Chat)]
    assert numbers(events) == list(range(events[0].raw, events[0].raw + len(events)))


async def test_a_reload_publishes_the_file_at_one_place_in_the_order(room: Room) -> None:
    room.start(INGEST)
    await room.wait_ready(INGEST)
    before = await room.find(Configuration)
    room.configure(presence={"base_rate_per_minute": 7})
    answer = await room.request(subjects.INGEST_RELOAD, {}, 8)
    assert answer
    after = await room.find(Configuration)
    assert isinstance(before, Configuration)
    assert isinstance(after, Configuration)
    assert (answer["success"], answer["changed"], answer["version"], answer["behind"]) == (True, True, after.version, [])
    assert after.settings["presence"]["base_rate_per_minute"] == 7
    assert after.version != before.version
    assert ((await room.health(INGEST)) or {})["configuration"] == after.version


async def test_a_reload_of_a_broken_file_changes_nothing(room: Room) -> None:
    room.start(INGEST)
    await room.wait_ready(INGEST)
    await room.find(Configuration)
    count = len([event for event in await room.events() if isinstance(event, Configuration)])
    room.configure(presence={"base_rate_per_minuet": 7})
    answer = await room.request(subjects.INGEST_RELOAD, {}, 8)
    assert answer
    assert (answer["success"], answer["code"]) == (False, "invalid_configuration")
    assert "presence.base_rate_per_minuet" in answer["problems"][0]
    assert len([event for event in await room.events() if isinstance(event, Configuration)]) == count


async def test_a_restart_publishes_the_configuration_only_where_it_differs(room: Room) -> None:
    room.start(INGEST)
    await room.wait_ready(INGEST)
    await room.find(Configuration)
    await room.caught_up()
    room.kill(INGEST)
    room.start(INGEST)
    await room.wait_ready(INGEST)
    await room.written(raw.rank("alice", 1))
    assert len([event for event in await room.events() if isinstance(event, Configuration)]) == 1
    room.configure(presence={"base_rate_per_minute": 9})
    room.kill(INGEST)
    room.start(INGEST)

    async def changed() -> bool:
        found = [event for event in await room.events() if isinstance(event, Configuration)]
        return len(found) == 2 and found[-1].settings["presence"]["base_rate_per_minute"] == 9

    await until(changed, "the changed configuration is published", 20, 0.1)
    assert [event for event in await room.events() if isinstance(event, Rank)]


async def test_it_stops_cleanly_and_quickly(room: Room) -> None:
    room.start(INGEST)
    await room.wait_ready(INGEST)
    await asyncio.to_thread(room.stop, INGEST, within_seconds=4)
