"""What all commands understand alike."""

import pytest
from typer.testing import CliRunner

from libs.cli.main import app


@pytest.mark.parametrize("before", [["up"], ["run", "ledger"], []], ids=["up", "run", "bare"])
def test_a_log_level_that_is_none_is_refused(before: list[str]) -> None:
    result = CliRunner().invoke(app, [*before, "--log-level", "nonsense"])

    assert result.exit_code == 2
    assert "nonsense" in result.output
