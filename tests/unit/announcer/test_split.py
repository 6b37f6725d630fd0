import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.announcer.split import pieces, units
from services.announcer.voice import Lane

LANES = st.sampled_from(["chat", "pm"])
TEXT = st.text(alphabet=st.one_of(st.characters(codec="utf-8"), st.sampled_from(" \n/😀")), max_size=400)


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


@given(TEXT, LANES, st.integers(min_value=8, max_value=320))
def test_nothing_but_white_space_is_lost_and_order_holds(text: str, lane: Lane, limit: int) -> None:
    assert _bare("".join(pieces(text, lane, limit))) == _bare(text)


@given(TEXT, LANES, st.integers(min_value=8, max_value=320))
def test_every_piece_fits_as_cytube_counts(text: str, lane: Lane, limit: int) -> None:
    for piece in pieces(text, lane, limit):
        assert 1 <= units(piece) <= limit
        assert len(piece.encode("utf-16-le")) // 2 == units(piece)


@given(TEXT, st.integers(min_value=8, max_value=320))
def test_no_line_of_chat_is_a_command_or_has_a_newline(text: str, limit: int) -> None:
    for piece in pieces(text, "chat", limit):
        assert not piece.startswith("/")
        assert "\n" not in piece


@pytest.mark.parametrize("text", ["", "\n\n", "   ", "\n \n"])
def test_empty_lines_are_dropped(text: str) -> None:
    assert pieces(text, "pm", 300) == []


def test_lines_of_a_pm_share_a_message_while_they_fit() -> None:
    assert pieces("one\ntwo\nthree", "pm", 8) == ["one\ntwo", "three"]


def test_lines_of_chat_stand_alone() -> None:
    assert pieces("one\ntwo", "chat", 300) == ["one", "two"]


def test_a_long_line_is_cut_at_a_blank() -> None:
    assert pieces("alpha beta gamma", "pm", 11) == ["alpha beta", "gamma"]


def test_a_long_word_is_cut_between_characters() -> None:
    assert pieces("😀" * 5, "pm", 4) == ["😀😀", "😀😀", "😀"]


def test_three_hundred_brackets_fit_though_cytube_escapes_them() -> None:
    assert pieces("<" * 300, "pm", 300) == ["<" * 300]
