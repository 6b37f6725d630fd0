"""What is paid for lines in chat."""

from typing import Any

import pytest

from libs.common.contracts.ledger import MINT, Transfer
from tests.support.earning_stage import ROOM, Stage, transaction
from tests.support.earning_talk import LOUD, only, room

LONG = "a line that has just about forty letters"


class TestLongMessages:
    TRIGGER = "chat.long_message"

    def test_are_paid(self) -> None:
        stage = room(only("long_message"), "Alice")
        stage.chat("12:00", "Alice", text="x y " * 8)
        stage.chat("12:01", "Alice", text="x y " * 7)

        assert stage.paid(self.TRIGGER) == [1]

    def test_are_paid_so_many_an_hour_and_all_are_counted(self) -> None:
        stage = room(only("long_message", max_per_hour=2), "Alice", "Bob")
        for at in ("12:00", "12:10", "12:59:59"):
            stage.chat(at, "Alice", text=f"{LONG} {at}")
        stage.chat("12:59:59", "Bob", text=LONG)
        stage.chat("13:00", "Alice", text=LONG)

        assert stage.paid(self.TRIGGER, "Alice") == [1, 1, 1]
        assert stage.paid(self.TRIGGER, "Bob") == [1]
        assert stage.day("alice").long_messages == 4

    def test_are_not_made_by_drawing_out(self) -> None:
        stage = room(only("long_message"), "Alice")
        stage.chat("12:00", "Alice", text="n" + "o" * 100 + " " * 100 + "!" * 100)

        assert (stage.paid(self.TRIGGER), stage.day("alice").long_messages) == ([], 0)

    def test_are_not_paid_where_none_may_be(self) -> None:
        stage = room(only("long_message", max_per_hour=0), "Alice")
        stage.chat("12:00", "Alice", text=LONG)

        assert stage.paid(self.TRIGGER) == []


class TestTheFirstMessageOfTheDay:
    TRIGGER = "chat.first_message_of_day"

    def test_is_paid_once_to_everybody(self) -> None:
        stage = room(only("first_message_of_day"), "Alice", "Bob")
        for at, who in (("12:00", "Alice"), ("12:01", "Bob"), ("12:02", "ALICE"), ("23:59", "Alice")):
            stage.chat(at, who, text=at)

        assert stage.paid(self.TRIGGER, "Alice") == stage.paid(self.TRIGGER, "Bob") == [5]

    def test_is_paid_again_on_the_next_day_of_the_economy(self) -> None:
        stage = room({**only("first_message_of_day"), "economy": {"timezone": "America/New_York"}}, "Alice")
        stage.chat("2026-11-23 04:59:59", "Alice", text="late")
        stage.chat("2026-11-23 05:00:00", "Alice", text="early")

        assert stage.paid(self.TRIGGER, "Alice") == [5, 5]

    def test_goes_by_when_it_was_said_not_by_when_it_was_heard(self) -> None:
        stage = room(only("first_message_of_day"), "Alice")
        stage.chat("23:58", "Alice", text="today")
        stage.chat("2026-11-23 00:00:01", "Alice", text="still today", said="2026-11-22 23:59:59")
        assert stage.paid(self.TRIGGER, "Alice") == [5]
        assert (stage.day("alice").messages_sent, stage.day("alice", "2026-11-23").messages_sent) == (2, 0)

        stage.chat("2026-11-23 00:00:02", "Alice", text="tomorrow")
        assert stage.paid(self.TRIGGER, "Alice") == [5, 5]

    def test_is_not_a_command(self) -> None:
        stage = room(only("first_message_of_day"), "Alice")
        stage.chat("12:00", "Alice", text="!spin 5")
        stage.chat("12:01", "Alice", text="hello")

        (posting,) = stage.postings()[-1:]
        assert stage.paid(self.TRIGGER) == [5, 5], "the opener's and Alice's"
        assert posting.cause == stage.events[-1].id

    def test_of_somebody_too_new_is_had_and_not_paid(self) -> None:
        stage = room({**only("first_message_of_day"), "onboarding": {"min_messages_to_earn": 2}}, "Alice")
        stage.chat("12:00", "Alice", text="one")
        stage.chat("12:01", "Alice", text="two")

        assert stage.paid(self.TRIGGER) == []


