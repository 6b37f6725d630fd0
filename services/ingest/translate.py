"""The robot's events, one by one, in the economy's own words: a payload in, an event out, or `Wrong` with the reason."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from libs.common.contracts.events import (
    Afk,
    Chat,
    Css,
    Delete,
    Emotes,
    Event,
    Ignored,
    Join,
    Leave,
    MediaChange,
    Mute,
    PrivateMessage,
    Queue,
    QueueFail,
    Rank,
    Robot,
    UserList,
    Viewer,
)
from libs.common.names import fold
from services.ingest import wire
from services.ingest.room import ECHO, Room, digest
from services.ingest.text import HTML_CHARACTERS_MAX, plain
from services.ingest.wire import Envelope, Wrong


@dataclass(frozen=True, slots=True)
class Case:
    """One message to translate: its envelope, what is known of its room, and the fields all events have."""

    envelope: Envelope
    room: Room
    head: dict[str, Any]

    @property
    def payload(self) -> dict[str, Any]:
        return wire.mapping(self.envelope.payload, "payload")


# `model_construct` skips a validation that has just been done by hand: each value below is read by its type in `wire`.


def chat(case: Case) -> Event:
    payload = case.payload
    user, html, time = _speech(payload)
    if _is_server(user):
        return ignored(case, "server")
    sent = case.envelope.sent
    seen = case.room.lines.get((fold(user), wire.to_milliseconds(time), digest(html)))
    if seen is not None and sent - seen >= ECHO:
        return ignored(case, "repeated")
    meta = wire.mapping(payload.get("meta") or {}, "meta")
    return Chat.model_construct(
        **case.head,
        user=user,
        rank=case.room.rank(user),
        text=plain(html),
        html=html,
        time=time,
        shadow=meta.get("shadow") is True,
        action=meta.get("action") is True,
        style=wire.optional_text(meta, "addClass"),
        sent=None if sent == case.head["at"] else sent,
    )


def private_message(case: Case) -> Event:
    payload = case.payload
    user, html, time = _speech(payload)
    if _is_server(user):
        return ignored(case, "server")
    meta = wire.mapping(payload.get("meta") or {}, "meta")
    return PrivateMessage.model_construct(
        **case.head,
        user=user,
        to=wire.name(payload, "to") if "to" in payload else "",
        rank=case.room.rank(user),
        text=plain(html),
        html=html,
        time=time,
        shadow=meta.get("shadow") is True or case.room.is_shadow_muted(user),
    )


def join(case: Case) -> Event:
    viewer = _viewer(case.payload, case.room)
    return Join.model_construct(
        **case.head,
        user=viewer.user,
        rank=case.room.rank_at_join(viewer.user, viewer.rank or 0.0, case.head["at"]),
        afk=viewer.afk is True,
        muted=viewer.muted,
        shadow_muted=viewer.shadow_muted,
    )


def leave(case: Case) -> Event:
    return Leave.model_construct(**case.head, user=wire.name(case.payload, "name"))


def user_list(case: Case) -> Event:
    users = wire.sequence(case.envelope.payload, "payload")
    return UserList.model_construct(**case.head, users=list(_viewers(users, case.room)))


def _viewers(users: Sequence[Any], room: Room) -> Iterator[Viewer]:
    """Give those of a list that can be read: one odd entry must not make everybody else unknown."""
    for user in users:
        try:
            yield _viewer(wire.mapping(user, "a user"), room)
        except Wrong:
            continue


def afk(case: Case) -> Event:
    payload = case.payload
    return Afk.model_construct(**case.head, user=wire.name(payload, "name"), afk=wire.flag(payload, "afk"))


def mute(case: Case) -> Event:
    payload = case.payload
    user = wire.name(payload, "name")
    meta = wire.mapping(payload.get("meta"), "meta")
    return Mute.model_construct(
        **case.head,
        user=user,
        muted=wire.flag(meta, "muted", default=False),
        shadow_muted=wire.flag(meta, "smuted", default=case.room.is_shadow_muted(user)),
    )


def rank(case: Case) -> Event:
    payload = case.payload
    return Rank.model_construct(**case.head, user=wire.name(payload, "name"), rank=wire.number(payload, "rank"))


def media(case: Case) -> Event:
    payload = case.payload
    return MediaChange.model_construct(
        **case.head,
        **_media(payload),
        position_seconds=wire.number(payload, "currentTime") if payload.get("currentTime") is not None else 0.0,
        paused=wire.flag(payload, "paused", default=False),
    )


def queue(case: Case) -> Event:
    item = wire.mapping(case.payload.get("item"), "item")
    return Queue.model_construct(
        **case.head,
        **_media(wire.mapping(item.get("media"), "media")),
        uid=wire.whole(item, "uid"),
        temp=wire.flag(item, "temp", default=False),
        queued_by=wire.optional_text(item, "queueby") or "",
    )


def queue_fail(case: Case) -> Event:
    payload = case.payload
    return QueueFail.model_construct(
        **case.head,
        message=wire.text(payload, "msg"),
        link=_text_or_none(payload.get("link")),
        media_id=_text_or_none(payload.get("id")),
    )


def delete(case: Case) -> Event:
    return Delete.model_construct(**case.head, uid=wire.whole(case.payload, "uid"))


def emote_list(case: Case) -> Event:
    emotes = [wire.mapping(emote, "an emote") for emote in wire.sequence(case.envelope.payload, "payload")]
    return Emotes.model_construct(**case.head, change="list", names=[wire.text(emote, "name") for emote in emotes])


def emote_update(case: Case) -> Event:
    return Emotes.model_construct(**case.head, change="update", names=[wire.text(case.payload, "name")])


def emote_rename(case: Case) -> Event:
    payload = case.payload
    return Emotes.model_construct(**case.head, change="rename", names=[wire.text(payload, "name")], old=wire.text(payload, "old"))


def emote_remove(case: Case) -> Event:
    return Emotes.model_construct(**case.head, change="remove", names=[wire.text(case.payload, "name")])


def css(case: Case) -> Event:
    return Css.model_construct(**case.head, css=wire.optional_text(case.payload, "css") or "")


def login(case: Case) -> Event:
    """The robot's own login, failed or not: a new session begins, and who is present is open until the next list."""
    payload = case.payload
    note = None if payload.get("success") is True else wire.optional_text(payload, "error") or "failed"
    return Robot.model_construct(**{**case.head, "proof": False}, what="login", note=note)


