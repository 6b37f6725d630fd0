"""Raw messages as the robot and ingest publish them, for tests of what ingest makes of them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from libs.common import subjects
from libs.common.contracts.events import Event
from services.ingest.scribe import Scribe

RECORDINGS = sorted((Path(__file__).parent.parent / "data" / "recordings").glob("*.jsonl"))
START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
CHANNEL = "testroom"
DOMAIN = "localhost"


@dataclass(frozen=True)
class Raw:
    subject: str
    body: bytes
    stored: datetime


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def milliseconds(when: datetime) -> int:
    return round(when.timestamp() * 1000)


def robot_event(
    name: str,
    payload: Any,
    seconds: float = 0,
    *,
    channel: str = CHANNEL,
    domain: str = DOMAIN,
    id_: str | None = None,
    late: float = 0.001,
) -> Raw:
    """Give a robot event published `seconds` after the start and stored `late` seconds after that."""
    sent = after(seconds)
    body = {
        "event_name": name,
        "payload": payload,
        "channel": channel,
        "domain": domain,
        "timestamp": sent.isoformat(),
        "correlation_id": id_ or str(uuid4()),
    }
    subject = subjects.robot_event(subjects.token(channel), name.lower())
    return Raw(subject, json.dumps(body).encode(), sent + timedelta(seconds=late))


def chat(user: str, msg: str, seconds: float = 0, *, said: float | None = None, id_: str | None = None, **meta: Any) -> Raw:
    """Give a chat line, said (by CyTube's clock) when it was published unless `said` tells otherwise."""
    time = milliseconds(after(seconds if said is None else said))
    return robot_event("chatMsg", {"username": user, "msg": msg, "meta": meta, "time": time}, seconds, id_=id_)


def pm(user: str, msg: str, seconds: float = 0, *, to: str = "ZCoinBot", said: float | None = None, **meta: Any) -> Raw:
    time = milliseconds(after(seconds if said is None else said))
    return robot_event("pm", {"username": user, "msg": msg, "meta": meta, "time": time, "to": to}, seconds)


def viewer(name: str, rank: float = 1, **meta: Any) -> dict[str, Any]:
    return {"name": name, "rank": rank, "profile": {"image": "", "text": ""}, "meta": {"afk": False, "muted": False, **meta}}


def join(name: str, seconds: float = 0, rank: float = 1, **meta: Any) -> Raw:
    return robot_event("addUser", viewer(name, rank, **meta), seconds)


def leave(name: str, seconds: float = 0) -> Raw:
    return robot_event("userLeave", {"name": name}, seconds)


def rank(name: str, value: float, seconds: float = 0) -> Raw:
    return robot_event("setUserRank", {"name": name, "rank": value}, seconds)


def userlist(*users: dict[str, Any], seconds: float = 0) -> Raw:
    return robot_event("userlist", list(users), seconds)


def lifecycle(what: str, seconds: float = 0, **fields: Any) -> Raw:
    body = {
        "service": "robot",
        "version": "1.12.6",
        "hostname": "vm",
        "timestamp": after(seconds).isoformat(),
        "uptime_seconds": 1.0,
        **fields,
    }
    return Raw(f"kryten.lifecycle.robot.{what}", json.dumps(body).encode(), after(seconds + 0.001))


def observed(kind: str, payload: dict[str, Any], seconds: float = 0, *, channel: str = subjects.ALL) -> Raw:
    body = {
        "event_name": kind,
        "payload": payload,
        "channel": channel,
        "timestamp": after(seconds).isoformat(),
        "correlation_id": str(uuid4()),
    }
    return Raw(subjects.observed(channel, kind), json.dumps(body).encode(), after(seconds + 0.001))


def scribe(epoch: int = 1) -> Scribe:
    return Scribe({CHANNEL: DOMAIN}, epoch)


def write(writer: Scribe, *messages: Raw) -> list[Event]:
    """Let the scribe write these messages behind its position; give their events."""
    return [writer.write(writer.position + 1, raw.subject, raw.body, raw.stored).event for raw in messages]


def translate(*messages: Raw) -> list[Event]:
    return write(scribe(), *messages)


def last(*messages: Raw) -> Event:
    return translate(*messages)[-1]


def recorded(path: Path) -> Iterator[Raw]:
    """Give what the raw stream would have captured of a recording."""
    captured = {subject for stream in subjects.streams([CHANNEL]) if stream.name == subjects.RAW for subject in stream.subjects}
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["subject"] in captured or row["subject"].startswith("kryten.lifecycle.robot."):
                yield Raw(row["subject"], json.dumps(row["data"]).encode(), datetime.fromisoformat(row["ts"]))
