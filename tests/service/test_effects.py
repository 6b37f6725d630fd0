"""Colors and shoutouts with all that takes part as processes: paid once the room shows it, whoever is killed in between."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.house import House
from tests.support.nats import Server
from tests.support.robot import Robot
from tests.support.waiting import until

SERVICES = ("ingest", "ledger", "shop", "commands", "announcer")
SHEET = "#chatwrap { color: #EEE; }\n"
COINS = 10_000


@pytest.fixture
async def street(tmp_path: Path, nats_server: Server) -> AsyncIterator[tuple[House, Robot]]:
    """A house at work, and a robot in a room with a style sheet and two rich viewers."""
    house, robot = House(tmp_path / "house", nats_server), Robot(nats_server.url)
    robot.people, robot.css = {"Alice": 1, "Bob": 1}, SHEET
    await house.open_for_business(SERVICES)
    await robot.start()
    for name in robot.people:
        await house.api("balance.adjust", username=name, amount=COINS)
    yield house, robot
    await house.close()
    await robot.vanish()


async def sold(house: House, command: str, **parameters: Any) -> dict[str, Any]:
    """Ask until the shop has heard of the robot; what is declined is not kept, so the same may be asked again."""
    answer: dict[str, Any] = {}

    async def served() -> bool:
        nonlocal answer
        answer = await house.api(command, **parameters)
        return bool(answer["success"])

    await until(served, f"{command} is served, not {answer}", within_seconds=20)
    found: dict[str, Any] = answer["data"]
    return found


async def coins(house: House, name: str) -> int:
    return int((await house.api("balance.get", username=name))["data"]["balance"])


def paid(house: House, name: str, spent: int) -> Callable[[], Awaitable[bool]]:
    async def check() -> bool:
        answer = await house.api("account.summary", username=name)
        return bool(answer["data"]["lifetime_spent"] == spent)

    return check


async def test_what_the_room_shows_is_paid_and_whoever_was_killed_meanwhile_finds_it_shown(street: tuple[House, Robot]) -> None:
    house, robot = street

    color = await sold(house, "vanity.set_color", username="alice", value="hot pink")
    shoutout = await sold(house, "vanity.shoutout", username="alice", value="good evening")

    await until(paid(house, "Alice", color["charged"] + shoutout["charged"]), "Alice has paid", within_seconds=20)
    assert color["username"] == "Alice"
    assert robot.css.startswith(SHEET)
    assert ".chat-msg-Alice { color: #FF69B4; }" in robot.css
    assert [said.text for said in robot.said if said.to is None] == ["Alice says: good evening"]
    assert await coins(house, "Alice") == COINS - color["charged"] - shoutout["charged"]

    robot.holds_css = True
    late = await sold(house, "vanity.set_color", username="bob", value="gold")
    house.kill("shop", "ledger")
    await robot.write_css(robot.ordered_css[-1])
    house.start("shop", "ledger")
    await house.wait_ready("shop", "ledger")

    await until(paid(house, "Bob", late["charged"]), "Bob has paid", within_seconds=20)
    assert (late["state"], await coins(house, "Bob")) == ("delivering", COINS - late["charged"])
    assert house.audit().returncode == 0
