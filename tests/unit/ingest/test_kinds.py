"""Each raw message that means something, and the event it becomes."""

from datetime import UTC, datetime
from typing import Any

import pytest

from libs.common.contracts import events
from tests.support import raw


def fields(event: events.Event) -> dict[str, Any]:
    """Give what the event says beside where it stands."""
    return {key: value for key, value in event.model_dump(exclude_none=True).items() if key not in events.EventBase.model_fields}


def test_a_chat_line() -> None:
    event = raw.last(raw.join("alice"), raw.chat("alice", "<em>hi</em> &amp; bye", 1, addClass="greentext"))
    assert fields(event) == {
        "kind": "chat",
        "user": "alice",
        "rank": 1.0,
        "text": "_hi_ & bye",
        "html": "<em>hi</em> &amp; bye",
        "time": raw.after(1),
        "shadow": False,
        "action": False,
        "style": "greentext",
    }


def test_an_action_and_a_shadowed_line() -> None:
    event = raw.last(raw.chat("alice", "waves", action=True, shadow=True))
    assert isinstance(event, events.Chat)
    assert (event.action, event.shadow) == (True, True)


def test_a_private_message() -> None:
    event = raw.last(raw.join("alice", rank=0), raw.pm("alice", "balance", 1))
    assert fields(event) == {
        "kind": "pm",
        "user": "alice",
        "to": "ZCoinBot",
        "rank": 0.0,
        "text": "balance",
        "html": "balance",
        "time": raw.after(1),
        "shadow": False,
    }


def test_a_private_message_need_not_say_to_whom() -> None:
    event = raw.last(raw.robot_event("pm", {"username": "alice", "msg": "balance", "time": 1}))
    assert isinstance(event, events.PrivateMessage)
    assert (event.user, event.to, event.text) == ("alice", "", "balance")


def test_a_join() -> None:
    event = raw.last(raw.join("Eve_Mixed", rank=1, afk=True, smuted=True))
    assert fields(event) == {"kind": "join", "user": "Eve_Mixed", "rank": 1.0, "afk": True, "muted": False, "shadow_muted": True}


def test_a_leave() -> None:
    assert fields(raw.last(raw.leave("alice"))) == {"kind": "leave", "user": "alice"}


def test_a_user_list() -> None:
    event = raw.last(raw.userlist(raw.viewer("alice", 2, afk=True), {"name": "bob", "rank": 1.5}))
    assert fields(event) == {
        "kind": "userlist",
        "users": [
            {"user": "alice", "rank": 2.0, "afk": True, "muted": False, "shadow_muted": False},
            {"user": "bob", "rank": 1.5, "afk": False, "muted": False, "shadow_muted": False},
        ],
    }


def test_afk() -> None:
    assert fields(raw.last(raw.robot_event("setAFK", {"name": "alice", "afk": True}))) == {"kind": "afk", "user": "alice", "afk": True}


def test_a_mute() -> None:
    event = raw.last(raw.robot_event("setUserMeta", {"name": "dave", "meta": {"afk": False, "muted": True, "smuted": True}}))
    assert fields(event) == {"kind": "mute", "user": "dave", "muted": True, "shadow_muted": True}


def test_a_rank() -> None:
    assert fields(raw.last(raw.rank("alice", 1.5))) == {"kind": "rank", "user": "alice", "rank": 1.5}


MEDIA = {"id": "abc", "title": "Film <b>One</b>", "seconds": 25, "duration": "00:25", "type": "yt", "meta": {}}


def test_a_media_change() -> None:
    event = raw.last(raw.robot_event("changeMedia", {**MEDIA, "currentTime": -3, "paused": True}))
    assert fields(event) == {
        "kind": "media",
        "type": "yt",
        "media_id": "abc",
        "title": "Film <b>One</b>",
        "seconds": 25,
        "position_seconds": -3.0,
        "paused": True,
    }


def test_a_queued_item_with_the_uid_zero() -> None:
    event = raw.last(raw.robot_event("queue", {"item": {"media": MEDIA, "uid": 0, "temp": True, "queueby": "carol"}, "after": "prepend"}))
    assert fields(event) == {
        "kind": "queue",
        "uid": 0,
        "temp": True,
        "queued_by": "carol",
        "type": "yt",
        "media_id": "abc",
        "title": "Film <b>One</b>",
        "seconds": 25,
    }


