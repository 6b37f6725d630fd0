"""What people in the room hear, and how a line of it looks."""

from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from libs.common.names import fold
from libs.sim.frames import SERVER, Frame, clock
from libs.sim.text import plain

Kind = Literal["chat", "action", "pm", "note"]
_OF_ME: Final = {"joins": "join", "leaves": "leave", "is away": "are away", "is back": "are back"}
_QUIET: Final = frozenset({SERVER, "[voteskip]"})


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing heard."""

    kind: Kind
    who: str
    """Who spoke; in a note, whom it is about, or nobody."""
    text: str
    to: str = ""
    """Whom a PM is for."""

    def fields(self) -> dict[str, Any]:
        """Give it as it is sent to viewers."""
        return asdict(self)


def hear(frame: Frame) -> Heard | None:
    """Give what people hear of a frame; None for what only programs care about."""
    payload = frame.payload
    match frame.name:
        case "chatMsg" if payload["username"] not in _QUIET and not payload["meta"].get("shadow"):
            kind: Kind = "action" if payload["meta"].get("action") else "chat"
            return Heard(kind, payload["username"], plain(payload["msg"]))
        case "pm":
            return Heard("pm", payload["username"], plain(payload["msg"]), payload["to"])
        case "addUser":
            return Heard("note", payload["name"], "joins")
        case "userLeave":
            return Heard("note", payload["name"], "leaves")
        case "setAFK":
            return Heard("note", payload["name"], "is away" if payload["afk"] else "is back")
        case "changeMedia":
            length = f" ({clock(payload['seconds'])})" if payload["seconds"] else ""
            return Heard("note", "", f"now playing: {payload['title']}{length}")
        case _:
            return None


def show(heard: Heard, me: str = "") -> str:
    """Give the line to print. Where it is about `me`, it says you."""
    who, to = ("you" if me and fold(name) == fold(me) else name for name in (heard.who, heard.to))
    if heard.kind == "note":
        news = _OF_ME.get(heard.text, heard.text) if who == "you" else heard.text
        return f"* {who} {news}" if who else f"* {news}"
    text = heard.text.replace("\n", "\n    ")
    if heard.kind == "action":
        return f"* {who} {text}"
    return f"{who} → {to}: {text}" if heard.kind == "pm" else f"{who}: {text}"
