"""What stands in a line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common.config.triggers import LaughReceived
from libs.common.names import fold
from services.earning.chat import words

TOKENS = LaughReceived().tokens
names = st.text("abcABC019_-", min_size=1, max_size=20)
anything = st.text(st.characters(codec="utf-8"), max_size=1_000) | st.text("aAl+@!o. h/:\n💀", max_size=1_000)


class TestLength:
    @pytest.mark.parametrize(
        ("text", "length"),
        [("", 0), (" \t\n ", 0), ("hello", 5), ("  a   b  ", 3), ("noooooooo", 4), ("aaa", 3), ("!!!!!!!!", 3), ("a    a", 3), ("ÄÖ😂", 3)],
    )
    def test_counts_white_space_once_and_a_drawn_out_letter_three_times(self, text: str, length: int) -> None:
        assert words.length(text) == length

    @given(anything)
    def test_is_never_more_than_what_was_written(self, text: str) -> None:
        assert 0 <= words.length(text) <= len(text)

    @given(anything, st.integers(4, 9))
    def test_cannot_be_had_by_drawing_out(self, text: str, times: int) -> None:
        drawn_out = "".join(character * times for character in text)

        assert words.length(drawn_out) <= 3 * words.length(text)


class TestLaughter:
    @pytest.mark.parametrize(
        "text",
        [
            "lol", "LOL", "loool", "lolol", "lollll that one", "lmao", "LMAOOO", "lmfao", "rofl", "rooofl", "haha", "hahahah", "HAHAhaha",
            "well, haha!", "hehe", "heheee", "jajaja", "kek", "kekekek", "xD", "XDDD", "dead", "i am dead", "💀",
            "that is so good 😂😂", "🤣", "😆", "😹",
        ],
    )  # fmt: skip
    def test_is_heard(self, text: str) -> None:
        assert words.is_laugh(text, TOKENS)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "ha",
            "he",
            "hello",
            "lolly",
            "shah",
            "the dead walk at night",
            "deadline",
            "habit",
            "xdr",
            "roflmaker",
            "https://lol.example/haha",
        ],
    )
    def test_is_not_heard(self, text: str) -> None:
        assert not words.is_laugh(text, TOKENS)

    def test_is_what_the_configuration_says(self) -> None:
        assert words.is_laugh("WWWW", ["www", ":D"])
        assert words.is_laugh("nice one :D", ["www", ":D"])
        assert not words.is_laugh("ww lol 😂 a:D", ["www", ":D"])

    @given(anything, st.lists(st.text(max_size=10), max_size=5))
    def test_is_looked_for_whatever_is_written_and_configured(self, text: str, tokens: list[str]) -> None:
        assert words.is_laugh(text, tokens) in {True, False}


class TestPraise:
    @pytest.mark.parametrize(
        ("text", "praised"),
        [
            ("bob++", ["bob"]),
            ("@Bob++", ["bob"]),
            ("thanks bob++, alice++! (carol++)", ["bob", "alice", "carol"]),
            ("bob++ BOB++ @bob++", ["bob"]),
            ("bob++😂", ["bob"]),
            ("C++ rocks", ["c"]),
            ("x+++", []),
            ("a++b++", []),
            ("a.i++", []),
            ("bob ++", []),
            ("bob+", []),
            ("@@bob++", []),
            ("thisnameiswaytoolongtobeone++", []),
            ("++", []),
        ],
    )
    def test_is_a_name_and_two_signs(self, text: str, praised: list[str]) -> None:
        assert words.praised(text) == praised

    @given(st.lists(names, max_size=8), st.sampled_from(["", "@"]), st.sampled_from([" ", ", ", "!  "]))
    def test_finds_everybody_once(self, people: list[str], sign: str, between: str) -> None:
        text = between.join(f"{sign}{name}++" for name in people)

        assert words.praised(text) == list(dict.fromkeys(map(fold, people)))

    @given(anything)
    def test_names_only_what_can_be_a_name(self, text: str) -> None:
        assert all(0 < len(name) <= words.NAME_MAX for name in words.praised(text))


class TestNames:
    @pytest.mark.parametrize(
        ("text", "named"),
        [
            ("hi bob", ["hi", "bob"]),
            ("@Bob, BOB!", ["bob"]),
            ("bob's", ["bob", "s"]),
            ("also", ["also"]),
            ("al-so al_so", ["al-so", "al_so"]),
            ("bob++ alice", ["alice"]),
            ("see https://bob.example/alice", ["see"]),
            ("x" * 21, []),
        ],
    )
    def test_stand_by_themselves(self, text: str, named: list[str]) -> None:
        assert words.named(text) == named

    @given(names, st.text(" .,!?'\"():;@😂é", min_size=1), st.text(" .,!?'\"();é", min_size=1))
    def test_are_found_between_whatever_cannot_stand_in_one(self, name: str, before: str, behind: str) -> None:
        assert words.named(f"{before}{name}{behind}") == [fold(name)]

    @given(anything)
    def test_and_praise_are_never_the_same_token(self, text: str) -> None:
        assert len(words.named(text)) + len(words.praised(text)) <= len(text)


class TestPictures:
    @pytest.mark.parametrize(
        "text",
        [
            "https://example.com/cat.gif",
            "look: HTTP://EXAMPLE.COM/CAT.GIF?size=1!",
            "(https://i.example.com/cat.gifv)",
            "https://giphy.com/gifs/cat",
            "https://media1.giphy.com/x",
            "https://www.tenor.com/view/cat",
            "https://c.tenor.com:443/x",
        ],
    )
    def test_are_links_to_moving_ones(self, text: str) -> None:
        assert words.has_gif(text)

    @pytest.mark.parametrize(
        "text",
        [
            "cat.gif",
            "giphy.com",
            "https://example.com/cat.png",
            "https://notgiphy.com/x",
            "https://example.com/?a=.gif",
            "http://[",
            "ftp://x/a.gif",
        ],
    )
    def test_nothing_else_is_one(self, text: str) -> None:
        assert not words.has_gif(text)

    @given(anything)
    def test_are_looked_for_whatever_is_written(self, text: str) -> None:
        assert words.has_gif(f"https://{text}") in {True, False}


@pytest.mark.parametrize("text", ["!spin", "  !spin 5", "!"])
def test_what_begins_with_an_exclamation_mark_is_a_command(text: str) -> None:
    assert words.is_command(text)


@pytest.mark.parametrize("text", ["spin!", "", "hey !spin"])
def test_nothing_else_is_one(text: str) -> None:
    assert not words.is_command(text)
