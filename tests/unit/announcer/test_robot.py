"""What the robot client's connection reports."""

from pathlib import Path

import pytest
from nats.errors import UnexpectedEOF
from structlog.testing import capture_logs

from libs.common.config import Settings
from services.announcer.robot import RobotClient


async def test_a_cut_is_no_error_and_comes_without_a_traceback(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    own = {"nats": {"servers": ["nats://localhost:4222"]}, "channels": [{"domain": "cytu.be", "channel": "room"}]}
    client = RobotClient(Settings.model_validate(own), tmp_path, "announcer")
    with capture_logs() as said:
        await client._on_error(UnexpectedEOF())
        await client._on_error(ConnectionRefusedError())

    assert [line["log_level"] for line in said] == ["info", "warning", "info"]
    assert [record for record in caplog.records if record.exc_info] == []
