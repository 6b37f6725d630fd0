"""Lines that are heard minutes after they were said, behind others that were said later."""

from tests.support.earning_talk import only, room

LONG = "a line that has just about forty letters"


def test_a_late_line_opens_no_new_hour() -> None:
    stage = room(only("long_message", max_per_hour=2), "Alice")
    stage.chat("12:10", "Alice", text=LONG)
    stage.chat("12:12", "Alice", text=f"{LONG} again", said="12:04")
    stage.chat("12:20", "Alice", text=f"{LONG} and again")

    assert stage.paid("chat.long_message") == [1, 1]


def test_a_late_laugh_is_about_nothing_that_was_said_after_it() -> None:
    stage = room(only("laugh_received"), "Alice", "Bob", "Carol")
    stage.chat("12:09:50", "Alice", text="a horse walks into a bar")
    stage.chat("12:10:05", "Bob", text="why the long face")
    stage.chat("12:10:10", "Carol", text="lol", said="12:10:00")

    assert (stage.paid("chat.laugh_received", "Alice"), stage.paid("chat.laugh_received", "Bob")) == ([2], [])
