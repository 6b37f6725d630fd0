"""Analytics and the ledger as processes, on a real NATS server: what a monitoring system sees on the metrics port."""

import json
import os
import signal
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from libs.common import subjects
from libs.common.contracts.ledger import Open, Posting, Transfer
from tests.support import script
from tests.support.house import House
from tests.support.nats import Server
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
