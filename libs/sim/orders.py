"""What services may have the robot do: `kryten.robot.command`, its replies, and the older form without any."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from libs.common.names import fold
from libs.sim import queries
from libs.sim.flood import Patience
from libs.sim.robot import Robot

QUEUE_BURST: Final = 10
QUEUE_PER_SECOND: Final = 2.0
PATIENCE_SECONDS: Final = 8.0
"""So long the robot waits for word of what it queued; then it says that all went well."""
DONE: Final[dict[str, Any]] = {"success": True}

Arguments = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to a request."""

    body: dict[str, Any]
    after_seconds: float = 0.0


class Refused(Exception):
    """The arguments do not fit; the words go to who asked."""


@dataclass(frozen=True, slots=True)
class Late:
    """Data that comes only when the robot has lost its patience."""

    data: dict[str, Any]


class Orders:
    """The robot's two listeners on one subject: one does, the other tells what it knows. Some commands get an answer of both."""

    def __init__(self, robot: Robot) -> None:
        """Take orders for this robot."""
        self.robot = robot
        self.room = robot.room
        self._queue = Patience(QUEUE_BURST, QUEUE_PER_SECOND)
        self._does: dict[str, Callable[[Arguments], dict[str, Any] | Late]] = {
            "say": self._say, "pm": self._pm, "addvideo": self._add, "rmvideo": self._remove, "mvvideo": self._move,
            "settemp": self._set_temp, "jump": self._jump, "playNext": self._next, "voteskip": self._vote, "shuffle": self._shuffle,
            "clear": self._clear, "seek": _nothing, "pause": _nothing, "play": _nothing, "setChannelCSS": self._css,
            "setChannelJS": self._js, "setMotd": self._motd, "setOptions": self._options, "setPermissions": self._permissions,
            "updateEmote": self._emote, "removeEmote": self._no_emote, "setChannelRank": self._rank, "assignLeader": self._leader,
            "mute": self._mute, "smute": self._shadow, "kick": self._kick, "ban": self._ban, "unban": self._unban,
            "requestBanlist": self._bans, "requestChannelRanks": self._ranks, "reconnect": self._away, "restart": self._away,
            "halt": self._away,
        }  # fmt: skip

    @property
    def known(self) -> frozenset[str]:
        """Give the commands that are done here; those that only tell something left out."""
        return frozenset(self._does)

    def take(self, body: bytes) -> list[Reply]:
        """Carry out one request; give the replies, in order."""
        try:
            request = json.loads(body)
        except ValueError as error:
            return _twice(f"Invalid JSON: {error}")
        if not isinstance(request, dict) or not request.get("command"):
            return _twice("Missing 'command' field")
        if not self._is_meant(_object(request.get("meta"))):
            return []
        service, command = request.get("service") or "robot", str(request["command"])
        if service != "robot":
            return [_failed(f"Command intended for {service!r}, not 'robot'")]
        told = [Reply(answer) for answer in queries.answers(self.robot, command, request)]
        do = self._does.get(command)
        if do is None:
            return told  # also for what nobody knows: the asker's patience runs out
        try:
            data = do(_object(request.get("args")))
        except Refused as error:
            return [_failed(str(error))]
        if isinstance(data, Late):
            return [Reply(_answer(command, data.data), PATIENCE_SECONDS)]
        return [Reply(_answer(command, data))]

    def take_old(self, body: bytes) -> None:
        """Carry out an order of the older form, which is never answered."""
        try:
            request = json.loads(body)
            action, arguments = request["action"], dict(request.get("data") or {})
        except (ValueError, KeyError, TypeError):
            return
        name = {"chat": "say", "queue": "addvideo"}.get(action, action)
        if name == "addvideo":
            arguments.setdefault("temp", False)
        if name in self._does:
            try:
                self._does[name](arguments)
            except Refused:
                return

    def _is_meant(self, meta: dict[str, Any]) -> bool:
        domain, channel = meta.get("domain"), meta.get("channel")
        return not (domain and channel) or (domain == self.robot.domain and fold(str(channel)) == fold(self.robot.channel))

    # -- talk -----------------------------------------------------------------------------------------------------------------------

    def _say(self, args: Arguments) -> dict[str, Any]:
        words = args.get("message") or args.get("msg")
        if not words:
            raise Refused("Missing message")
        if self.robot.connected:
            self.room.chat(self.room.bot, str(words))
        return DONE  # also when nobody heard it

    def _pm(self, args: Arguments) -> dict[str, Any]:
        to, words = args.get("to") or args.get("username"), args.get("msg") or args.get("message")
        if not (to and words):
            raise Refused("Missing username or message")
        if self.robot.connected:
            self.room.pm(self.room.bot, str(to), str(words))
        return DONE

    # -- playlist -------------------------------------------------------------------------------------------------------------------

    def _add(self, args: Arguments) -> dict[str, Any] | Late:
        nothing = Late({"success": True, "uid": None})
        if not self.robot.connected:
            return {"success": False, "error": "Failed to add video"}
        if not args.get("type"):
            self.room.send("errorMsg", {"msg": "Unexpected error for message queue: Missing key: string:type"})
            return nothing
        kind, id_, pos = str(args["type"]), str(args.get("id", "")), args.get("pos", "end")
        if pos not in {"end", "next"}:
            return nothing
        if not self._queue.allows(self.room.now):
            return self._not_queued("You are adding videos too quickly", kind, id_)
        media = self.room.resolve(kind, id_)
        if isinstance(media, str):
            return self._not_queued(media, kind, id_)
        playlist, temp = self.room.playlist, bool(args.get("temp", True))
        there = playlist.holding(media)
        if there is not None and (pos == "end" or there is playlist.current):
            return self._not_queued("This item is already on the playlist", kind, id_)
        if there is not None:  # it moves
            temp = there.temp
            playlist.delete(there.uid, self.room.now)
        return {"success": True, "uid": playlist.add(media, self.room.bot, pos, self.room.now, temp=temp)}

    def _not_queued(self, why: str, kind: str, id_: str) -> dict[str, Any]:
        link = f"https://youtu.be/{id_}" if kind == "yt" else id_
        failure = {"msg": why, "link": link, "id": id_}
        self.room.send("queueFail", failure)
        return {"success": False, "error": why, "queue_fail": failure}

    def _remove(self, args: Arguments) -> dict[str, Any]:
        self.room.playlist.delete(_uid(args, "uid"), self.room.now)
        return DONE

    def _move(self, args: Arguments) -> dict[str, Any]:
        self.room.playlist.move(_uid(args, "from"), args.get("after", "prepend"))
        return DONE

    def _set_temp(self, args: Arguments) -> dict[str, Any]:
        self.room.playlist.set_temp(_uid(args, "uid"), temp=bool(args.get("temp", True)))
        return DONE

    def _jump(self, args: Arguments) -> dict[str, Any]:
        uid = args.get("uid")
        if not isinstance(uid, str) or not uid.isdecimal():  # kryten-py sends a number: it fails
            return {"success": False, "error": "Failed to jump to video"}
        item = self.room.playlist.find(int(uid))
        if item is not None:
            self.room.playlist.skip(self.room.now, item)
        return DONE

    def _next(self, _args: Arguments) -> dict[str, Any]:
        self.room.playlist.skip(self.room.now)
        return DONE

    def _vote(self, _args: Arguments) -> dict[str, Any]:
        self.room.vote_skip(self.room.bot)
        return DONE

    def _shuffle(self, _args: Arguments) -> dict[str, Any]:
        self.room.playlist.shuffle(self.robot.chance, self.room.now)
        return DONE

    def _clear(self, _args: Arguments) -> dict[str, Any]:
        self.room.playlist.clear()
        return DONE

    # -- looks ----------------------------------------------------------------------------------------------------------------------

    def _css(self, args: Arguments) -> dict[str, Any]:
        self.room.dress(self.room.bot, _text(args, "css"))
        return DONE

    def _js(self, args: Arguments) -> dict[str, Any]:
        self.room.set_looks(js=_text(args, "js"))
        return DONE

    def _motd(self, args: Arguments) -> dict[str, Any]:
        self.room.set_motd(_text(args, "motd"))
        return DONE

    def _options(self, args: Arguments) -> dict[str, Any]:
        self.room.options |= dict(args.get("options") or {})
        self.room.send("channelOpts", dict(self.room.options))
        return DONE

    def _permissions(self, args: Arguments) -> dict[str, Any]:
        self.room.permissions |= dict(args.get("permissions") or {})
        self.room.send("setPermissions", dict(self.room.permissions))
        return DONE

    def _emote(self, args: Arguments) -> dict[str, Any]:
        self.room.set_emote(_text(args, "name"), _text(args, "image"))
        return DONE

    def _no_emote(self, args: Arguments) -> dict[str, Any]:
        self.room.remove_emote(_text(args, "name"))
        return DONE

    # -- people ---------------------------------------------------------------------------------------------------------------------

    def _rank(self, args: Arguments) -> dict[str, Any]:
        try:
            rank = int(args["rank"])
        except (KeyError, TypeError, ValueError):
            raise Refused("Missing username or rank") from None
        refusal = self.room.set_rank(self.room.bot, _text(args, "username"), rank)
        if refusal is not None:
            self.room.send("channelRankFail", {"msg": f"Updating user rank failed: {refusal}"})
        return DONE

    def _leader(self, args: Arguments) -> dict[str, Any]:
        self.room.lead(str(args.get("name", "")))
        return DONE

    def _mute(self, args: Arguments) -> dict[str, Any]:
        return self._line(f"/mute {_who(args)}")

    def _shadow(self, args: Arguments) -> dict[str, Any]:
        return self._line(f"/smute {_who(args)}")

    def _kick(self, args: Arguments) -> dict[str, Any]:
        return self._line(f"/kick {_who(args)} {args.get('reason') or ''}".rstrip())

    def _ban(self, args: Arguments) -> dict[str, Any]:
        return self._line(f"/ban {_who(args)} {args.get('reason') or ''}".rstrip())

    def _line(self, words: str) -> dict[str, Any]:
        """Give a moderator's line, since that is how the robot does it."""
        return self._say({"message": words})

    def _unban(self, args: Arguments) -> dict[str, Any]:
        name = _text(args, "username")
        self._bans({})
        if self.room.unban(self.room.bot, name):
            return {"success": True, "removed": 1}
        return {"success": False, "error": f"No active ban for {name!r}"}

    def _bans(self, _args: Arguments) -> dict[str, Any]:
        return {"banlist": self._told("banlist", list(self.room.bans.values()))}

    def _ranks(self, _args: Arguments) -> dict[str, Any]:
        ranks = [{"name": name, "rank": rank, "channel": self.robot.channel} for name, rank in self.room.ranks.values() if rank > 1]
        return {"ranks": self._told("channelRanks", ranks)}

    def _told(self, name: str, payload: Any) -> dict[str, Any]:
        """Publish what CyTube answers, and give the whole event."""
        frame = self.room.send(name, payload)
        return self.robot.envelope(frame)

    def _away(self, _args: Arguments) -> dict[str, Any]:
        self.robot.close()
        return {"message": "Reconnecting"}


def _nothing(_args: Arguments) -> dict[str, Any]:
    """Accept what has no effect in the room."""
    return DONE


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(args: Arguments, key: str) -> str:
    value = args.get(key)
    if not isinstance(value, str):
        raise Refused(f"Missing {key}")
    return value


def _who(args: Arguments) -> str:
    name = args.get("username") or args.get("name")
    if not name:
        raise Refused("Missing username")
    return str(name)


def _uid(args: Arguments, key: str) -> int:
    value = args.get(key)
    if isinstance(value, bool) or not isinstance(value, int | str) or not str(value).isdecimal():
        raise Refused(f"Missing {key}")
    return int(value)


def _answer(command: str, data: dict[str, Any]) -> dict[str, Any]:
    return {"service": "robot", "command": command, "success": True, "data": data}


def _failed(error: str) -> Reply:
    return Reply({"service": "robot", "success": False, "error": error})


def _twice(error: str) -> list[Reply]:
    """Answer as both listeners do."""
    return [Reply({"service": "robot", "command": "unknown", "success": False, "error": error}), _failed(error)]
