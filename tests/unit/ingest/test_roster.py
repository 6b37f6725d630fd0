"""The robot's own list of users, as it really looks."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common.contracts.events import Viewer
from services.ingest.roster import viewers
from services.ingest.wire import Wrong
from tests.support import raw


def read(*entries: Any, phantoms: tuple[str, ...] = ()) -> list[Viewer]:
    return viewers(json.dumps(entries).encode(), phantoms)


def test_full_entries_and_those_that_a_rank_message_cut_short() -> None:
    assert read(raw.viewer("dave", 1, afk=True, smuted=True), {"name": "ZCoinBot", "rank": 4}) == [
        Viewer(user="dave", rank=1, afk=True, shadow_muted=True),
        Viewer(user="ZCoinBot", rank=4),
    ]


def test_an_entry_cut_short_says_nothing_of_afk_and_a_whole_one_does() -> None:
    assert [viewer.afk for viewer in read({"name": "alice", "rank": 1}, raw.viewer("guest", 0, afk=False))] == [None, False]


def test_who_was_ranked_while_absent_is_left_out() -> None:
    assert [viewer.user for viewer in read({"name": "Frank", "rank": 2}, {"name": "bob", "rank": 1}, phantoms=("frank",))] == ["bob"]


def test_two_spellings_are_one_person_of_the_lower_rank() -> None:
    assert read({"name": "alice", "rank": 1}, {"name": "ALICE", "rank": 2}) == [Viewer(user="alice", rank=1)]


def test_entries_that_cannot_be_read_are_left_out() -> None:
    assert [viewer.user for viewer in read(None, {}, {"name": "a"}, {"name": "", "rank": 1}, {"name": "b", "rank": 0})] == ["b"]


@pytest.mark.parametrize("body", [b"", b"{}", b"null", b"\xff"])
def test_what_is_no_list_is_refused(body: bytes) -> None:
    with pytest.raises(Wrong):
        viewers(body, ())


@given(st.binary())
def test_nothing_else_is_ever_raised(body: bytes) -> None:
    try:
        viewers(body, ())
    except Wrong:
        return
