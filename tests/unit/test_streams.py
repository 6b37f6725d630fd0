"""What is done with a stream, decided without a server."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common import streams, subjects
from libs.common.config.connection import StreamBounds
from libs.common.subjects import Stream

STREAM = Stream("S", ("a.one", "a.two"), timedelta(days=1), 1000, atomic=True)

words = st.sampled_from(["a", "b", "*"])
patterns = st.builds(lambda head, tail: ".".join([*head, *tail]), st.lists(words, min_size=1, max_size=3), st.sampled_from([[], [">"]]))
subject_names = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=5).map(".".join)


def on_server(stream: Stream = STREAM, **changed: object) -> dict[str, object]:
    return {**streams.plan(stream, None, update=False).config, **changed}


@given(patterns, patterns, subject_names)
def test_a_covering_pattern_matches_whatever_the_covered_one_matches(wide: str, narrow: str, subject: str) -> None:
    if streams.covers(wide, narrow) and streams.covers(narrow, subject):
        assert streams.covers(wide, subject)


@given(patterns, patterns, subject_names)
def test_patterns_that_match_one_subject_overlap(one: str, other: str, subject: str) -> None:
    if streams.covers(one, subject) and streams.covers(other, subject):
        assert streams.overlap(one, other)


@pytest.mark.parametrize(
    ("wide", "narrow", "expected"),
    [
        ("a.>", "a.b", True),
        ("a.>", "a", False),
        ("a.*", "a.>", False),
        ("a.*", "a.*", True),
        ("a.b", "a.*", False),
        ("a.*.c", "a.b.c", True),
        ("a.*", "a.b.c", False),
    ],
)
def test_cover(wide: str, narrow: str, *, expected: bool) -> None:
    assert streams.covers(wide, narrow) is expected


def test_no_stream_of_the_table_captures_a_request() -> None:
    table = subjects.streams(("lounge", "hall"))

    assert [subject for stream in table for subject in streams.captured_requests(stream.subjects)] == []


def test_a_catch_all_captures_requests() -> None:
    assert streams.captured_requests(["kryten.>"]) == ["kryten.>"]


def test_a_stream_that_is_missing_is_made() -> None:
    plan = streams.plan(STREAM, None, update=False)

    assert (plan.action, plan.config["subjects"], plan.config["allow_atomic"]) == ("make", ["a.one", "a.two"], True)


def test_a_server_without_atomic_batches_is_not_asked_for_them() -> None:
    assert "allow_atomic" not in streams.plan(STREAM, None, update=False, atomic=False).config


def test_a_stream_as_we_make_it_is_kept() -> None:
    assert streams.plan(STREAM, on_server(), update=False).action == "keep"


def test_a_missing_subject_is_added_and_nothing_else_changes() -> None:
    current = on_server(subjects=["a.one"], max_bytes=5, description="mine")

    plan = streams.plan(STREAM, current, update=False)

    assert (plan.action, plan.config) == ("extend", {**current, "subjects": ["a.one", "a.two"]})


def test_a_subject_under_a_wildcard_of_the_operator_is_not_missing() -> None:
    assert streams.plan(STREAM, on_server(subjects=["a.*"]), update=False).action == "keep"


def test_a_subject_that_an_added_one_covers_gives_way_to_it() -> None:
    stream = replace(STREAM, subjects=("a.>",))

    assert streams.plan(stream, on_server(subjects=["a.one"]), update=False).config["subjects"] == ["a.>"]


def test_bounds_of_the_operator_are_told_and_left_alone() -> None:
    plan = streams.plan(STREAM, on_server(max_bytes=5), update=False)

    assert (plan.action, plan.left_alone) == ("keep", ("max_bytes is 5 in place of 1000",))


def test_an_update_takes_our_bounds_and_keeps_what_we_do_not_know() -> None:
    plan = streams.plan(STREAM, on_server(max_bytes=5, description="mine"), update=True)

    assert (plan.action, plan.config) == ("update", on_server(description="mine"))


def test_an_update_removes_subjects_of_a_channel_that_is_gone() -> None:
    plan = streams.plan(STREAM, on_server(subjects=["a.one", "a.two", "a.gone"]), update=True)

    assert (plan.config["subjects"], plan.changes) == (["a.one", "a.two"], ("subject a.gone removed",))


@pytest.mark.parametrize("update", [False, True])
def test_another_retention_can_not_be_repaired(*, update: bool) -> None:
    assert streams.plan(STREAM, on_server(retention="workqueue"), update=update).action == "fail"


def test_the_duplicate_window_is_never_longer_than_the_age() -> None:
    short = replace(STREAM, max_age=timedelta(minutes=1))

    assert streams.plan(short, None, update=False).config["duplicate_window"] == 60_000_000_000


def test_bounds_of_the_configuration_take_the_place_of_the_defaults() -> None:
    (stream,) = streams.bounded([STREAM], {"S": StreamBounds(max_bytes=2**20, max_age_days=2)})

    assert (stream.max_bytes, stream.max_age) == (2**20, timedelta(days=2))


def test_a_bound_not_given_stays_the_default() -> None:
    (stream,) = streams.bounded([STREAM], {"S": StreamBounds(max_age_days=2)})

    assert stream.max_bytes == 1000


def test_the_defaults_together_stay_under_two_gibibytes() -> None:
    assert sum(stream.max_bytes for stream in subjects.streams(("lounge",))) < 2 * 2**30