def test_a_queue_failure_without_an_id() -> None:
    event = raw.last(raw.robot_event("queueFail", {"msg": "no", "link": "https://e.org", "id": None}))
    assert fields(event) == {"kind": "queue_fail", "message": "no", "link": "https://e.org"}


def test_a_deleted_item() -> None:
    assert fields(raw.last(raw.robot_event("delete", {"uid": 0}))) == {"kind": "delete", "uid": 0}


@pytest.mark.parametrize(
    ("name", "payload", "said"),
    [
        ("emoteList", [{"name": "a", "image": "x"}, {"name": "b", "image": "y"}], {"change": "list", "names": ["a", "b"]}),
        ("updateEmote", {"name": "a", "image": "x"}, {"change": "update", "names": ["a"]}),
        ("renameEmote", {"old": "a", "name": "b"}, {"change": "rename", "names": ["b"], "old": "a"}),
        ("removeEmote", {"name": "a"}, {"change": "remove", "names": ["a"]}),
    ],
)
def test_changes_of_the_emotes(name: str, payload: Any, said: dict[str, Any]) -> None:
    assert fields(raw.last(raw.robot_event(name, payload))) == {"kind": "emotes", **said}


def test_the_style_sheet() -> None:
    event = raw.last(raw.robot_event("channelCSSJS", {"css": "body{}", "cssHash": "", "js": "", "jsHash": ""}))
    assert fields(event) == {"kind": "css", "css": "body{}"}


def test_the_robots_login_is_a_mark_and_no_proof() -> None:
    event = raw.last(raw.robot_event("login", {"success": True, "name": "ZCoinBot"}))
    assert (fields(event), event.proof) == ({"kind": "robot", "what": "login"}, False)


def test_a_kick_of_the_robot_is_a_proof() -> None:
    event = raw.last(raw.robot_event("kick", {"reason": "bye"}))
    assert (fields(event), event.proof) == ({"kind": "robot", "what": "kicked", "note": "bye"}, True)


@pytest.mark.parametrize("what", ["startup", "connected", "disconnected", "shutdown"])
def test_a_lifecycle_message_of_the_channel(what: str) -> None:
    event = raw.last(raw.lifecycle(what, domain="localhost", channel="TestRoom", reason="so"))
    assert (event.channel, event.proof, fields(event)) == ("testroom", False, {"kind": "robot", "what": what, "note": "so"})


def test_a_lifecycle_message_without_a_channel_concerns_all() -> None:
    event = raw.last(raw.lifecycle("connected", target="NATS"))
    assert (event.channel, fields(event)) == ("@all", {"kind": "robot", "what": "connected"})


def test_a_lifecycle_message_nobody_needs_is_ignored() -> None:
    assert fields(raw.last(raw.lifecycle("heartbeat"))) == {"kind": "ignored", "reason": "unused", "name": "heartbeat"}


@pytest.mark.parametrize("at", [{"domain": "cytu.be", "channel": "testroom"}, {"domain": "localhost", "channel": "other"}])
def test_another_robots_life_is_foreign(at: dict[str, Any]) -> None:
    event = raw.last(raw.lifecycle("shutdown", **at))
    assert (event.channel, fields(event)["reason"]) == ("@all", "foreign")


def test_a_tick() -> None:
    event = raw.last(raw.observed("tick", {"robots": {"testroom": "connected"}}))
    assert (event.channel, event.proof, fields(event)) == ("@all", False, {"kind": "tick", "robots": {"testroom": "connected"}})


def test_a_roster() -> None:
    event = raw.last(raw.observed("roster", {"as_of": 0, "users": [{"user": "alice", "rank": 2}]}, channel="testroom"))
    assert isinstance(event, events.Roster)
    assert (event.channel, event.as_of, event.users) == ("testroom", 0, [events.Viewer(user="alice", rank=2)])


def test_a_configuration() -> None:
    event = raw.last(raw.observed("configuration", {"version": "1", "settings": {"a": {"b": None}}}))
    assert fields(event) == {"kind": "configuration", "version": "1", "settings": {"a": {"b": None}}}


def test_an_observed_gap() -> None:
    assert fields(raw.last(raw.observed("gap", {"missing": 3}))) == {"kind": "gap", "missing": 3}


def test_a_payload_cannot_claim_where_its_event_stands() -> None:
    event = raw.last(raw.observed("gap", {"raw": 99, "epoch": 99, "channel": "testroom", "proof": True, "kind": "tick"}))
    assert (event.kind, event.raw, event.epoch, event.channel, event.proof) == ("gap", 1, 1, "@all", False)


