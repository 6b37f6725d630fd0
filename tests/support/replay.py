"""Recordings of a real room, moved in time and published again."""

import asyncio
import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from nats.aio.client import Client
from nats.js.errors import NotFoundError

from tests.support.script import random_id

RECORDINGS = Path(__file__).parent.parent / "data" / "recordings"


@dataclass(frozen=True, slots=True)
class Recorded:
    """One message of a recording, ready to be published."""

    at: datetime
    """When the recorder saw it."""
    subject: str
    body: bytes


def names() -> list[str]:
    """Give the recordings there are, in the order they were made."""
    return sorted(path.name for path in RECORDINGS.glob("*.jsonl"))


def load(name: str) -> list[dict[str, Any]]:
    """Give the robot's own lines of a recording: its events, its lifecycle, its key-value writes."""
    ours = ("kryten.events.", "kryten.lifecycle.robot.", "$KV.")
    with (RECORDINGS / name).open(encoding="utf-8") as file:
        return [entry for entry in map(json.loads, file) if entry["subject"].startswith(ours)]


def shift(entries: Sequence[dict[str, Any]], last_at: datetime, *, fresh_ids: int | None = None) -> list[Recorded]:
    """Move a recording so that its last message comes at `last_at`; `fresh_ids` is a seed for new correlation ids."""
    by = last_at - datetime.fromisoformat(entries[-1]["ts"])
    chance = random.Random(fresh_ids)
    shifted = []
    for entry in entries:
        at, data = datetime.fromisoformat(entry["ts"]) + by, entry["data"]
        if entry["subject"].startswith("$KV."):
            body = b"" if data is None else data.encode() if isinstance(data, str) else json.dumps(data).encode()
        else:
            moved = _move(data, by)
            if fresh_ids is not None and "correlation_id" in moved:
                moved["correlation_id"] = random_id(chance)
            body = json.dumps(moved).encode()
        shifted.append(Recorded(at, entry["subject"], body))
    return shifted


def shift_all(recordings: Iterable[str], last_at: datetime, pause: timedelta = timedelta(seconds=20)) -> list[Recorded]:
    """Put recordings one behind the other, so that the last message of the last comes at `last_at`."""
    moved: list[list[Recorded]] = []
    for name in reversed(list(recordings)):
        moved.insert(0, shift(load(name), last_at))
        last_at = moved[0][0].at - pause
    return [recorded for one in moved for recorded in one]


async def publish(client: Client, messages: Sequence[Recorded], speed: float | None = None) -> None:
    """Publish messages at `speed` times their own pace, or as fast as it goes; the buckets are made if they are missing."""
    for bucket in {message.subject.split(".")[1] for message in messages if message.subject.startswith("$KV.")}:
        try:
            await client.jetstream().key_value(bucket)
        except NotFoundError:
            await client.jetstream().create_key_value(bucket=bucket)
    began, first = datetime.now(UTC), messages[0].at if messages else None
    for message in messages:
        if speed is not None and first is not None:
            due = began + (message.at - first) / speed
            await asyncio.sleep(max(0.0, (due - datetime.now(UTC)).total_seconds()))
        await client.publish(message.subject, message.body)
    await client.flush()


def _move(data: dict[str, Any], by: timedelta) -> dict[str, Any]:
    moved = dict(data)
    if "timestamp" in moved:
        moved["timestamp"] = (datetime.fromisoformat(moved["timestamp"]).astimezone(UTC) + by).isoformat(timespec="microseconds")
    payload = moved.get("payload")
    if isinstance(payload, dict) and isinstance(payload.get("time"), int):
        moved["payload"] = payload | {"time": payload["time"] + round(by.total_seconds() * 1000)}
    return moved
