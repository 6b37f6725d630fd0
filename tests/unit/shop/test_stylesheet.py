"""The style sheet: our part of it is ours, and not one letter of the operator's is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common.config.shop import ChatColor
from libs.common.names import fold
from services.shop.colors.stylesheet import read, write

OURS = ChatColor()
OWN_WORDS = ChatColor(cost=1, css_block_begin="/* colors */", css_block_end="/* end of colors */")
names = st.from_regex(r"[A-Za-z0-9_-]{1,20}", fullmatch=True)
hexes = st.sampled_from(["#FF69B4", "#FFD700", "#00FF00", "#ABCDEF"])
wishes = st.dictionaries(names.map(fold), hexes, max_size=6)
pieces = st.sampled_from(
    [
        "body { background: black; }\n",
        ".chat-msg-Alice:hover { color: #FF69B4; }",
        "/* a comment { with } braces */",
        "@media (min-width: 1px) { .x { y: z } }\n",
        ".chat-msg-Bob { color: #112233; font-weight: bold }\r\n",
        "\n\n\t",
        "\u2713 { content: '}' }",
        "@import url(x);",
    ]
)
operators = st.one_of(st.text(max_size=60), st.lists(pieces, max_size=5).map("".join)).filter(
    lambda text: not any(mark in text for mark in (OURS.css_block_begin, OURS.css_legacy_marker))
)


def colored(css: str, section: ChatColor = OURS, **colors: str) -> str:
    return write(read(css, section), colors.items(), section)


def test_colors_stand_in_one_block_of_rules_sorted_by_name_and_joined_by_color() -> None:
    written = colored("body { color: red; }", Zed="#FFD700", bob="#FF69B4", Alice="#FF69B4")

    assert written.splitlines() == [
        "body { color: red; }",
        OURS.css_block_begin,
        ".chat-msg-Alice, .chat-msg-bob { color: #FF69B4; }",
        ".chat-msg-Zed { color: #FFD700; }",
        OURS.css_block_end,
    ]


def test_a_block_stays_where_it_is() -> None:
    before, after = "a { b: c }\n\n", "\n\n  d { e: f }"
    first = before + colored("", Alice="#FF69B4") + after

    assert colored(first, Bob="#FFD700") == before + colored("", Bob="#FFD700") + after


def test_the_older_programs_block_is_taken_over() -> None:
    older = f"x {{ y: z }}\n{OURS.css_block_begin}\n.chat-msg-Alice {{ color: #FF69B4; }}\n{OURS.css_block_end}\n"
    sheet = read(older, OWN_WORDS)

    assert sheet.colors == {"alice": ("Alice", "#FF69B4")}
    assert write(sheet, sheet.colors.values(), OWN_WORDS) == older.replace(OURS.css_block_begin, "/* colors */").replace(
        OURS.css_block_end, "/* end of colors */"
    )


def test_still_older_rules_under_their_comment_are_taken_over_and_what_follows_is_not() -> None:
    legacy = (
        f"{OURS.css_legacy_marker}\n.chat-msg-Alice {{ color: #ff69b4 }}\n.chat-msg-Bob{{color:#FFD700;}}\n.chat-msg-Eve {{ color: red; }}"
    )
    sheet = read(f"x {{}}\n{legacy}", OURS)

    assert sheet.colors == {"alice": ("Alice", "#FF69B4"), "bob": ("Bob", "#FFD700")}
    assert sheet.before + sheet.after == "x {}\n\n.chat-msg-Eve { color: red; }"


def test_the_same_rules_elsewhere_are_the_operators() -> None:
    css = ".chat-msg-Alice { color: #FF69B4; }"

    assert (read(css, OURS).colors, read(css, OURS).before) == ({}, css)


def test_what_somebody_wrote_into_the_block_is_kept_before_it() -> None:
    block = f"{OURS.css_block_begin}\n.chat-msg-Alice {{ color: #FF69B4; }}\n/* mine */\n.y {{ a: b; c: d }}\n{OURS.css_block_end}"
    sheet = read(f"x {{}}{block}", OURS)

    assert sheet.before == "x {}\n/* mine */\n.y { a: b; c: d }\n"
    assert sheet.colors == {"alice": ("Alice", "#FF69B4")}


def test_a_block_whose_end_was_cut_off_ends_with_its_last_rule() -> None:
    sheet = read(f"{OURS.css_block_begin}\n.chat-msg-Alice {{ color: #FF69B4; }}\nbody {{ margin: 0 }}", OURS)

    assert (sheet.colors, sheet.after) == ({"alice": ("Alice", "#FF69B4")}, "\nbody { margin: 0 }")


def test_who_is_protected_has_a_plain_rule_outside_and_is_none_of_ours() -> None:
    css = colored("x {}", Mod="#FF69B4", Alice="#FFD700")
    sheet = read(css, OURS, {"mod"})

    assert sheet.before == "x {}\n.chat-msg-Mod { color: #FF69B4; }\n"
    assert set(sheet.colors) == {"alice"}


def test_rules_that_overrode_others_go_on_doing_so() -> None:
    css = f"{OURS.css_block_begin}\n.chat-msg-Alice {{ color: #FF69B4 !important; }}\n{OURS.css_block_end}"

    assert ".chat-msg-Bob { color: #FFD700 !important; }" in colored(css, Bob="#FFD700")


def test_a_block_without_colors_stays_as_a_mark_that_the_sheet_was_read() -> None:
    assert colored(colored("", Alice="#FF69B4")) == f"{OURS.css_block_begin}\n{OURS.css_block_end}"


@pytest.mark.parametrize("css", ["", "x {}", "  \n"])
def test_without_colors_and_block_nothing_changes(css: str) -> None:
    assert colored(css) == css


@given(operators, operators, wishes, wishes)
def test_nothing_outside_the_block_changes_whatever_is_bought(
    before: str, after: str, first: dict[str, str], second: dict[str, str]
) -> None:
    once = read(write(read(before, OURS), first.items(), OURS) + after, OURS)
    twice = read(write(once, second.items(), OURS), OURS)

    joint = "" if once.managed else after
    assert once.before in {f"{before}{joint}", f"{before}\n"}
    assert once.before + once.after in {before + after, f"{before}\n{after}"}
    assert (twice.before in {once.before, f"{once.before}\n"}, twice.after) == (True, once.after)


@given(operators, wishes)
def test_what_is_written_is_what_is_read(css: str, wish: dict[str, str]) -> None:
    written = write(read(css, OURS), wish.items(), OURS)

    assert {user: color for user, (_, color) in read(written, OURS).colors.items()} == wish
    assert write(read(written, OURS), wish.items(), OURS) == written


@pytest.mark.parametrize("marks", [{"css_block_begin": ""}, {"css_block_end": ""}, {"css_block_begin": "", "css_block_end": ""}])
def test_without_two_marks_the_usual_ones_are_written(marks: dict[str, str]) -> None:
    section = ChatColor.model_validate(marks)
    written = colored("p {}\n", section, Alice="#FFFFFF")

    assert written == colored("p {}\n", Alice="#FFFFFF")
    assert colored(written, section, Alice="#FFFFFF") == written


@given(st.lists(st.one_of(pieces, st.sampled_from([OURS.css_block_begin, OURS.css_block_end, OURS.css_legacy_marker])), max_size=8), wishes)
def test_whatever_stands_around_the_marks_no_word_of_it_is_lost(css: list[str], wish: dict[str, str]) -> None:
    written = write(read("".join(css), OURS), wish.items(), OURS)

    for piece in css:
        if piece not in (OURS.css_block_begin, OURS.css_block_end, OURS.css_legacy_marker):
            assert piece.strip() in written
    assert write(read(written, OURS), wish.items(), OURS) == written
