import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.announcer.speech.split import Lane, pieces, units

LANES = st.sampled_from(["chat", "pm"])
TEXT = st.text(alphabet=st.one_of(st.characters(codec="utf-8", exclude_characters="|\u200b"), st.sampled_from(" \n/_*😀")), max_size=400)
LIMIT = st.integers(min_value=8, max_value=320)


def _bare(text: str) -> str:
    """Take out blanks, control characters, and what splitting may put in."""
    return re.sub(r"[\s\x00-\x1f\x7f|\u200b]+", "", text)


@given(TEXT, LANES, LIMIT)
def test_nothing_but_white_space_is_lost_and_order_holds(text: str, lane: Lane, limit: int) -> None:
    assert _bare("".join(pieces(text, lane, limit))) == _bare(text)


@given(TEXT, LANES, LIMIT)
def test_every_piece_fits_as_cytube_counts(text: str, lane: Lane, limit: int) -> None:
    for piece in pieces(text, lane, limit):
        assert 1 <= units(piece) <= limit
        assert len(piece.encode("utf-16-le")) // 2 == units(piece)


@given(TEXT, LIMIT)
def test_no_line_of_chat_is_a_command_or_has_a_newline(text: str, limit: int) -> None:
    for piece in pieces(text, "chat", limit):
        assert not piece.lstrip().startswith("/")
        assert "\n" not in piece


@pytest.mark.parametrize("text", ["/ban bob", "  /ban bob", "\n/ban bob", "\x01/ban bob", "x" * 298 + " /ban bob"])
def test_a_command_is_shown_as_it_reads(text: str) -> None:
    piece = pieces(text, "chat", 300)[-1]
    assert piece.endswith("/ban bob")
    assert not piece.strip().startswith("/")


@pytest.mark.parametrize("text", ["system:ping", "System: hello"])
def test_no_pm_begins_with_what_the_robot_keeps_to_itself(text: str) -> None:
    piece = pieces(text, "pm", 300)[0]
    assert piece.endswith(text)
    assert not piece.strip().lower().startswith("system:")


@pytest.mark.parametrize("text", ["", "\n\n", "   ", "\n \n", "\x00\x1f"])
def test_empty_lines_are_dropped(text: str) -> None:
    assert pieces(text, "pm", 300) == []


def test_lines_of_a_pm_share_a_message_while_they_fit() -> None:
    assert pieces("one\ntwo\nthree", "pm", 9) == ["one\ntwo", "three"]


def test_lines_of_chat_stand_behind_one_another_while_they_fit() -> None:
    assert pieces("one\ntwo\nthree", "chat", 12) == ["one | two", "three"]


def test_a_long_line_is_cut_at_a_blank() -> None:
    assert pieces("alpha beta gamma", "pm", 12) == ["alpha beta", "gamma"]


def test_a_long_word_is_cut_between_characters() -> None:
    assert pieces("😀" * 5, "pm", 5) == ["😀😀", "😀😀", "😀"]


def test_three_hundred_brackets_fit_though_cytube_escapes_them() -> None:
    assert pieces("<" * 300, "pm", 301) == ["<" * 300]
