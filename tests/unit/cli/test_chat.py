"""What is typed into `chat`, and how what is heard looks."""

import pytest

from libs.cli.chat import Wish, parse
from libs.sim.heard import Heard, show


@pytest.mark.parametrize(
    ("line", "wish"),
    [
        ("hello there\n", Wish("chat", "hello there")),
        ("/me waves", Wish("chat", "/me waves")),
        ("/pm  top 5 ", Wish("pm", "top 5")),
        ("/PM balance", Wish("pm", "balance")),
        ("/pm", Wish("help")),
        ("/afk", Wish("afk")),
        ("/leave", Wish("leave")),
        ("/quit now", Wish("quit")),
        ("/dance", Wish("unknown", "/dance")),
        ("   ", Wish("nothing")),
    ],
)
def test_a_typed_line_says_what_is_wanted(line: str, wish: Wish) -> None:
    assert parse(line) == wish


@pytest.mark.parametrize(
    ("heard", "line"),
    [
        (Heard("chat", "alice", "hello"), "alice: hello"),
        (Heard("action", "alice", "waves"), "* alice waves"),
        (Heard("pm", "dana", "balance", "ZCoinBot"), "you → ZCoinBot: balance"),
        (Heard("pm", "ZCoinBot", "one\ntwo", "dana"), "ZCoinBot → you: one\n    two"),
        (Heard("note", "alice", "joins"), "* alice joins"),
        (Heard("note", "Dana", "is away"), "* you are away"),
        (Heard("note", "", "now playing: Fog"), "* now playing: Fog"),
    ],
)
def test_what_is_heard_is_one_line(heard: Heard, line: str) -> None:
    assert show(heard, "dana") == line
