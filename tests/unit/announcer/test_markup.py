import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common import twins
from libs.sim.text import markup
from services.announcer.markup import is_filtered, unpaired
from services.announcer.speech.split import units


@given(st.text(alphabet="ab_* \n", max_size=200))
def test_nothing_of_a_line_becomes_italics_or_bold(text: str) -> None:
    assert markup(unpaired(text)) == unpaired(text)
    assert units(unpaired(text)) == units(text)


def test_a_name_with_two_underscores_reads_as_it_is() -> None:
    piece = unpaired("some_user_name has 1")
    assert (piece, twins.plain(piece)) == ("some_user\u02cdname has 1", "some_user_name has 1")


@pytest.mark.parametrize("text", ["my_name", "__x", "2 * 3", "1_a\n2_b", "https://host/a_b_c a_b"])
def test_what_no_filter_changes_stays(text: str) -> None:
    assert unpaired(text) == text


def test_an_echo_tells_whether_the_room_filters() -> None:
    assert is_filtered(markup("some_user_name has 1"))
    assert not is_filtered("some_user_name &lt;em&gt; has 1")
