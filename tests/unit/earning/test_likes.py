"""Liking what plays: paid, liked already, nothing plays."""

from typing import Any

import pytest

from libs.common import errands
from libs.common.contracts.earning.likes import Liked
from libs.common.contracts.ledger import Transfer
from libs.common.contracts.owners import Asked
from libs.common.owner import fingerprint_of
from tests.support.earning_stage import QUIET, ROOM, Stage, clock

LIKED = "content.like_current"


@pytest.fixture
def stage() -> Stage:
    """Give a room in which alice watches something."""
    stage = Stage()
    stage.listed("11:50", "Alice")
    stage.media("12:00", "Casablanca")
    return stage


def test_a_like_is_paid(stage: Stage) -> None:
    answer = stage.ask("like", "12:10", "alice", key="pm-1")

    [posting] = [posting for posting in stage.postings() if posting.key.startswith("like:")]
    [line] = posting.lines
    assert answer == {"ok": True, "title": "Casablanca", "coins": 2}
    assert isinstance(line, Transfer)
    assert (line.target, line.amount, line.type, line.trigger, line.reason) == ("Alice", 2, "earn", LIKED, "Liked Casablanca")
    assert (posting.key, posting.at, posting.cause) == (f"like:{ROOM}:{stage.events[2].id}:alice", clock("12:10"), "pm-1")


def test_the_same_request_is_answered_the_same_and_paid_once(stage: Stage) -> None:
    answers = [stage.ask("like", "12:10", "alice", key="pm-1") for _ in range(2)]

    assert answers == [{"ok": True, "title": "Casablanca", "coins": 2}] * 2
    assert stage.paid(LIKED) == [2]


def test_an_answer_is_kept_where_owners_find_it_and_sweep(stage: Stage) -> None:
    stage.ask("like", "12:10", "alice", key="pm-1")
    request = Asked(key="pm-1", user="alice", at=clock("12:10"))

    fingerprint, answer = errands.answer(stage.db, "pm-1") or (b"", b"")
    assert fingerprint == fingerprint_of(ROOM, "like", request)
    assert Liked.model_validate_json(answer).coins == 2

    errands.sweep(stage.db, clock("12:11"))
    assert not errands.known(stage.db, "pm-1")


def test_a_second_like_is_told_so(stage: Stage) -> None:
    stage.ask("like", "12:10", "alice")

    assert declined(stage.ask("like", "12:11", "ALICE")) == ("like_again", {"title": "Casablanca"})
    assert stage.paid(LIKED) == [2]


def test_each_viewer_likes_for_oneself(stage: Stage) -> None:
    stage.join("12:05", "bob")
    stage.ask("like", "12:10", "alice")

    assert stage.ask("like", "12:10", "bob")["ok"]


def test_what_is_told_again_is_not_liked_again(stage: Stage) -> None:
    stage.ask("like", "12:10", "alice")
    stage.media("12:15", "Casablanca", position=892)

    assert declined(stage.ask("like", "12:16", "alice"))[0] == "like_again"


def test_another_play_can_be_liked_anew(stage: Stage) -> None:
    stage.ask("like", "12:10", "alice")
    stage.media("12:30:05", "Casablanca")

    assert stage.ask("like", "12:31", "alice")["ok"]


def test_live_media_are_liked_once_however_often_they_are_told(stage: Stage) -> None:
    stage.media("12:30", "Live", 0)
    stage.ask("like", "12:31", "alice")
    for at in ("12:32", "13:00", "2026-11-30 12:00"):
        stage.media(at, "Live", 0)

    assert declined(stage.ask("like", "2026-11-30 12:01", "alice"))[0] == "like_again"


def test_nothing_plays_before_anything_has_begun() -> None:
    stage = Stage()
    stage.join("12:00", "alice")

    assert declined(stage.ask("like", "12:10", "alice")) == ("like_nothing", {})


@pytest.mark.parametrize(("at", "code"), [("13:30", None), ("13:30:04", "like_nothing")])
def test_nothing_plays_an_hour_after_the_end_of_the_last_thing(stage: Stage, at: str, code: str | None) -> None:
    assert stage.ask("like", at, "alice").get("code") == code


def test_only_who_is_here_can_like(stage: Stage) -> None:
    stage.leave("12:05", "alice")

    assert declined(stage.ask("like", "12:10", "alice"))[0] == "like_absent"
    assert declined(stage.ask("like", "12:10", "stranger"))[0] == "like_absent"


def test_a_guest_is_told_why_not(stage: Stage) -> None:
    stage.join("12:05", "visitor", rank=0)

    assert declined(stage.ask("like", "12:10", "visitor"))[0] == "like_no_part"


def test_somebody_whose_rank_nobody_has_told_yet_is_not_called_a_guest(stage: Stage) -> None:
    stage.chat("12:05", "ghost", rank=None)

    assert declined(stage.ask("like", "12:10", "ghost"))[0] == "level_unknown"


def test_who_is_too_new_can_like_it_later() -> None:
    stage = Stage({**QUIET, "onboarding": {"welcome_wallet": 0, "min_account_age_minutes": 10}})
    stage.join("12:00", "alice")
    stage.media("12:01", "Casablanca")

    assert declined(stage.ask("like", "12:09", "alice"))[0] == "like_new"
    assert stage.ask("like", "12:10", "alice")["ok"]


def test_it_can_be_off() -> None:
    stage = Stage({**QUIET, "content_triggers": {"like_current": {"enabled": False}}})
    stage.join("12:00", "alice")
    stage.media("12:01", "Casablanca")

    assert declined(stage.ask("like", "12:10", "alice"))[0] == "off"


def test_a_long_title_is_cut(stage: Stage) -> None:
    stage.media("12:30", "x" * 200)

    assert stage.ask("like", "12:31", "alice")["title"] == "x" * 79 + "…"


def declined(answer: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    assert answer["ok"] is False
    return answer["code"], answer["values"]