class TestStartingAConversation:
    TRIGGER = "chat.conversation_starter"

    @pytest.mark.parametrize(("at", "paid"), [("12:08:59", []), ("12:09:00", [10])])
    def test_is_paid_after_so_many_minutes_of_silence(self, at: str, paid: list[int]) -> None:
        stage = room(only("conversation_starter"), "Alice")
        stage.chat(at, "Alice")

        assert stage.paid(self.TRIGGER) == paid

    def test_takes_a_silence_that_is_known(self) -> None:
        stage = Stage(only("conversation_starter"))
        stage.chat("12:00", "Alice", text="first")
        assert stage.paid(self.TRIGGER) == []

        stage.chat("12:10", "Alice", text="second")
        assert stage.paid(self.TRIGGER) == [10]

    def test_takes_a_silence_in_which_no_events_are_missing(self) -> None:
        stage = room(only("conversation_starter"), "Alice")
        stage.gap("12:20")
        stage.chat("12:21", "Alice")

        assert stage.paid(self.TRIGGER) == []

    @pytest.mark.parametrize(
        ("who", "rank", "shadow"), [("ZCoinBot", 4, False), ("Guest", 0, False), ("Nep", 2, False), ("Bad", 1, False), ("Shade", 1, True)]
    )
    def test_is_not_in_the_way_of_who_counts_for_nothing(self, who: str, rank: float, *, shadow: bool) -> None:
        stage = room({**only("conversation_starter"), "ignored_users": ["NEP"]}, "Alice", "Bad", "Shade")
        stage.transact(transaction(1, "banned", account="Bad"))
        stage.chat("12:09:00", who, rank, shadow=shadow)
        stage.chat("12:09:01", "Alice")

        assert stage.paid(self.TRIGGER, "Alice") == [10]
        assert stage.day(who.lower()).messages_sent == 0

    def test_is_not_paid_again_because_old_lines_come_again(self) -> None:
        stage = room(only("conversation_starter"), "Alice", "Bob")
        stage.chat("12:30", "Bob", text="now")
        stage.robot("12:30:10", "connected")
        for minute in (12, 15, 20):
            stage.chat("12:30:11", "Bob", text=f"said at {minute}", said=f"12:{minute}")
        stage.chat("12:31", "Alice")

        assert stage.paid(self.TRIGGER, "Alice") == []


class TestALaugh:
    TRIGGER = "chat.laugh_received"

    def test_pays_the_joker_not_the_first_who_laughed(self) -> None:
        stage = room(only("laugh_received"), "Joker", "B", "C", "D")
        stage.chat("12:00:00", "Joker", text="a joke")
        for second, who in enumerate("BCD", 1):
            stage.chat(f"12:00:0{second}", who, text="lol")

        assert stage.paid(self.TRIGGER) == stage.paid(self.TRIGGER, "Joker") == [2, 2, 2]
        assert stage.day("joker").laughs_received == 3

    def test_counts_once_for_each_joke(self) -> None:
        stage = room(only("laugh_received"), "Joker", "Bob")
        stage.chat("12:00:00", "Joker", text="a joke")
        stage.chat("12:00:01", "Bob", text="lol")
        stage.chat("12:00:02", "Bob", text="haha")
        assert stage.paid(self.TRIGGER) == [2]

        stage.chat("12:00:03", "Joker", text="another")
        stage.chat("12:00:04", "Bob", text="lol")
        assert stage.paid(self.TRIGGER) == [2, 2]

    def test_mints_nothing_for_two_who_laugh_in_turn(self) -> None:
        stage = room(only("laugh_received"), "Alice", "Bob")
        for second in range(10, 30):
            stage.chat(f"12:10:{second}", "Alice" if second % 2 else "Bob", text=f"lol {second}")

        assert stage.paid(self.TRIGGER) == []

    def test_pays_so_many_for_one_joke(self) -> None:
        stage = room(only("laugh_received", max_laughers_per_joke=2), "Joker", "B", "C", "D")
        stage.chat("12:00:00", "Joker", text="a joke")
        for second, who in enumerate("BCD", 1):
            stage.chat(f"12:00:0{second}", who, text="lol")

        assert (stage.paid(self.TRIGGER), stage.day("joker").laughs_received) == ([2, 2], 2)

    @pytest.mark.parametrize(("at", "paid"), [("12:01:00", [2]), ("12:01:01", [])])
    def test_is_about_what_was_said_within_the_window(self, at: str, paid: list[int]) -> None:
        stage = room(only("laugh_received"), "Joker", "Bob")
        stage.chat("12:00:00", "Joker", text="a joke")
        stage.chat(at, "Bob", text="lol")

        assert stage.paid(self.TRIGGER) == paid

    def test_is_about_the_last_line_of_somebody_else(self) -> None:
        stage = room(only("laugh_received"), "Joker", "Bob")
        stage.chat("12:00:00", "Joker", text="a joke")
        stage.chat("12:00:01", "Bob", text="I know that one")
        stage.chat("12:00:02", "Bob", text="lol")

        assert stage.paid(self.TRIGGER, "Joker") == [2]

    def test_is_about_ones_own_line_where_that_is_allowed(self) -> None:
        stage = room(only("laugh_received", self_excluded=False), "Joker", "Bob")
        stage.chat("12:00:00", "Joker", text="a joke")
        stage.chat("12:00:02", "Joker", text="lol")

        assert stage.paid(self.TRIGGER, "Joker") == [2]

    def test_is_not_about_commands_nor_about_who_counts_for_nothing(self) -> None:
        stage = room(only("laugh_received"), "Joker", "Bob")
        stage.chat("12:00:00", "Joker", text="a joke")
        stage.chat("12:00:01", "Guest", 0, text="what?")
        stage.chat("12:00:02", "ZCoinBot", text="good one")
        stage.chat("12:00:03", "Alice", text="!joke")
        stage.chat("12:00:04", "Bob", text="lol")

        assert stage.paid(self.TRIGGER) == stage.paid(self.TRIGGER, "Joker") == [2]

    def test_pays_nobody_who_is_banned_meanwhile(self) -> None:
        stage = room(only("laugh_received"), "Joker", "Bob")
        stage.chat("12:00:00", "Joker", text="a joke")
        stage.transact(transaction(1, "banned", account="Joker"))
        stage.chat("12:00:01", "Bob", text="lol")

        assert (stage.paid(self.TRIGGER), stage.day("joker").laughs_received) == ([], 0)


