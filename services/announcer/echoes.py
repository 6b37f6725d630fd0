"""What the robot's own events tell of the lines it was given. Plain reading of the raw bodies."""

import json
import re
from dataclasses import dataclass
from typing import Any, Final, Literal

from libs.common.names import fold
from services.announcer.speech.queues import ROOM, Who

EVENTS: Final = ("pm", "chatmsg", "errormsg", "cooldown")
"""The robot's events that tell something, as they stand in subjects."""

_NAMELESS: Final = (b'"errorMsg"', b'"cooldown"')
"""Events that tell something without the robot's name in them; of all others few have it, and only those are worth parsing."""
_ABSENT: Final = re.compile(r"PM failed: ([\w-]{1,20}) ", re.ASCII)


@dataclass(frozen=True, slots=True)
class News:
    """A line arrived, or can't, or was dropped for coming too fast."""

    what: Literal["heard", "absent", "too_fast"]
    who: Who = ROOM
    """Whom the line was for."""
    text: str = ""
    """What was heard, as CyTube sent it."""


def read(body: bytes, domain: str, bot: str) -> News | None:
    """Read one of the robot's events; None where it tells nothing of ours.

    Args:
        body: the event as published.
        domain: the channel's domain; another domain's room of the same name shares the subject.
        bot: the robot's folded name.
    """
    if bot.encode() not in body.lower() and not any(mark in body for mark in _NAMELESS):
        return None
    try:
        event = json.loads(body)
    except ValueError:
        return None
    if not isinstance(event, dict) or str(event.get("domain", "")).casefold() != domain.casefold():
        return None
    return _news(str(event.get("event_name", "")).lower(), event.get("payload"), bot)


def _news(name: str, payload: Any, bot: str) -> News | None:
    if name == "cooldown":
        return News("too_fast")
    if not isinstance(payload, dict):
        return None
    if name == "errormsg":
        failed = _ABSENT.match(str(payload.get("msg", "")))
        return News("absent", fold(failed[1])) if failed else None
    if fold(str(payload.get("username", ""))) != bot:
        return None
    who = fold(str(payload.get("to") or "")) if name == "pm" else ROOM
    if name == "pm" and who == ROOM:
        return None  # nobody knows to whom it was: it must not pass for a line in the room
    return News("heard", who, str(payload.get("msg", "")))
