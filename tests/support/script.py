"""Raw messages made by hand: the shapes kryten-robot publishes, and a script of them with sequences and times."""

import json
import random
import uuid
from collections.abc import Container
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.model_parts import Raw

CHANNEL, DOMAIN, BOT = "testroom", "localhost", "ZCoinBot"
UNWATCHED: dict[str, Any] = {
    "content_triggers": {
        name: {"enabled": False} for name in ("first_after_media_change", "comment_during_media", "like_current", "survived_full_media")
    }
}
"""Nothing is paid for what is done about what plays."""
SILENT: dict[str, Any] = {
    "chat_triggers": {
        name: {"enabled": False}
        for name in ("long_message", "laugh_received", "kudos_received", "first_message_of_day", "conversation_starter")
    },
    "social_triggers": {name: {"enabled": False} for name in ("greeted_newcomer", "mentioned_by_other", "bot_interaction")},
}
"""Nothing is paid for what is written."""
PLAIN = {"off_peak": {"enabled": False}, "high_population": {"enabled": False}, "holidays": {"enabled": False}}
"""Nothing is multiplied, whatever the time and however many are here."""

DRY: dict[str, Any] = {
    "rain": {"enabled": False},
    "balance_maintenance": {"mode": "none"},
    "digest": {"user_digest": {"enabled": False}, "admin_digest": {"enabled": False}},
}
"""Nothing comes by the clock alone."""
UNCOUNTED: dict[str, Any] = {
    "streaks": {"daily": {"enabled": False}, "weekend_weekday_bridge": {"enabled": False}},
    "retention": {"welcome_back": {"enabled": False}},
}
"""Nothing is paid for coming day after day, or back."""
BARE: dict[str, Any] = {**SILENT, **UNWATCHED, **UNCOUNTED, **DRY, "multipliers": PLAIN}
"""Being there is all that is paid, with its milestones and the wallet: what the model of the tests knows of."""


def subject(event_name: str, channel: str = CHANNEL) -> str:
    """Give the subject of a robot event."""
    return f"kryten.events.cytube.{channel.lower()}.{event_name.lower()}"


def envelope(
    event_name: str, payload: Any, at: datetime, *, correlation_id: str, channel: str = CHANNEL, domain: str = DOMAIN
) -> dict[str, Any]:
    """Give the body of a robot event."""
    stamp = at.astimezone(UTC).isoformat(timespec="microseconds")
    return {
        "event_name": event_name,
        "payload": payload,
        "channel": channel,
        "domain": domain,
        "timestamp": stamp,
        "correlation_id": correlation_id,
    }


def person(name: str, rank: float = 1, *, afk: bool = False, seen_by_moderator: bool = True) -> dict[str, Any]:
    """Give a user object as lists and joins hold it."""
    meta: dict[str, Any] = {"afk": afk, "muted": False}
    if seen_by_moderator:
        meta |= {"smuted": False, "aliases": [name], "ip": "LVe.xZQ.D0l.8kc"}
    return {"name": name, "rank": rank, "profile": {"image": "", "text": ""}, "meta": meta}


def line(username: str, msg: str, at: datetime, **meta: Any) -> dict[str, Any]:
    """Give the payload of a chat line."""
    return {"username": username, "msg": msg, "meta": meta, "time": milliseconds(at)}


def server_line(msg: str, at: datetime) -> dict[str, Any]:
    """Give the payload of what CyTube says to moderators in chat."""
    return line("[server]", msg, at, addClass="server-whisper", addClassToNameAndTimestamp=True)


def milliseconds(at: datetime) -> int:
    """Give CyTube's own form of a time."""
    return round(at.timestamp() * 1000)


def random_id(source: random.Random) -> str:
    """Give a correlation id as the robot makes them, from a seeded source."""
    return str(uuid.UUID(int=source.getrandbits(128), version=4))


