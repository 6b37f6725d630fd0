"""The whole economy from outside, as a room sees it: `kryten-economy up`, a robot, and nothing else."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support import books
from tests.support.nats import NatsServer, Server, binary
from tests.support.robot import Robot
from tests.support.waiting import until
from tests.support.whole_house import WholeHouse

pytestmark = [
    pytest.mark.skipif(binary() is None or "NATS_URL" in os.environ, reason="needs a nats-server of its own"),
    pytest.mark.timeout(180),
]

ADMIN = "owner"
GRANTS = 200


@asynccontextmanager
async def economy(folder: Path, server: Server | None = None, **sections: object) -> AsyncIterator[tuple[WholeHouse, Robot]]:
    """Give a running economy and a robot in its room, with an admin present."""
    up = WholeHouse(folder, server, **sections)
    robot = Robot(up.url)
    robot.people = {ADMIN: 5}
    try:
        await up.start()
        await robot.start()
        yield up, robot
    finally:
        await robot.vanish()
        await up.close()


async def assert_right(up: WholeHouse, robot: Robot) -> None:
    house = up.house
    await books.wait_until_quiet(house)
    assert await books.differences(house) == []
    assert await books.disorder(house) == []
    assert await books.unanswered(house, robot) == []
    audit = await asyncio.to_thread(house.audit)
    assert audit.returncode == 0, audit.stdout


async def test_a_newcomer_is_welcomed_once_is_told_of_it_and_paid_for_the_minute(tmp_path: Path) -> None:
    async with economy(tmp_path, onboarding={"welcome_delay_seconds": 1}) as (up, robot):
        await robot.join("alice")
        joined = datetime.now(UTC)
        await robot.leave("alice")
        await robot.join("alice")

        await robot.wait_for(lambda: any("100" in said.text for said in robot.pms("alice")), "the welcome")

        assert has_at_least(100, await robot.ask("alice", "balance"))
        welcome, balance = robot.pms("alice")
        assert "100" in welcome.text != balance.text, robot.said

        boundary = joined.replace(second=0, microsecond=0) + timedelta(minutes=1)

        async def is_paid() -> bool:
            answer = await up.house.api("balance.get", username="alice")
            return bool(answer["data"]["balance"] == 101)

        await until(is_paid, "the minute is paid", (boundary - datetime.now(UTC)).total_seconds() + 15, every_seconds=0.2)
        await assert_right(up, robot)


async def test_a_kill_of_everything_in_the_middle_of_grants_loses_and_doubles_nothing(tmp_path: Path) -> None:
    async with economy(tmp_path) as (up, robot):
        await robot.join("alice")
        for number in range(GRANTS):
            await robot.pm(ADMIN, f"grant alice {number + 1} number {number}")
        await robot.wait_for(lambda: len(robot.pms(ADMIN)) > GRANTS // 10, "the first answers")

        up.kill()
        await up.gone()
        await up.start()

        await assert_right(up, robot)
        granted = [p.amount for p in (await books.expected(up.house)).payments if p.why == "grant"]
        assert len(granted) == GRANTS


def has_at_least(coins: int, answer: str) -> bool:
    """Tell whether an answer speaks of so many coins, or of a few more: minutes go by while a test runs."""
    return any(f" {coins + minutes} Z" in answer for minutes in range(5))


async def test_who_comes_and_asks_while_the_services_are_down_loses_nothing(tmp_path: Path) -> None:
    server = NatsServer(tmp_path / "nats", sync_always=True)
    server.start()
    try:
        async with economy(tmp_path / "house", server) as (up, robot):
            await robot.join("alice")
            await robot.ask("alice", "balance")
            await books.wait_until_quiet(up.house)  # what is killed between saying and noting it down is said once more

            up.kill()
            await up.gone()
            asked = len(robot.pms("alice"))
            for number in range(5):
                await robot.join(f"newcomer{number}")
                await robot.chat("alice", f"anybody there? {number}")
                await robot.pm("alice", "balance")
                await robot.pm(ADMIN, f"grant newcomer{number} {number + 1}")
                await asyncio.sleep(1)
            assert len(robot.pms("alice")) == asked

            await up.start()

            await assert_right(up, robot)
            answers = [row for said in robot.pms("alice")[asked:] for row in said.text.splitlines()]
            assert len(answers) == 5, [(f"{said.at:%H:%M:%S.%f}", said.text) for said in robot.pms("alice")]
            for number in range(5):
                assert has_at_least(100 + number + 1, await robot.ask(f"newcomer{number}", "balance"))
    finally:
        server.stop()
