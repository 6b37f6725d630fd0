"""The acceptance examples of what is paid for lines."""

from services.ingest.scribe import Scribe
from tests.support.earning_stage import Stage, clock
from tests.support.earning_talk import LOUD, only, room
from tests.support.script import BOT, CHANNEL, DOMAIN, Script


def test_a_joke_pays_its_teller_for_each_who_laughs() -> None:
    """A8: a joker speaks, and b, c and d write `lol`: the joker has 6, and they have nothing of laughs."""
    stage = room(only("laugh_received"), "joker", "b", "c", "d")
    stage.chat("12:00:00", "joker", text="a joke")
    for second, who in enumerate("bcd", 1):
        stage.chat(f"12:00:0{second}", who, text="lol")

    assert sum(stage.paid("chat.laugh_received", "joker")) == sum(stage.paid("chat.laugh_received")) == 6


def test_praise_is_for_people() -> None:
    """A9: `C++ rocks, @Bob++ bob++` pays Bob once, and there is no account C."""
    stage = room(LOUD, "Alice", "Bob")
    stage.chat("12:00", "Alice", text="C++ rocks, @Bob++ bob++")

    assert stage.paid("chat.kudos_received") == stage.paid("chat.kudos_received", "Bob") == [3]
    assert [posting.key for posting in stage.postings() if posting.key.endswith(":c")] == []


def test_lines_that_are_repeated_at_a_connect_change_nothing() -> None:
    """A10: CyTube repeats 15 lines to the robot: nobody is paid, or counted, again."""
    script = Script()
    script.configure(clock("11:00"), **LOUD)
    script.list(clock("11:00:01"), "alice", "bob", BOT)
    said = [
        (clock(f"11:10:{10 + number}"), "alice" if number % 2 else "bob", f"bob++ alice++ lol, number {number}") for number in range(15)
    ]
    for at, who, text in said:
        script.chat(who, text, at)
    script.event("login", {"success": True, "name": BOT}, clock("11:12"))
    script.list(clock("11:12:01"), "alice", "bob", BOT)
    before = len(script.raws)
    for at, who, text in said:
        script.chat(who, text, clock("11:12:02"), said=at)

    scribe, stage, chat = Scribe({CHANNEL: DOMAIN}, 1), Stage(None), []
    for number, raw in enumerate(script.raws):
        if number == before:
            chat = stage.postings()
        stage.play(scribe.write(raw.sequence, raw.subject, raw.body, raw.stored).event)

    assert len(chat) > 15
    assert stage.postings() == chat
    assert (stage.day("alice").messages_sent, stage.day("bob").messages_sent) == (7, 8)
