"""What of a service's log is worth disturbing anybody for."""

import asyncio
from pathlib import Path

import pytest

from libs.cli import logfile


@pytest.mark.parametrize("level", ["debug", "info"])
def test_news_can_wait(level: str) -> None:
    assert logfile.worth_saying(f'{{"event": "started", "level": "{level}"}}'.encode()) is None


def test_a_warning_is_said_shortly() -> None:
    line = b'{"port": 28286, "event": "port taken", "level": "warning", "service": "ledger", "timestamp": "2026-11-22T12:00:00Z"}'
    assert logfile.worth_saying(line) == "warning: port taken port=28286"


@pytest.mark.parametrize("line", ["Traceback (most recent call last):", "[1, 2]", "{"])
def test_what_is_no_log_line_is_said_as_it_is(line: str) -> None:
    assert logfile.worth_saying(line.encode()) == line


async def test_all_of_it_is_kept(tmp_path: Path) -> None:
    stream, said = asyncio.StreamReader(), list[str]()
    stream.feed_data(b'{"event": "a", "level": "info"}\n{"event": "b", "lev')
    stream.feed_data(b'el": "error"}\nSegmentation fault')
    stream.feed_eof()

    await logfile.keep(stream, tmp_path / "x.log", said.append)

    assert len((tmp_path / "x.log").read_text().splitlines()) == 3
    assert said == ["error: b", "Segmentation fault"]
