"""A replay as an operator types it, on a real NATS server."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import nats
import pytest

from libs.common import subjects
from libs.common.config import load, published, version
from libs.common.contracts.events import Configuration, Event, Tick, UserList, Viewer
from libs.common.streams import provision
from tests.service.test_cli import invoke
from tests.support.nats import Server

BEGAN = datetime.now(UTC).replace(microsecond=0, second=0) - timedelta(minutes=30)
DAY = f"{BEGAN:%Y-%m-%d}"


@pytest.fixture
def config(tmp_path: Path, module_nats_server: Server) -> Path:
    path = tmp_path / "config.yaml"
    plain = "presence: {base_rate_per_minute: 1, night_watch: {enabled: false}}\nmultipliers: {off_peak: {enabled: false}}\n"
    path.write_text(f"nats: {{servers: [{module_nats_server.url}]}}\nchannels: [{{domain: cytu.be, channel: lounge}}]\n{plain}")
    return path


@pytest.fixture
def other(config: Path) -> Path:
    path = config.with_name("other.yaml")
    path.write_text(config.read_text().replace("base_rate_per_minute: 1", "base_rate_per_minute: 3"))
    return path


def events(config: Path) -> list[Event]:
    """Give half an hour of one viewer."""
    settings = published(load(config).settings)

    def base(raw: int, minutes: int, channel: str = subjects.ALL) -> dict[str, Any]:
        return {"id": str(raw), "epoch": 1, "raw": raw, "channel": channel, "at": BEGAN + timedelta(minutes=minutes)}

    return [
        Configuration(**base(1, 0), version=version(settings), settings=settings),
        UserList(**base(2, 0, "lounge"), users=[Viewer(user="Alice", rank=1)], proof=True),
        *(Tick(**base(3 + n, n), robots={"lounge": "connected"}) for n in range(1, 21)),
    ]


async def publish(url: str, told: list[Event]) -> None:
    client = await nats.connect(url)
    await provision(client, subjects.streams(["lounge"]))
    for event in told:
        await client.jetstream().publish(subjects.event(event.channel, event.kind), event.encode())
    await client.close()


def test_another_configuration_is_tried_on_what_was_recorded(config: Path, other: Path, module_nats_server: Server) -> None:
    empty = invoke("replay", "--from", DAY, "--config", str(other))
    asyncio.run(publish(module_nats_server.url, events(config)))
    told = invoke("replay", "--from", DAY, "--config", str(other), "--json")
    shown = invoke("replay", "--from", DAY, "--config", str(other))
    late = invoke("replay", "--from", "2020-01-01", "--to", "2020-01-02", "--config", str(other))

    assert (empty.exit_code, late.exit_code, "the stream has them from" in late.output) == (1, 1, True)
    assert told.exit_code == 0
    figures = json.loads(told.output[told.output.index("{") :])["channels"]["lounge"]
    presence = next(row for row in figures["minted"] if row["what"] == "presence.base")
    assert presence == {"what": "presence.base", "recorded": 20, "other": 60, "difference": 40}
    assert figures["top"][0]["recorded"] == "Alice"
    assert [line.split() for line in shown.output.splitlines() if line.startswith("presence.base")] == [["presence.base", "20", "60", "40"]]


def test_what_cannot_be_tried_is_told_in_one_line(config: Path) -> None:
    config.write_text(config.read_text() + "presense: {}\n")
    wrong = invoke("replay", "--from", DAY, "--config", str(config))
    backwards = invoke("replay", "--from", "2026-11-02", "--to", "2026-11-02", "--config", str(config))
    odd = invoke("replay", "--from", "yesterday", "--config", str(config))

    assert [each.exit_code for each in (wrong, backwards, odd)] == [1, 1, 1]
    assert "presense" in wrong.output
    assert "is not behind" in backwards.output
    assert "is no date" in odd.output
