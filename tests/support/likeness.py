"""What is compared of two messages, answers or lists: their form, and of talk the words."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Said:
    """One message, reduced to what is compared."""

    name: str
    shape: str
    msg: str = ""
    """Of chat and PMs also the text itself."""


@dataclass(slots=True)
class Findings:
    """Where the two differ."""

    unexplained: list[str] = field(default_factory=list)
    """Recorded, and the simulation does nothing of the kind."""
    too_much: list[str] = field(default_factory=list)
    """Simulated, and nothing like it was recorded."""
    overtaken: set[tuple[str, str]] = field(default_factory=set)
    """Pairs that came in another order: first the one that was recorded earlier."""
    replies: list[str] = field(default_factory=list)
    """Requests that were answered otherwise."""
    compared: int = 0
    lists: tuple[list[Any], list[Any]] = field(default_factory=lambda: ([], []))
    """The user lists written to the robot's bucket: as recorded, and as simulated."""


def shape(value: Any) -> str:
    """Give the form of a JSON value: keys in order, types, nesting; a whole number may stand for any."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{key}:{shape(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + "|".join(sorted({shape(each) for each in value})) + "]"
    return {bool: "bool", int: "number", float: "number", str: "text", type(None): "null"}[type(value)]


def msg_of(body: dict[str, Any]) -> str:
    """Give the words of a line of talk."""
    payload = body.get("payload")
    return str(payload["msg"]) if isinstance(payload, dict) and body["event_name"] in {"chatMsg", "pm"} else ""


def answer_of(body: dict[str, Any]) -> tuple[Any, ...]:
    """Give what is compared of a reply."""
    data = body.get("data")
    inner = (data.get("success"), data.get("error")) if isinstance(data, dict) else ()
    return (_outline(body), body.get("success"), body.get("error"), *inner)


def _outline(body: dict[str, Any]) -> str:
    """Give a reply's form; of lists of what is in the room only that they are lists."""
    data = body.get("data")
    if not isinstance(data, dict):
        return shape(body)
    plain_data = {key: [] if isinstance(value, list) else value for key, value in data.items()}
    for key in ("ranks", "banlist"):
        if isinstance(data.get(key), dict):
            plain_data[key] = data[key] | {"payload": []}
    return shape(body | {"data": plain_data})


def brief_of(users: list[dict[str, Any]]) -> list[Any]:
    """Give what is compared of a user list."""
    return [(user["name"], user["rank"], sorted(user), user.get("meta", {}).get("afk")) for user in users]
