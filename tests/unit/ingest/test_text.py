import html
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common import twins
from services.ingest.text import HTML_CHARACTERS_MAX, plain


@pytest.mark.parametrize(
    ("line", "typed"),
    [
        ("some<em>user</em>name++", "some_user_name++"),
        ("1<em>000</em>000", "1_000_000"),
        ("<strong>bold</strong> <code>x</code> <s>gone</s>", "*bold* `x` ~~gone~~"),
        ('<span class="spoiler">the butler</span>', "the butler"),
        ('see <a href="https://e.org/?x=1&amp;y=2" target="_blank">https://e.org/?x=1&amp;y=2</a> ok', "see https://e.org/?x=1&y=2 ok"),
        ("5 &lt; 6 &amp; &gt; &lt;b&gt;tag&lt;/b&gt;", "5 < 6 & > <b>tag</b>"),
        ("&amp;lt;", "&lt;"),
        ("I <3 this <", "I <3 this <"),
        ("<br/>a<!-- b -->c", "ac"),
        ('<img title="a>b" src=x>d', "d"),
        ("  padded   ", "  padded   "),
    ],
)
def test_a_line_is_what_its_author_typed(line: str, typed: str) -> None:
    assert plain(line) == typed


def test_a_number_too_long_to_convert_stays_as_it_is() -> None:
    line = "&#" + "9" * 5_000 + ";"
    assert plain(line) == line


@given(st.text())
def test_no_text_raises(line: str) -> None:
    plain(line)


@given(st.text().filter(lambda line: "<" not in line and "&" not in line and line == twins.plain(line)))
def test_text_without_markup_is_unchanged(line: str) -> None:
    assert plain(line) == line


@given(st.text().filter(lambda line: line == twins.plain(line)))
def test_an_escaped_text_comes_back(line: str) -> None:
    assert plain(html.escape(line, quote=False)) == line


@given(st.lists(st.sampled_from(["<", ">", "a", '"', "'", "&", ";", "#", "/", "!--", "em", " ", "é"]), max_size=60).map("".join))
def test_broken_markup_does_not_raise(line: str) -> None:
    plain(line)


@pytest.mark.parametrize("piece", ['<a"<"', "<a", '<a "', "<!--", "<", "<a '\"", "&", "&#", "</a "])
def test_no_line_takes_long(piece: str) -> None:
    line = piece * (HTML_CHARACTERS_MAX // len(piece))
    began = time.process_time()
    plain(line)
    assert time.process_time() - began < 2


def test_a_name_copied_from_what_the_robot_said_is_the_name() -> None:
    assert plain("pay some_user\u02cdname 5") == "pay some_user_name 5"