@pytest.mark.parametrize("voice", ["[server]", "[voteskip]"])
def test_the_rooms_own_voice_is_no_person(voice: str) -> None:
    event = raw.last(raw.chat(voice, "alice joined"))
    assert (fields(event), event.proof) == ({"kind": "ignored", "reason": "server", "name": "chatMsg"}, True)


def test_a_name_the_economy_does_not_read_is_unused() -> None:
    event = raw.last(raw.robot_event("mediaUpdate", {"currentTime": 1}))
    assert (fields(event), event.proof) == ({"kind": "ignored", "reason": "unused", "name": "mediaUpdate"}, True)


def test_a_channel_of_another_domain_is_foreign_and_proves_nothing() -> None:
    event = raw.last(raw.robot_event("userLeave", {"name": "alice"}, domain="cytu.be"))
    assert (event.channel, event.proof, fields(event)) == ("@all", False, {"kind": "ignored", "reason": "foreign", "name": "userLeave"})


def test_a_domain_is_the_same_in_any_case() -> None:
    assert raw.last(raw.robot_event("userLeave", {"name": "alice"}, domain="LocalHost")).kind == "leave"


def test_a_channel_that_is_not_configured_is_foreign() -> None:
    assert raw.last(raw.robot_event("userLeave", {"name": "alice"}, channel="elsewhere")).kind == "ignored"


@pytest.mark.parametrize(
    "body", [b"", b"\xff", b"[]", b"null", b"{", b"NaN", b'{"a": NaN}', b"[" * 100_000, b'{"timestamp": 3}', b"1" * 5_000]
)
def test_a_broken_body_is_one_unreadable_event(body: bytes) -> None:
    event = raw.last(raw.Raw("kryten.events.cytube.testroom.chatmsg", body, raw.START))
    assert isinstance(event, events.Unreadable)
    assert (event.channel, event.proof, bool(event.error)) == ("@all", False, True)


def test_an_odd_entry_of_a_list_hides_nobody_else() -> None:
    event = raw.last(raw.robot_event("userlist", [{"name": "a"}, "b", {"name": "carol", "rank": 2}]))
    assert isinstance(event, events.UserList)
    assert [(viewer.user, viewer.rank) for viewer in event.users] == [("carol", 2)]


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("chatMsg", None),
        ("chatMsg", {"username": "a", "msg": "b"}),
        ("chatMsg", {"username": "a", "msg": "b", "time": True}),
        ("chatMsg", {"username": "a", "msg": "b", "time": 10**30}),
        ("chatMsg", {"username": "", "msg": "b", "time": 1}),
        ("chatMsg", {"username": "a", "msg": "b" * 70_000, "time": 1}),
        ("pm", {"username": "a", "to": "b", "time": 1}),
        ("userlist", {"a": 1}),
        ("addUser", {"name": "a", "rank": "5"}),
        ("setUserRank", {"name": "a", "rank": 10**400}),
        ("setAFK", {"name": "a", "afk": "yes"}),
        ("delete", {"uid": 1.5}),
        ("emoteList", [{"name": None}]),
        ("queue", {"item": {"media": [], "uid": 1}}),
    ],
)
def test_a_payload_of_another_shape_is_unreadable_yet_the_robot_said_it(name: str, payload: Any) -> None:
    event = raw.last(raw.robot_event(name, payload))
    assert isinstance(event, events.Unreadable)
    assert (event.channel, event.proof) == ("testroom", True)


def test_half_an_emoji_at_the_end_of_a_line_is_replaced() -> None:
    message = raw.chat("alice", "cut \ud83d")
    assert b"\\ud83d" in message.body
    event = raw.last(message)
    assert isinstance(event, events.Chat)
    assert event.text == "cut \ufffd"


def test_an_event_that_fits_into_no_message_is_unreadable() -> None:
    emotes = [{"name": "e" * 50_000} for _ in range(20)]
    assert raw.last(raw.robot_event("emoteList", emotes)).kind == "unreadable"


def test_a_time_without_a_zone_is_utc() -> None:
    message = raw.leave("alice")
    body = message.body.replace(b"+00:00", b"")
    event = raw.last(raw.Raw(message.subject, body, message.stored))
    assert event.at == datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
