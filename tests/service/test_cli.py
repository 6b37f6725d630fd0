"""The commands, as an operator types them."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest
from typer.testing import CliRunner

from libs.cli.main import app
from tests.support.nats import Server


class Answer(NamedTuple):
    exit_code: int
    output: str


def invoke(*arguments: str) -> Answer:
    result = CliRunner().invoke(app, arguments, env={"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"})
    return Answer(result.exit_code, result.output)


@pytest.fixture
def config(tmp_path: Path, nats_server: Server) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(f"nats: {{servers: [{nats_server.url}]}}\nchannels: [{{domain: cytu.be, channel: lounge}}]\n")
    return path


def test_every_command_explains_itself() -> None:
    listed = invoke("--help").output

    assert [name for name in ("up", "run", "provision", "audit") if not re.search(rf"\b{name}\b +\S", listed)] == []


def test_provision_makes_the_streams_and_says_so(config: Path) -> None:
    result = invoke("provision", "--config", str(config))

    assert (result.exit_code, "ECONOMY_EVENTS: made" in result.output) == (0, True)


def test_provision_leaves_other_bounds_alone_and_tells_how_to_change_them(config: Path) -> None:
    invoke("provision", "--config", str(config))
    config.write_text(config.read_text() + "streams: {ECONOMY_FACTS: {max_bytes: 1048576}}\n")

    told = invoke("provision", "--config", str(config))
    changed = invoke("provision", "--update", "--config", str(config))

    assert "max_bytes is 268435456 in place of 1048576 (left alone; --update changes it)" in told.output
    assert "ECONOMY_FACTS: updated" in changed.output


def test_provision_without_a_server_fails_in_words(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("nats: {servers: ['nats://127.0.0.1:9']}\nchannels: [{domain: cytu.be, channel: lounge}]\n")

    result = invoke("provision", "--config", str(path))

    assert (result.exit_code, "no connection to nats://127.0.0.1:9" in result.output) == (1, True)


def test_a_configuration_that_can_not_be_used_ends_every_command(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("nats: {}\n")

    for command in (("provision",), ("up",), ("run", "ledger"), ("audit",)):
        assert invoke(*command, "--config", str(path)).exit_code == 1


def test_a_service_there_is_not_is_refused() -> None:
    result = invoke("run", "nosuch")

    assert (result.exit_code, "there is no service 'nosuch'" in result.output) == (1, True)


def test_an_audit_without_a_ledger_is_no_success(tmp_path: Path) -> None:
    result = invoke("audit", "--state-dir", str(tmp_path))

    assert (result.exit_code, "there is no ledger" in result.output) == (1, True)
