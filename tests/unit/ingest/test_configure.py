"""What a reload does, and what it answers."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from libs.common.config import load
from libs.common.contracts.events import Configuration
from libs.common.contracts.health import Health
from services.ingest import configure
from services.ingest.configure import Configurator
from services.ingest.observe import Unseen


class Desk:
    """A configurator, its file, and services that go by what they are told."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "config.yaml"
        self.published: list[dict[str, Any]] = []
        self.reachable = True
        self.heard = True
        """Whether what is published comes back as an event."""
        self.services: dict[str, str | None] = {}
        """The version each goes by; those named `slow` stay with theirs."""
        self.write(1)
        self.configurator = Configurator(load(self.file), self.publish, self.ask, self.tell)

    def write(self, rate: float, **sections: Any) -> None:
        needed = {"nats": {"servers": ["nats://127.0.0.1:4222"]}, "channels": [{"domain": "cytu.be", "channel": "lounge"}]}
        written = self.file.with_suffix(".new")
        written.write_text(json.dumps({**needed, "presence": {"base_rate_per_minute": rate}, **sections}))
        written.replace(self.file)  # at once: a reload may be reading

    async def start(self) -> None:
        """Let the first configuration come into force."""
        await self.configurator.reload()

    async def publish(self, kind: str, payload: dict[str, Any]) -> None:
        assert kind == "configuration"
        if not self.reachable:
            raise Unseen("away")
        self.published.append(payload)
        if self.heard:
            self.hear(payload)

    def hear(self, payload: dict[str, Any]) -> None:
        event = {"id": "c", "epoch": 1, "raw": len(self.published), "channel": "@all", "at": datetime.now(UTC), **payload}
        self.configurator.told(Configuration.model_validate(event))

    async def ask(self) -> dict[str, Health | None]:
        healths = {name: Health(service=name, ready=True, was_ready=True, version="1", uptime_seconds=1) for name in self.services}
        return {name: health.model_copy(update={"configuration": self.services[name]}) for name, health in healths.items()}

    def tell(self, version: str) -> None:
        for name, old in self.services.items():
            if name != "slow" and old is not None:
                self.services[name] = version


@pytest.fixture
async def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(configure, "ANSWER_SECONDS", 0.05)
    monkeypatch.setattr(configure, "POLL_SECONDS", 0.01)
    made = Desk(tmp_path)
    await made.start()
    return made


async def test_a_reload_names_what_changed(desk: Desk) -> None:
    desk.write(2, metrics={"port": 4000})
    done = await desk.configurator.reload()
    assert (done.success, done.changed, done.version) == (True, True, desk.configurator.in_force)
    assert done.changed_keys == ["presence.base_rate_per_minute: 1 -> 2"]
    assert done.restart == ["metrics.port: 28286 -> 4000"]


async def test_a_file_that_says_the_same_is_not_published_again(desk: Desk) -> None:
    done = await desk.configurator.reload()
    assert (done.success, done.changed, done.changed_keys, len(desk.published)) == (True, False, [], 1)


async def test_a_file_turned_back_is_published_behind_what_is_on_its_way(desk: Desk) -> None:
    desk.heard = False
    desk.write(2)
    await desk.configurator.reload()
    desk.write(1)
    await desk.configurator.reload()
    for payload in desk.published[1:]:
        desk.hear(payload)
    assert desk.configurator.in_force == desk.published[0]["version"]


async def test_a_file_with_problems_changes_nothing_and_says_why(desk: Desk) -> None:
    desk.write(2, presense={})
    done = await desk.configurator.reload()
    assert (done.success, done.code, done.error) == (False, "invalid_configuration", "1 problem; nothing changed")
    assert "presense" in done.problems[0]
    assert len(desk.published) == 1


async def test_a_service_that_is_behind_is_named(desk: Desk) -> None:
    desk.services = {"earning": "old", "slow": "old"}
    desk.write(2)
    assert (await desk.configurator.reload()).behind == ["slow"]


async def test_a_service_that_goes_by_no_configuration_holds_nobody_up(desk: Desk) -> None:
    desk.services = {"ledger": None}
    desk.write(2)
    assert (await desk.configurator.reload()).behind == []


async def test_what_has_not_come_back_as_an_event_is_not_in_force(desk: Desk) -> None:
    desk.heard = False
    desk.write(2)
    assert (await desk.configurator.reload()).behind == ["ingest"]


async def test_a_reload_that_could_not_be_published_may_be_asked_again(desk: Desk) -> None:
    desk.reachable = False
    desk.write(2)
    first = await desk.configurator.reload()
    desk.reachable = True
    second = await desk.configurator.reload()
    assert (first.success, first.code, second.changed_keys) == (False, "unavailable", ["presence.base_rate_per_minute: 1 -> 2"])


async def test_of_two_reloads_at_once_neither_is_told_a_lie(desk: Desk) -> None:
    desk.services = {"earning": "old"}
    desk.write(2)
    first = asyncio.create_task(desk.configurator.reload())
    await asyncio.sleep(0)
    desk.write(3)
    second = await desk.configurator.reload()
    assert ((await first).success, (await first).behind, second.success, second.behind) == (True, [], True, [])
    assert desk.services["earning"] == desk.configurator.in_force == second.version
