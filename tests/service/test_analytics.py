"""Analytics and the ledger as processes, on a real NATS server: what a monitoring system sees on the metrics port."""

import json
import os
import shutil
import signal
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from libs.analysis import outside
from libs.analysis.archive import FOLDER
from libs.cli.reconcile import compare
from libs.common import subjects
from libs.common.contracts.ledger import Open, Posting, Transfer
from tests.support import script
from tests.support.house import House
from tests.support.nats import Server
from tests.support.told import earned
from tests.support.waiting import until


class Monitor:
    """A house with a ledger and analytics, and whoever scrapes it."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.base = f"http://127.0.0.1:{house.settings['metrics']['port']}"

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(self.base + path, timeout=5) as answer:  # noqa: S310 - our own port
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except urllib.error.URLError:
            return 0, ""  # nobody listens yet

    def figures(self) -> dict[str, float]:
        lines = self.get("/metrics")[1].splitlines()
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if line.startswith("economy_"))}

    async def grant(self, key: str, coins: int) -> None:
        line = Transfer(source="@mint", target="alice", amount=coins, type="admin_grant")
        posting = Posting(key=key, at=datetime.now(UTC), lines=[Open(account="alice"), line])
        client = await self.house.client()
        answer = await client.request(subjects.ledger(script.CHANNEL, "operator", "post"), posting.encode(), timeout=5)
        assert json.loads(answer.data)["ok"], answer.data

    @property
    def root(self) -> Path:
        return self.house.state_dir / FOLDER

    def told(self, question: str) -> list[tuple[Any, ...]]:
        """Ask the history as any other program would."""
        try:
            with duckdb.connect(str(self.root / outside.NAME), read_only=True) as db:
                return db.execute(question).fetchall()
        except duckdb.IOException:
            return []  # it is not made yet

    async def tells(self, question: str, answer: tuple[Any, ...]) -> None:
        await until(lambda: self.told(question) == [answer], f"{question} is {answer}", 20)

    async def shows(self, name: str, value: float | None) -> None:
        async def shown() -> bool:
            return self.figures().get(f"economy_{name}") == value

        await until(shown, f"{name} is {value}", 15)


@pytest.fixture
async def monitor(tmp_path: Path, nats_server: Server) -> AsyncIterator[Monitor]:
    house = House(tmp_path / "house", nats_server)
    house.configure()
    await house.provision()
    house.start("ledger", "analytics")
    await house.wait_ready("ledger")
    yield Monitor(house)
    await house.close()


async def test_figures_are_counted_once_and_for_good_and_nobody_is_spoken_for(monitor: Monitor) -> None:
    await monitor.grant("first", 40)
    await monitor.shows("z_earned_total", 40)

    monitor.house.kill("analytics")
    await monitor.grant("second", 2)
    monitor.house.start("analytics")
    await monitor.shows("z_earned_total", 42)
    await monitor.shows(f'total_circulation{{channel="{script.CHANNEL}"}}', 42)
    assert monitor.figures()[f'economy_reconciliation_difference{{channel="{script.CHANNEL}"}}'] == 0

    os.kill(monitor.house.pid("ledger"), signal.SIGSTOP)
    await monitor.shows('up{service="ledger"}', 0)
    figures = monitor.figures()
    assert f'economy_total_circulation{{channel="{script.CHANNEL}"}}' not in figures
    assert figures["economy_z_earned_total"] == 42
    status, body = monitor.get("/health")
    assert (status, json.loads(body)["status"]) == (503, "degraded")
    assert "ledger: does not answer" in json.loads(body)["problems"]
    assert monitor.get("/livez")[0] == 200


ALICE = "SELECT balance, entries FROM balances WHERE folded = 'alice'"


async def test_every_coin_is_in_the_history_once_whatever_is_killed_or_lost(monitor: Monitor) -> None:
    house = monitor.house
    for number in range(1, 7):
        await monitor.grant(f"grant {number}", number)
        if number % 2:
            house.kill("analytics")
            house.start("analytics")
    await monitor.tells(ALICE, (21, 6))
    await monitor.shows("z_earned_total", 21)

    house.kill("analytics")
    shutil.rmtree(monitor.root)
    (house.state_dir / "analytics.db").unlink()
    house.start("analytics")
    await monitor.tells(ALICE, (21, 6))
    await monitor.shows("z_earned_total", 21)

    outcome = compare(monitor.root, house.state_dir / "ledger.db")
    assert (outcome.differences, outcome.number) == ([], 7)
    asked = await house.request(subjects.owner("analytics", script.CHANNEL, "user"), {"user": "ALICE"})
    assert asked is not None
    assert (asked["ok"], asked["number"], asked["rows"][0]["balance"]) == (True, 7, 21)
    unknown = await house.request(subjects.owner("analytics", script.CHANNEL, "nonsense"), {})
    assert unknown is not None
    assert (unknown["ok"], unknown["code"]) == (False, "unknown_report")


async def test_what_is_no_transaction_is_a_dead_letter_and_holds_nobody_up(monitor: Monitor) -> None:
    client = await monitor.house.client()
    await monitor.tells(ALICE.replace("balance, entries", "count(*)"), (0,))
    monitor.house.kill("ledger")  # its own numbering would not go on behind a stranger's message
    await client.jetstream().publish(subjects.transactions(script.CHANNEL), b"nonsense")
    await client.jetstream().publish(subjects.transactions(script.CHANNEL), earned(1, "alice", 5))
    await monitor.tells(ALICE, (5, 1))
    await monitor.shows('deadletters{service="analytics"}', 1)