@dataclass(slots=True)
class Script:
    """Raw messages one after another; times are given as `HH:MM:SS` of one day, or as datetimes."""

    day: datetime = field(default_factory=lambda: datetime(2026, 11, 22, tzinfo=UTC))
    raws: list[Raw] = field(default_factory=list)
    source: random.Random = field(default_factory=lambda: random.Random(1))
    channel: str = CHANNEL

    def time(self, text: str | datetime) -> datetime:
        """Give the moment a `HH:MM:SS[.ffffff]` text means."""
        if isinstance(text, datetime):
            return text
        hours, minutes, seconds = text.split(":")
        return self.day + timedelta(hours=int(hours), minutes=int(minutes), seconds=float(seconds))

    def put(self, subject_: str, body: Any, at: str | datetime) -> "Script":
        """Add any message, stored when it happened."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.raws.append(Raw(len(self.raws) + 1, subject_, data, self.time(at)))
        return self

    def event(self, name: str, payload: Any, at: str | datetime, **envelope_: Any) -> "Script":
        """Add a robot event."""
        options = {"correlation_id": random_id(self.source), "channel": self.channel} | envelope_
        return self.put(subject(name, self.channel), envelope(name, payload, self.time(at), **options), at)

    def again(self) -> "Script":
        """Add the last message once more, as it is."""
        last = self.raws[-1]
        self.raws.append(Raw(last.sequence + 1, last.subject, last.body, last.stored))
        return self

    def observe(self, kind: str, payload: dict[str, Any], at: str | datetime, channel: str = "@all") -> "Script":
        """Add something ingest itself saw."""
        body = envelope(kind, payload, self.time(at), correlation_id=random_id(self.source), channel=channel)
        del body["domain"]
        return self.put(f"economy.observed.{channel}.{kind}", body, at)

    def configure(self, at: str | datetime, **sections: Any) -> "Script":
        """Add a configuration."""
        return self.observe("configuration", {"version": f"v{len(self.raws)}", "settings": sections}, at)

    def tick(self, at: str | datetime, robot: str = "connected") -> "Script":
        """Add a tick that says how the robot is."""
        return self.observe("tick", {"robots": {self.channel: robot}}, at)

    def roster(self, at: str | datetime, as_of: int, *names: str, guests: Container[str] = (), afk: bool | None = None) -> "Script":
        """Add a roster of viewers, registered but for the guests, that says whether all are AFK, or not."""
        told = {} if afk is None else {"afk": afk}
        users = [{"user": name, "rank": 0.0 if name in guests else 1.0, **told} for name in names]
        return self.observe("roster", {"as_of": as_of, "users": users}, at, self.channel)

    def join(self, name: str, at: str | datetime, rank: float = 1) -> "Script":
        """Add what a join comes as: the user, the server's line, and the rank in the channel."""
        moment = self.time(at)
        self.event("addUser", person(name, min(rank, 1)), at)
        self.event("chatMsg", server_line(f"{name} joined (aliases: {name})", moment), at)
        return self.event("setUserRank", {"name": name, "rank": rank}, at) if rank else self

    def leave(self, name: str, at: str | datetime) -> "Script":
        """Add a leave."""
        return self.event("userLeave", {"name": name}, at)

    def chat(self, name: str, text: str, at: str | datetime, said: str | datetime | None = None) -> "Script":
        """Add a chat line, said now or (a repetition of CyTube's) earlier."""
        return self.event("chatMsg", line(name, text, self.time(said or at)), at)

    def pm(self, name: str, text: str, at: str | datetime) -> "Script":
        """Add a PM to the robot."""
        return self.event("pm", line(name, text, self.time(at)) | {"to": BOT}, at)

    def list(self, at: str | datetime, *names: str) -> "Script":
        """Add a user list of registered viewers."""
        return self.event("userlist", [person(name) for name in names], at)

    def lifecycle(self, what: str, at: str | datetime, *, here: bool = True) -> "Script":
        """Add an announcement of the robot about itself, of this channel or of none."""
        body: dict[str, Any] = {"service": "robot", "timestamp": self.time(at).isoformat(), "uptime_seconds": 1.0}
        if here:
            body |= {"target": "CyTube", "domain": DOMAIN, "channel": self.channel}
        return self.put(f"kryten.lifecycle.robot.{what}", body, at)

    def outage(self, lost: str | datetime, back: str | datetime, *names: str) -> "Script":
        """Add a tick that says away, and a return of the robot with these viewers in the room."""
        self.tick(lost, "away").lifecycle("connected", back)
        return self.event("login", {"success": True, "name": BOT}, back).list(back, *names, BOT)
