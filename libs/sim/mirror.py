"""kryten-robot's own picture of the room, as it stands in its key-value buckets; with the robot's mistakes, since services meet them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from libs.sim.frames import Frame

BUCKETS: Final = ("userlist", "playlist", "emotes", "state")


@dataclass(frozen=True, slots=True)
class Put:
    """One value to be written."""

    bucket: str
    """Short name, such as `userlist`."""
    key: str
    value: bytes


class Mirror:
    """What the robot remembers of the frames it gets."""

    def __init__(self) -> None:
        """Remember nothing."""
        self.users: list[dict[str, Any]] = []
        self.items: list[dict[str, Any]] = []
        self.current: dict[str, Any] | None = None
        self.emotes: list[dict[str, Any]] = []
        self.texts: dict[str, str] = {}

    def hear(self, frame: Frame) -> list[Put]:
        """Take a frame; give what is written because of it."""
        payload = frame.payload
        match frame.name:
            case "userlist":
                self.users = list(payload)
            case "addUser":
                self._put_user(dict(payload))
            case "userLeave":
                self.users = [user for user in self.users if user["name"] != payload["name"]]
            case "setUserRank":
                # All else that was known of this user is forgotten; and who is not here becomes a phantom.
                self._put_user({"name": payload["name"], "rank": payload["rank"]})
            case "setAFK":
                self._mark_afk(payload["name"], afk=payload["afk"])
            case "emoteList" | "updateEmote" | "removeEmote":
                return self._emotes(frame.name, payload)
            case "channelCSSJS":
                return [self._text("css", payload["css"]), self._text("js", payload["js"])]
            case "setMotd":
                return [self._text("motd", payload)]
            case _:
                return list(self._playlist(frame.name, payload))
        return [_json("userlist", "users", self.users)]

    def _put_user(self, user: dict[str, Any]) -> None:
        names = [each["name"] for each in self.users]
        if user["name"] in names:  # spelt otherwise, it is another one
            self.users[names.index(user["name"])] = user
        else:
            self.users.append(user)

    def _mark_afk(self, name: str, *, afk: bool) -> None:
        self.users = [user | {"meta": user.get("meta", {}) | {"afk": afk}} if user["name"] == name else user for user in self.users]

    def _emotes(self, name: str, payload: Any) -> list[Put]:
        if name == "emoteList":
            self.emotes = list(payload)
        else:
            names = [each["name"] for each in self.emotes]
            known = payload["name"] in names
            if name == "removeEmote" and not known:
                return []
            if name == "removeEmote":
                del self.emotes[names.index(payload["name"])]
            elif known:
                self.emotes[names.index(payload["name"])] = payload
            else:
                self.emotes.append(payload)
        return [_json("emotes", "list", self.emotes)]

    def _playlist(self, name: str, payload: Any) -> Iterator[Put]:
        match name:
            case "playlist":
                self.items = list(payload)
            case "queue":
                self._insert(payload["item"], payload["after"])
            case "delete":
                if not payload["uid"]:
                    return  # uid 0 counts as none
                self.items = [item for item in self.items if item["uid"] != payload["uid"]]
            case "moveVideo":
                moved = [item for item in self.items if item["uid"] == payload["from"]]
                self.items = [item for item in self.items if item["uid"] != payload["from"]]
                for item in moved:
                    self._insert(item, payload["after"])
            case "setCurrent":
                if self.current is not None:  # the new uid with the old media, until changeMedia comes
                    self.current = self.current | {"uid": payload}
                    yield _json("playlist", "current", self.current)
                else:
                    self.current = {"uid": payload}
                return
            case "changeMedia":
                uid = (self.current or {}).get("uid", 0)
                self.current = payload | {"uid": uid}
                yield _json("playlist", "current", self.current)
                return
            case _:
                return
        yield _json("playlist", "items", self.items)

    def _insert(self, item: dict[str, Any], after: int | str) -> None:
        uids = [each["uid"] for each in self.items]
        place = uids.index(after) + 1 if after in uids else len(uids)
        self.items.insert(0 if after == "prepend" else place, item)

    def _text(self, key: str, text: str) -> Put:
        self.texts[key] = text
        return Put("state", key, text.encode())


def _json(bucket: str, key: str, value: Any) -> Put:
    return Put(bucket, key, json.dumps(value).encode())
