"""Reload and dead letters, as an operator types them."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import nats
import pytest

from libs.common import subjects
from libs.common.contracts.deadletters import DeadLetter
from libs.common.streams import provision
from tests.service.test_cli import invoke
from tests.support.nats import Server

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def config(tmp_path: Path, module_nats_server: Server) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(f"nats: {{servers: [{module_nats_server.url}]}}\nchannels: [{{domain: cytu.be, channel: lounge}}]\n")
    return path


def test_a_reload_without_services_says_that_it_is_not_needed(config: Path) -> None:
    result = invoke("reload", "--config", str(config))

    assert (result.exit_code, "ingest does not run; it reads the configuration when it starts" in result.output) == (1, True)


def test_a_reload_of_a_file_with_problems_names_them_without_asking_anybody(config: Path) -> None:
    config.write_text(config.read_text() + "presense: {}\n")

    result = invoke("reload", "--config", str(config))

    assert (result.exit_code, "nothing has changed" in result.output, "presense" in result.output) == (1, True, True)


async def publish(url: str, letter: DeadLetter) -> None:
    client = await nats.connect(url)
    await provision(client, subjects.streams(["lounge"]))
    for _ in range(2):  # an outbox may send one twice
        await client.jetstream().publish(subjects.deadletter(letter.service), letter.encode())
    await client.close()


def test_dead_letters_are_listed_and_shown(config: Path, module_nats_server: Server) -> None:
    letter = DeadLetter(
        id="earning:ECONOMY_EVENTS:7", service="earning", stream="ECONOMY_EVENTS", sequence=7, subject="s", body="odd", error="E: x", at=AT
    )
    asyncio.run(publish(module_nats_server.url, letter))

    listed, shown = (invoke("deadletters", *words, "--config", str(config)) for words in ((), ("show", letter.id)))

    assert listed.output.splitlines()[1].split() == ["2026-11-22", "12:00:00", "1", letter.id, "E:", "x"]
    assert shown.output.splitlines()[-1] == "odd"
    assert invoke("deadletters", "--json", "--config", str(config)).output == letter.model_dump_json() + "\n"
    assert invoke("deadletters", "show", "nosuch", "--config", str(config)).exit_code == 1
