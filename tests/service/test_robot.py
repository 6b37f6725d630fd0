"""The stand-in robot behaves as the recordings say."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from nats.aio.client import Client
from nats.js.errors import BucketNotFoundError, KeyNotFoundError

from tests.support import script
from tests.support.nats import Server, settle
from tests.support.replay import load, names
from tests.support.robot import BURST, COMMANDS, Robot
from tests.support.waiting import until


@pytest.fixture
async def robot(nats_server: Server) -> AsyncIterator[Robot]:
    robot = Robot(nats_server.url, flood=True)
    robot.people = {"alice": 1}
    await robot.start()
    yield robot
    await robot.vanish()


async def heard(client: Client, subject: str) -> list[dict[str, Any]]:
    """Collect what is published from now on."""
    bodies: list[dict[str, Any]] = []

    async def take(message: Any) -> None:
        bodies.append(json.loads(message.data))

    await client.subscribe(subject, cb=take)
    await settle(client)
    return bodies


async def command(client: Client, body: dict[str, Any], *, replies: int) -> list[dict[str, Any]]:
    inbox = client.new_inbox()
    subscription = await client.subscribe(inbox)
    await client.publish(COMMANDS, json.dumps(body).encode(), reply=inbox)
    return [json.loads((await subscription.next_msg(timeout=5)).data) for _ in range(replies)]


def recorded(event_name: str) -> dict[str, Any]:
    subject = script.subject(event_name)
    return next(entry["data"] for name in names() for entry in load(name) if entry["subject"] == subject)


async def test_a_ping_is_answered_twice_and_the_second_answer_knows_of_cytube(robot: Robot, nats_client: Client) -> None:
    first, second = await command(nats_client, {"service": "robot", "command": "system.ping"}, replies=2)

    assert "cytube_connected" not in first["data"]
    assert second["data"]["cytube_connected"] is True


async def test_a_ping_for_another_room_stays_unanswered(robot: Robot, nats_client: Client) -> None:
    ping = {"service": "robot", "command": "system.ping", "meta": {"domain": "elsewhere.example", "channel": script.CHANNEL}}

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(command(nats_client, ping, replies=1), 0.3)


async def test_events_have_the_recorded_fields(robot: Robot, nats_client: Client) -> None:
    events = await heard(nats_client, "kryten.events.cytube.>")

    await robot.join("bob")
    await robot.chat("bob", "hi <3")
    await robot.pm("bob", "balance")
    await robot.leave("bob")

    async def has_left() -> bool:
        return any(event["event_name"] == "userLeave" for event in events)

    await until(has_left, "the last event", within_seconds=5)
    for name in ("addUser", "setUserRank", "chatMsg", "pm", "userLeave"):
        ours = next(event for event in events if event["event_name"] == name)
        assert ours.keys() == recorded(name).keys()
        assert ours["payload"].keys() == recorded(name)["payload"].keys()


async def test_a_pm_is_echoed_and_one_to_somebody_absent_is_not(robot: Robot, nats_client: Client) -> None:
    events = await heard(nats_client, script.subject("pm"))

    for to in ("ALICE", "ghost"):
        args = {"to": to, "msg": "hello"}
        await command(nats_client, {"service": "robot", "command": "pm", "args": args}, replies=1)
    await nats_client.flush()

    assert [event["payload"]["to"] for event in events] == ["ALICE"]
    assert [said.delivered for said in robot.said] == [True, False]


async def test_what_is_said_too_fast_is_dropped_with_a_cooldown(robot: Robot, nats_client: Client) -> None:
    events = await heard(nats_client, script.subject("cooldown"))

    for number in range(BURST + 5):
        await command(nats_client, {"command": "say", "args": {"message": f"line {number}"}}, replies=1)
    await nats_client.flush()

    dropped = [said for said in robot.said if not said.delivered]
    assert len(dropped) == len(events) > 0


async def test_the_user_list_stands_in_the_bucket(robot: Robot, nats_client: Client) -> None:
    await robot.join("bob")

    async def is_listed() -> bool:
        try:
            bucket = await nats_client.jetstream().key_value(f"kryten_{script.CHANNEL}_userlist")
            users = json.loads((await bucket.get("users")).value or b"[]")
        except (BucketNotFoundError, KeyNotFoundError):  # it writes on the side, when it comes to it
            return False
        return [user["name"] for user in users] == ["alice", "bob", script.BOT]

    await until(is_listed, "both stand in the list", within_seconds=5)