class TestPraise:
    TRIGGER = "chat.kudos_received"

    def test_pays_and_counts_for_both(self) -> None:
        stage = room(only("kudos_received"), "Alice", "Bob", "Carol")
        stage.chat("12:00", "Alice", text="thanks bob++, @carol++")

        assert (stage.paid(self.TRIGGER, "Bob"), stage.paid(self.TRIGGER, "Carol")) == ([3], [3])
        assert (stage.day("alice").kudos_given, stage.day("bob").kudos_received, stage.day("carol").kudos_received) == (2, 1, 1)

    def test_says_from_whom_it_is(self) -> None:
        stage = room(only("kudos_received"), "Alice", "Bob")
        stage.chat("12:00", "Alice", text="BOB++")

        (posting,) = stage.postings()[-1:]
        (line,) = posting.lines
        assert line == Transfer(
            source=MINT, target="Bob", amount=3, type="earn", trigger=self.TRIGGER, reason="Kudos from Alice", related="Alice"
        )
        assert posting.key.startswith(f"chat:{ROOM}:")
        assert posting.key.endswith(f":{self.TRIGGER}:bob")

    def test_of_oneself_is_nothing(self) -> None:
        stage = room(only("kudos_received"), "Alice")
        stage.chat("12:00", "Alice", text="alice++")

        assert (stage.paid(self.TRIGGER), stage.day("alice").kudos_given) == ([], 0)

    def test_of_oneself_is_something_where_that_is_allowed(self) -> None:
        stage = room(only("kudos_received", self_excluded=False), "Alice")
        stage.chat("12:00", "Alice", text="alice++")

        assert stage.paid(self.TRIGGER) == [3]

    def test_makes_nobody(self) -> None:
        stage = room(only("kudos_received"), "Alice")
        stage.chat("12:00", "Alice", text="nobody++ C++")

        assert stage.paid(self.TRIGGER) == []
        assert [posting.key for posting in stage.postings() if "nobody" in posting.key] == []

    @pytest.mark.parametrize(("at", "paid"), [("12:10:00", [3]), ("12:10:01", [])])
    def test_reaches_who_left_a_short_while_ago(self, at: str, paid: list[int]) -> None:
        stage = room(only("kudos_received"), "Alice", "Bob")
        stage.leave("12:00", "Bob")
        stage.chat(at, "Alice", text="bob++")

        assert stage.paid(self.TRIGGER) == paid

    @pytest.mark.parametrize("changes", [{"ignored_users": ["bob"]}, {"eligibility": {"min_cytube_rank": 2}}])
    def test_reaches_nobody_who_has_no_part(self, changes: dict[str, Any]) -> None:
        stage = Stage({**only("kudos_received"), **changes})
        stage.listed("11:00", "Bob")
        stage.chat("12:00", "Alice", 2, text="bob++")

        assert (stage.paid(self.TRIGGER), stage.day("bob").kudos_received) == ([], 0)

    def test_is_paid_so_often_an_hour_between_two(self) -> None:
        stage = room(only("kudos_received"), "Alice", "Bob", "Carol")
        for minute in range(10, 15):
            stage.chat(f"12:{minute}", "Alice", text=f"bob++ {minute}")
        stage.chat("12:15", "Alice", text="carol++")
        stage.chat("12:16", "Carol", text="bob++")
        assert (stage.paid(self.TRIGGER, "Bob"), stage.paid(self.TRIGGER, "Carol")) == ([3, 3, 3, 3], [3])

        stage.chat("13:10", "Alice", text="bob++")
        assert len(stage.paid(self.TRIGGER, "Bob")) == 5
        assert stage.day("alice").kudos_given == 5

    def test_is_paid_so_often_a_day_by_one(self) -> None:
        stage = room(only("kudos_received", max_given_per_day=2), "Alice", "Bob", "Carol", "Dave")
        stage.chat("12:00", "Alice", text="bob++ carol++ dave++")

        assert stage.day("alice").kudos_given == len(stage.paid(self.TRIGGER)) == 2

    def test_is_paid_without_bounds_where_there_are_none(self) -> None:
        stage = room(only("kudos_received", max_given_per_day=0, max_per_hour_same_pair=0), "Alice", "Bob")
        for second in range(10, 40):
            stage.chat(f"12:00:{second}", "Alice", text=f"bob++ {second}")

        assert len(stage.paid(self.TRIGGER)) == 30


