"""What the robot tells of itself and of its picture of the room, when asked."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from libs.sim.robot import VERSION, Robot, stamp

Data = dict[str, Any]
METRICS: Final = "http://127.0.0.1:18090/health"


def answers(robot: Robot, command: str, request: dict[str, Any]) -> Iterator[Data]:
    """Give the bodies of all replies to a question; none where it is no question."""
    if command == "state.user":
        yield _user(robot, request)
    elif command in _STATE:
        yield _answer(command, _STATE[command](robot))
    elif command in _SYSTEM:
        yield from (_answer(command, tell(robot)) for tell in _SYSTEM[command])


def level(robot: Robot) -> Data:
    """Tell the robot's rank; as the real one, wrongly: it is the one it had at its login."""
    return {"success": True, "rank": 1, "username": robot.room.bot}


def _answer(command: str, data: Data) -> Data:
    return {"service": "robot", "command": command, "success": True, "data": data}


def _user(robot: Robot, request: dict[str, Any]) -> Data:
    name = request.get("username")  # at the top, not in `args`
    if not name:
        return {"service": "robot", "command": "state.user", "success": False, "error": "username required"}
    user = next((user for user in robot.mirror.users if user["name"] == name), None)
    return _answer("state.user", {"user": user, "profile": None if user is None else user.get("profile", {})})


def _all(robot: Robot) -> Data:
    mirror = robot.mirror
    counts = {"emote_count": len(mirror.emotes), "playlist_count": len(mirror.items), "user_count": len(mirror.users)}
    return {"emotes": mirror.emotes, "playlist": mirror.items, "userlist": mirror.users, "stats": counts}


def _profiles(robot: Robot) -> Data:
    return {"profiles": {user["name"]: user["profile"] for user in robot.mirror.users if user.get("profile", {}).get("image")}}


def _brief_pong(robot: Robot) -> Data:
    return {
        "pong": True,
        "timestamp": stamp(robot.room.now),
        "uptime_seconds": robot.uptime_seconds,
        "service": "robot",
        "version": VERSION,
    }


def _full_pong(robot: Robot) -> Data:
    return {
        "pong": True,
        "service": "robot",
        "version": VERSION,
        "uptime_seconds": robot.uptime_seconds,
        "timestamp": stamp(robot.room.now),
        "metrics_endpoint": METRICS,
        "cytube_connected": robot.connected,
        **({"channel": robot.channel, "domain": robot.domain} if robot.connected else {}),
    }


def _brief_health(robot: Robot) -> Data:
    return {
        "service": "robot",
        "status": "healthy",
        "domain": robot.domain,
        "channel": robot.channel,
        "nats_connected": True,
        "queries_processed": 0,
        "queries_failed": 0,
    }


def _full_health(robot: Robot) -> Data:
    return {
        "service": "robot",
        "status": "healthy",
        "version": VERSION,
        "uptime_seconds": robot.uptime_seconds,
        "nats_connected": True,
        "nats_reconnect_count": 0,
        "cytube_connected": robot.connected,
        "channel": robot.channel,
        "domain": robot.domain,
        "metrics_endpoint": METRICS,
    }


def _stats(robot: Robot) -> Data:
    now, mirror = stamp(robot.room.now), robot.mirror
    return {
        "uptime_seconds": robot.uptime_seconds,
        "events": {
            "total_published": robot.published,
            "failed": 0,
            "rate_1min": 0.0,
            "rate_5min": 0.0,
            "last_event_time": now,
            "last_event_type": "mediaUpdate",
        },
        "commands": {},
        "queries": {"processed": 0, "failed": 0, "rate_1min": 0.0},
        "connections": {
            "cytube": {"connected": robot.connected, "connected_since": now, "last_event_time": now, "reconnect_count": 0},
            "nats": {"connected": True, "connected_since": stamp(robot.started), "connected_url": "simulated", "reconnect_count": 0},
        },
        "state": {"users": len(mirror.users), "playlist": len(mirror.items), "emotes": len(mirror.emotes)},
        "memory": {"rss_mb": 0.0, "vms_mb": 0.0},
    }


def _counts(robot: Robot) -> Data:
    return {
        "service": "robot",
        "version": VERSION,
        "uptime_seconds": robot.uptime_seconds,
        "commands_processed": 0,
        "messages_published": robot.published,
        "bytes_sent": 0,
        "nats_errors": 0,
        "events_published": 0,
        "cytube_commands_processed": 0,
        "cytube_commands_succeeded": 0,
        "cytube_commands_failed": 0,
    }


def _channels(robot: Robot) -> Data:
    return {"channels": [{"domain": robot.domain, "channel": robot.channel, "connected": robot.connected}]}


def _version(_robot: Robot) -> Data:
    return {"version": VERSION}


_STATE: Final[dict[str, Callable[[Robot], Data]]] = {
    "state.userlist": lambda robot: {"userlist": robot.mirror.users},
    "state.playlist": lambda robot: {"playlist": robot.mirror.items},
    "state.emotes": lambda robot: {"emotes": robot.mirror.emotes},
    "state.motd": lambda robot: {"motd": robot.mirror.texts.get("motd", "")},
    "state.css": lambda robot: {"css": robot.mirror.texts.get("css", "")},
    "state.js": lambda robot: {"js": robot.mirror.texts.get("js", "")},
    "state.options": lambda _robot: {"options": {}},
    "state.permissions": lambda _robot: {"permissions": {}},
    "state.profiles": _profiles,
    "state.all": _all,
}
_SYSTEM: Final[dict[str, tuple[Callable[[Robot], Data], ...]]] = {
    "system.ping": (_brief_pong, _full_pong),
    "system.health": (_brief_health, _full_health),
    "system.stats": (_stats, _counts),
    "system.channels": (_channels,),
    "system.version": (_version,),
}
"""Where two answer, the one that knows less comes first."""
