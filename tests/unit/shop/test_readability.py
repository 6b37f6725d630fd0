"""Which colors can be read, by the table everybody goes by; and what is proposed in place of those that can't."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common.config.shop import ChatColor
from services.shop.colors.readability import judge, nearest, parse

TABLE = """
FFFFFF 107.4 107.4 ok     | FF1493 39.6 39.6 warn
FF0000  37.0   0.0 reject | CD5C5C 34.6 34.6 warn
8B0000  11.1   0.0 reject | 808080 34.3 34.3 warn
DC143C  29.0  14.5 reject | FF69B4 50.6 50.6 ok
FF4500  40.9  17.6 reject | FF7F50 53.0 53.0 ok
0000FF  15.7  15.7 reject | FFD700 83.7 83.7 ok
000080   0.0   0.0 reject | 00FF00 86.0 86.0 ok
4169E1  28.0  28.0 reject | 008080 28.6 28.6 reject
"""
ROWS = [tuple(cell.split()) for row in TABLE.strip().splitlines() for cell in row.split("|")]
colors = st.tuples(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255)).map(lambda each: "#{:02X}{:02X}{:02X}".format(*each))


@pytest.mark.parametrize(("color", "lc", "score", "level"), ROWS)
def test_a_color_is_judged_as_the_table_says(color: str, lc: str, score: str, level: str) -> None:
    verdict = judge(f"#{color}", ChatColor())

    assert (verdict.lc, verdict.score, verdict.level) == (float(lc), float(score), level)


@pytest.mark.parametrize(
    ("text", "color"),
    [
        ("ff69b4", "#FF69B4"),
        ("#Ff69b4", "#FF69B4"),
        ("hot pink", "#FF69B4"),
        ("RebeccaPurple", "#663399"),
        ("facade", "#FACADE"),
        ("#fff", None),
        ("fff", None),
        ("#ff69b480", None),
        ("transparent", None),
        ("currentcolor", None),
        ("rgb(1, 2, 3)", None),
        ("red; } body { display: none", None),
        ("\u0661\u0661\u0661\u0661\u0661\u0661", None),
        ("", None),
    ],
)
def test_six_digits_and_names_are_colors_and_nothing_else(text: str, color: str | None) -> None:
    assert parse(text) == color


@given(colors)
def test_every_color_has_one_near_it_that_reads_well_in_a_dark_room(color: str) -> None:
    found = nearest(color, ChatColor())

    assert found is not None
    assert judge(found, ChatColor()).level == "ok"


@given(colors)
def test_on_a_light_background_dark_is_what_reads(color: str) -> None:
    section = ChatColor(cost=1, contrast_bg="#FFFFFF")
    found = nearest(color, section)

    assert found is None or judge(found, section).level == "ok"


@given(st.text())
def test_any_text_is_a_color_or_none(text: str) -> None:
    color = parse(text)

    assert color is None or (parse(color) == color and judge(color, ChatColor()).score >= 0)
