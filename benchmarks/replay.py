"""How fast recorded days are replayed, on earning's own code and from their bytes on; more days: `python -m benchmarks.replay 30`."""

import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from benchmarks.figures import Figure, table
from benchmarks.talk import CHANNEL, Recording
from libs.common.config import published, version
from libs.common.config.loading import USUAL
from libs.common.contracts.events import EVENT, Configuration
from services.earning.replay.opening import Opening
from services.earning.replay.replay import Replay, Span

BEGINS = datetime(2026, 11, 1, tzinfo=UTC)
DAYS = 1
ROOMS = ((10, 1_000), (100, 5_000))
"""Viewers, half of them there at a time, and lines a day."""


async def run() -> list[Figure]:
    """Measure small and large rooms."""
    return [_measure(viewers, lines, DAYS) for viewers, lines in ROOMS]


def _measure(viewers: int, lines: int, days: int) -> Figure:
    settings = published(USUAL)
    begins = Configuration(id="c", epoch=1, raw=1, channel="@all", at=BEGINS, version=version(settings), settings=settings)
    dearer = {**settings, "presence": {**settings["presence"], "base_rate_per_minute": 2}}
    span = Span(BEGINS, BEGINS + timedelta(days=days))
    replay = Replay(span, begins, dearer, {CHANNEL: Opening(f"{BEGINS:%Y-%m-%d}")})
    took = 0.0
    for piece in _pieces(Recording(BEGINS, viewers, lines), days):
        began = time.perf_counter()
        for body in piece:
            replay.play(EVENT.validate_json(body))
        took += time.perf_counter() - began
    note = f"{replay.events:,} events, both configurations; {replay.events / took:,.0f} events/s"
    return Figure(f"replay, {viewers} viewers, {lines:,} lines a day", days / took * 60, "days/minute", "", note)


def _pieces(recording: Recording, days: int) -> Iterator[list[bytes]]:
    """Give the events' bytes: what it takes to make them up is not measured."""
    piece: list[bytes] = []
    for event in recording.play(days):
        piece.append(event.encode())
        if len(piece) == 1_000:
            yield piece
            piece = []
    yield piece


if __name__ == "__main__":
    print(table([_measure(viewers, lines, int(sys.argv[1])) for viewers, lines in ROOMS]))
