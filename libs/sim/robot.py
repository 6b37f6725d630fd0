"""kryten-robot in the room: what it makes of CyTube's frames, what it announces of itself, and when it hears nothing."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from libs.common import subjects
from libs.common.names import fold
from libs.sim.frames import Frame
from libs.sim.greeting import greet
from libs.sim.mirror import Mirror, Put
from libs.sim.room import Room

VERSION: Final = "1.12.6"
"""The release whose ways are simulated."""
HOSTNAME: Final = "simulation"
DEAF: Final = timedelta(seconds=3)
"""After a quick return the robot drops all chat for so long: what CyTube repeats, and what is new."""


@dataclass(frozen=True, slots=True)
class Publish:
    """One message to be published."""

    subject: str
    body: bytes


Out = Publish | Put


class Robot:
    """One robot in one room. Each call gives what is to be published and written, in order."""

    def __init__(self, room: Room, channel: str, domain: str, chance: Random) -> None:
        """Prepare; `start` brings it in. Ids of its messages come from `chance`."""
        self.room = room
        self.channel = channel
        self.domain = domain
        self.mirror = Mirror()
        self.connected = False
        """Whether it is in the room."""
        self.closed: datetime | None = None
        """When a service had it close its connection, while it is closed."""
        self.published = 0
        self.started = room.now
        self.chance = chance
        self._deaf_until = room.now

    def start(self, servers: list[str]) -> list[Out]:
        """Start as a process does: connect to NATS, then come into the room."""
        self.started = self._deaf_until = self.room.now
        outs: list[Out] = [self._announce("startup"), self._announce("connected", {"target": "NATS", "servers": servers})]
        writes, greeting = self._enter(repeat_chat=True)
        return [
            *outs,
            *writes,
            self._announce("connected", {"target": "CyTube", **self._place()}),
            self._announce("startup", {**self._place(), "commands_enabled": True, "health_enabled": True}),
            *greeting,
        ]

    def stop(self) -> list[Out]:
        """End in an orderly way; it says the same when it has been thrown out."""
        self.lose()
        return [
            self._announce("disconnected", {"target": "CyTube", "reason": "Graceful shutdown"}),
            self._announce("shutdown", {"reason": "Normal shutdown"}),
        ]

    def lose(self) -> None:
        """Lose the room. No message of anybody's says so."""
        self.connected = False
        self.room.people.pop(fold(self.room.bot), None)

    def close(self) -> None:
        """Close the connection by order of a service: only the watchdog brings it back, minutes later."""
        if self.connected:
            self.lose()
            self.closed = self.room.now

    def come_back(self, reason: str, attempt: int = 1) -> list[Out]:
        """Come into the room again after a loss; after a first attempt CyTube's repeated chat is held back, and new chat too."""
        quick = attempt == 1 and reason != "watchdog timeout"
        self._deaf_until = self.room.now + DEAF if quick else self.room.now
        writes, greeting = self._enter(repeat_chat=not quick)
        note = f"Reconnected after: {reason} (attempt {attempt})"
        return [*writes, self._announce("connected", {"target": "CyTube", **self._place(), "note": note}), *greeting]

    def hear(self, frames: list[Frame]) -> list[Out]:
        """Take what CyTube sent: the picture of the room is written first, then the event is published."""
        if not self.connected:
            return []
        outs: list[Out] = []
        for frame in frames:
            if frame.name == "chatMsg" and self.room.now < self._deaf_until:
                continue
            outs += self.mirror.hear(frame)
            outs.append(self._event(frame))
            if frame.name == "kick":
                self.close()
                break
        return outs

    def envelope(self, frame: Frame) -> dict[str, Any]:
        """Give the body of an event."""
        return {
            "event_name": frame.name,
            "payload": frame.payload,
            "channel": self.channel,
            "domain": self.domain,
            "timestamp": stamp(self.room.now),
            "correlation_id": str(UUID(int=self.chance.getrandbits(128), version=4)),
        }

    @property
    def uptime_seconds(self) -> float:
        """Give the time since its start."""
        return (self.room.now - self.started).total_seconds()

    def _enter(self, *, repeat_chat: bool) -> tuple[list[Put], list[Publish]]:
        """Come in: the picture is whole before the first event goes out."""
        frames = greet(self.room, repeat_chat=repeat_chat)
        self.connected, self.closed = True, None
        writes = [put for frame in frames for put in self.mirror.hear(frame)]
        return writes, [self._event(frame) for frame in frames]

    def _event(self, frame: Frame) -> Publish:
        self.published += 1
        subject = subjects.robot_event(subjects.token(self.channel), frame.name.lower())
        return Publish(subject, json.dumps(self.envelope(frame)).encode())

    def _announce(self, what: str, more: dict[str, Any] | None = None) -> Publish:
        body = {
            "service": "robot",
            "version": VERSION,
            "hostname": HOSTNAME,
            "timestamp": stamp(self.room.now),
            "uptime_seconds": self.uptime_seconds,
        }
        return Publish(subjects.robot_lifecycle(what), json.dumps(body | (more or {})).encode())

    def _place(self) -> dict[str, Any]:
        return {"domain": self.domain, "channel": self.channel}


def stamp(at: datetime) -> str:
    """Give a time as the robot writes it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
