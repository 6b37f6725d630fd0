"""Viewers of flesh and blood in the simulated room: they ask to come in, speak, and are gone when nothing more is heard of them."""

import json
from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from libs.common.names import fold, is_valid
from libs.sim.heard import Heard
from libs.sim.room import Room

SILENT: Final = timedelta(seconds=15)
"""Who gives no sign of life for so long has gone."""
STAY_SECONDS: Final = 4.0
"""How often a viewer's program says that it is there."""
PEOPLE_MAX: Final = 100
TEXT_MAX: Final = 2_000


NOT_HERE: Final = "not_here"
"""The code for a session nobody knows: it ended, or the room has started anew."""


class Refused(Exception):
    """What was asked can't be; the words are for whoever asked, the code for their program."""

    def __init__(self, words: str, code: str = "refused") -> None:
        """Keep the code beside the words."""
        super().__init__(words)
        self.code = code


@dataclass(slots=True)
class Visit:
    """One viewer, by session."""

    name: str
    seen: datetime


class Visits:
    """All of them."""

    def __init__(self, room: Room, reserved: Container[str], new_session: Callable[[], str]) -> None:
        """Nobody is there yet. `reserved` are the folded names of those who belong to the room."""
        self.room = room
        self.sessions: dict[str, Visit] = {}
        self._reserved = reserved
        self._new_session = new_session

    def ask(self, body: bytes) -> dict[str, Any]:
        """Do what a viewer asks for; give the answer: `success`, and `error` and `code` or what there is to tell."""
        try:
            request = json.loads(body)
            verb, text = request["verb"], str(request.get("text", ""))[:TEXT_MAX]
            if verb == "join":
                return {"success": True, **self._join(str(request.get("name", "")))}
            visit = self._visit(request.get("session"))
            self._do(verb, visit, text, str(request.get("session")))
        except Refused as error:
            return {"success": False, "error": str(error), "code": error.code}
        except (ValueError, KeyError, TypeError, AttributeError):
            return {"success": False, "error": "That was not understood.", "code": "invalid"}
        return {"success": True}

    def listeners(self, heard: Heard) -> list[str]:
        """Give the sessions that hear something: everybody, or only those a PM is between."""
        if heard.kind != "pm":
            return list(self.sessions)
        between = {fold(heard.who), fold(heard.to)}
        return [session for session, visit in self.sessions.items() if fold(visit.name) in between]

    def advance(self, now: datetime) -> None:
        """Let those go of whom nothing was heard."""
        for session, visit in list(self.sessions.items()):
            if now - visit.seen >= SILENT:
                self._go(session)

    def due(self) -> datetime | None:
        """Give the time at which `advance` has something to do next, if nothing is heard of anybody."""
        return min((visit.seen + SILENT for visit in self.sessions.values()), default=None)

    def _join(self, name: str) -> dict[str, Any]:
        if not is_valid(name):
            raise Refused(f"{name!r} can't be a name: it takes 1 to 20 letters, digits, - and _.")
        if fold(name) in self._reserved or self.room.person(name) is not None:
            raise Refused(f"{name} is somebody else here already. Please take another name.")
        if len(self.sessions) >= PEOPLE_MAX:
            raise Refused("The room is full.")
        session = self._new_session()
        here = [person.name for person in self.room.people.values()]
        self.room.join(name)
        if self.room.person(name) is None:
            raise Refused(f"{name} is banned from this room.")
        self.sessions[session] = Visit(name, self.room.now)
        on = self.room.playlist.current
        return {"session": session, "name": name, "bot": self.room.bot, "people": here, "playing": on.media.title if on else ""}

    def _visit(self, session: Any) -> Visit:
        visit = self.sessions.get(session) if isinstance(session, str) else None
        if visit is not None and self.room.person(visit.name) is None:  # kicked, or banned
            del self.sessions[session]
            raise Refused("You were thrown out of the room.")
        if visit is None:
            raise Refused("You are not in the room.", NOT_HERE)
        visit.seen = self.room.now
        return visit

    def _do(self, verb: str, visit: Visit, text: str, session: str) -> None:
        match verb:
            case "stay":
                return
            case "leave":
                self._go(session)
            case "afk":
                self.room.chat(visit.name, "/afk")
            case "chat" if text.strip():
                if not self.room.chat(visit.name, text):
                    raise Refused("That did not come through: you are muted, or too fast.")
            case "pm" if text.strip():
                if self.room.person(self.room.bot) is None:
                    raise Refused(f"{self.room.bot} has just lost its connection to the room. It will be back in a moment.")
                if not self.room.pm(visit.name, self.room.bot, text):
                    raise Refused("That did not come through: you are too fast.")
            case _:
                raise Refused("That was not understood.")

    def _go(self, session: str) -> None:
        self.room.leave(self.sessions.pop(session).name)