class TestALine:
    def test_is_paid_for_in_the_order_of_the_triggers(self) -> None:
        stage = room(LOUD, "Alice", "Bob")
        stage.join("12:29:30", "Newbie")
        stage.chat("12:30", "Alice", text="hello newbie and Bob, what a fine long evening; bob++")

        asked = [line for posting in stage.postings() if posting.cause == stage.events[-1].id for line in posting.lines]
        assert [(line.trigger, line.target) for line in asked if isinstance(line, Transfer)] == [
            ("chat.long_message", "Alice"),
            ("chat.first_message_of_day", "Alice"),
            ("chat.conversation_starter", "Alice"),
            ("social.greeted_newcomer", "Alice"),
            ("social.mentioned_by_other", "Newbie"),
            ("social.mentioned_by_other", "Bob"),
            ("chat.kudos_received", "Bob"),
        ]

    def test_is_counted_even_where_it_earns_nothing(self) -> None:
        stage = room(LOUD, "Alice")
        before = len(stage.postings())
        for second, text in enumerate(("!spin 20", "   ", "! " + LONG), 10):
            stage.chat(f"11:59:{second}", "Alice", text=text)

        assert (stage.day("alice").messages_sent, stage.career("alice").messages, stage.day("alice").long_messages) == (3, 3, 1)
        assert len(stage.postings()) == before

    def test_that_is_old_when_it_is_heard_is_counted_and_not_paid(self) -> None:
        stage = room(LOUD, "Alice", "Bob")
        stage.chat("12:30", "Alice", text=f"bob++ {LONG}", said="12:19:59")

        assert (stage.day("alice").messages_sent, stage.day("alice").long_messages) == (1, 1)
        assert [posting.key for posting in stage.postings() if posting.cause == stage.events[-1].id] == []

    def test_that_was_said_while_the_robot_was_away_is_counted_and_paid(self) -> None:
        stage = room(only("first_message_of_day"), "Alice")
        stage.robot("12:00", "disconnected")
        stage.robot("12:05", "connected")
        stage.chat("12:05:01", "Alice", text="into the void", said="12:04")

        assert stage.paid("chat.first_message_of_day", "Alice") == [5]
        assert stage.day("alice").messages_sent == 1

    def test_that_comes_again_is_not_another_one(self) -> None:
        stage = room(LOUD, "Alice", "Bob")
        stage.chat("12:00:00", "Alice", text="bob++")
        before = len(stage.postings())
        stage.chat("12:00:01", "Alice", text="bob++", said="12:00:00")

        assert (len(stage.postings()), stage.day("alice").messages_sent) == (before, 1)

    def test_of_a_clock_ahead_counts_when_it_is_heard(self) -> None:
        stage = room(only("conversation_starter"), "Alice")
        stage.chat("12:00", "Alice", text="from the future", said="15:00")
        stage.chat("12:10", "Alice", text="again", said="15:10")

        assert stage.paid("chat.conversation_starter") == [10]

    def test_is_paid_at_the_time_it_was_said_because_of_its_event(self) -> None:
        stage = room(only("first_message_of_day"), "Alice")
        stage.chat("12:00:02", "Alice", text="hello", said="12:00:01")

        (posting,) = stage.postings()[-1:]
        assert (posting.at.isoformat(), posting.cause) == ("2026-11-22T12:00:01+00:00", stage.events[-1].id)
