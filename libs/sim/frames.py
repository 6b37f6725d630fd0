"""The messages CyTube sends to the robot's socket, by shape."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

SERVER: Final = "[server]"
"""Who speaks when CyTube tells its moderators something in chat."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One message: CyTube's own name for it, and what it carries (any JSON)."""

    name: str
    payload: Any


def milliseconds(at: datetime) -> int:
    """Give CyTube's form of a time."""
    return int(at.timestamp() * 1000)


def line(username: str, msg: str, at: datetime, meta: dict[str, Any] | None = None) -> dict[str, Any]:
    """Give a chat line; a PM has a `to` besides."""
    return {"username": username, "msg": msg, "meta": meta or {}, "time": milliseconds(at)}


def whisper(msg: str, at: datetime) -> dict[str, Any]:
    """Give a line that only moderators see."""
    return line(SERVER, msg, at, {"addClass": "server-whisper", "addClassToNameAndTimestamp": True})


def clock(seconds: int) -> str:
    """Give a length as CyTube shows it."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def looks(css: str, js: str) -> dict[str, Any]:
    """Give the room's style sheet and script, each with its checksum."""
    return {"css": css, "cssHash": _checksum(css), "js": js, "jsHash": _checksum(js)}


def _checksum(text: str) -> str:
    return base64.b64encode(hashlib.md5(text.encode(), usedforsecurity=False).digest()).decode()