def kick(case: Case) -> Event:
    payload = case.envelope.payload
    reason = payload.get("reason") if isinstance(payload, dict) else payload
    return Robot.model_construct(**case.head, what="kicked", note=_text_or_none(reason))


def ignored(case: Case, reason: Literal["repeated", "server", "unused"]) -> Event:
    return Ignored.model_construct(**case.head, reason=reason, name=case.envelope.name)


ROBOT: Final[dict[str, Callable[[Case], Event]]] = {
    "adduser": join,
    "changemedia": media,
    "channelcssjs": css,
    "chatmsg": chat,
    "delete": delete,
    "emotelist": emote_list,
    "kick": kick,
    "login": login,
    "pm": private_message,
    "queue": queue,
    "queuefail": queue_fail,
    "removeemote": emote_remove,
    "renameemote": emote_rename,
    "setafk": afk,
    "setusermeta": mute,
    "setuserrank": rank,
    "updateemote": emote_update,
    "userleave": leave,
    "userlist": user_list,
}
"""Each event name the economy reads, as it stands in the subject."""


def _speech(payload: dict[str, Any]) -> tuple[str, str, Any]:
    html = wire.text(payload, "msg", HTML_CHARACTERS_MAX)
    return wire.name(payload, "username"), html, wire.milliseconds(payload, "time")


def _is_server(user: str) -> bool:
    """Tell the room's own voices (`[server]`, `[voteskip]`) from people: no account's name has brackets."""
    return user.startswith("[") and user.endswith("]")


def _viewer(user: dict[str, Any], room: Room) -> Viewer:
    name = wire.name(user, "name")
    meta = wire.mapping(user.get("meta") or {}, "meta")
    return Viewer.model_construct(
        user=name,
        rank=wire.number(user, "rank"),
        afk=wire.flag(meta, "afk", default=False),
        muted=wire.flag(meta, "muted", default=False),
        # The first list of a session has no such mark, as the robot's rank is not known yet.
        shadow_muted=wire.flag(meta, "smuted", default=room.is_shadow_muted(name)),
    )


def _media(payload: dict[str, Any]) -> dict[str, Any]:
    media_id = payload.get("id")
    if not isinstance(media_id, str | int) or isinstance(media_id, bool):
        raise Wrong("id is neither text nor a number")
    return {
        "type": wire.text(payload, "type"),
        "media_id": str(media_id),
        "title": wire.optional_text(payload, "title") or "",
        "seconds": int(wire.number(payload, "seconds")) if payload.get("seconds") is not None else 0,
    }


def _text_or_none(value: Any) -> str | None:
    return value if isinstance(value, str) else None
