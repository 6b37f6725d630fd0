"""What is paid between viewers: greetings, names, the robot's answers."""

from datetime import timedelta

import pytest

from tests.support.earning_stage import ROOM, Stage, transaction
from tests.support.earning_talk import only, room
from tests.support.script import BOT


class TestAGreeting:
    TRIGGER = "social.greeted_newcomer"

    @pytest.mark.parametrize(("at", "paid"), [("12:01:00", [3]), ("12:01:01", [])])
    def test_is_paid_while_somebody_is_new(self, at: str, paid: list[int]) -> None:
        stage = room(only("greeted_newcomer"), "Alice")
        stage.join("12:00:00", "Newbie")
        stage.chat(at, "Alice", text="hi @newbie!")

        assert stage.paid(self.TRIGGER, "Alice") == paid

    def test_is_paid_to_the_first_alone(self) -> None:
        stage = room(only("greeted_newcomer"), "Alice", "Bob")
        stage.join("12:00:00", "Newbie")
        stage.chat("12:00:01", "Alice", text="hi newbie")
        stage.chat("12:00:02", "Bob", text="newbie! hi")

        assert stage.paid(self.TRIGGER) == stage.paid(self.TRIGGER, "Alice") == [3]

    def test_of_several_is_one(self) -> None:
        stage = room(only("greeted_newcomer"), "Alice", "Bob")
        stage.join("12:00:00", "One")
        stage.join("12:00:01", "Two")
        stage.chat("12:00:02", "Alice", text="hi one and two")
        stage.chat("12:00:03", "Bob", text="hi one, hi two")

        assert stage.paid(self.TRIGGER) == [3]

    def test_of_who_is_greeted_already_is_none_and_spoils_no_other(self) -> None:
        stage = room(only("greeted_newcomer"), "Alice", "Bob")
        stage.join("12:00:00", "One")
        stage.join("12:00:01", "Two")
        stage.chat("12:00:02", "Alice", text="hi one")
        stage.chat("12:00:03", "Bob", text="hi one and two")

        assert stage.paid(self.TRIGGER, "Bob") == [3]

    @pytest.mark.parametrize("text", ["hello everybody", "newbies", "new bie", "https://x.example/newbie"])
    def test_names_the_newcomer(self, text: str) -> None:
        stage = room(only("greeted_newcomer"), "Alice")
        stage.join("12:00:00", "Newbie")
        stage.chat("12:00:01", "Alice", text=text)

        assert stage.paid(self.TRIGGER) == []

    def test_is_not_ones_own(self) -> None:
        stage = room(only("greeted_newcomer"), "Alice")
        stage.join("12:00:00", "Newbie")
        stage.chat("12:00:01", "Newbie", text="newbie is here")

        assert stage.paid(self.TRIGGER) == []

    def test_is_none_for_who_was_gone_a_moment(self) -> None:
        stage = room(only("greeted_newcomer"), "Alice", "Bob")
        stage.leave("12:00:00", "Bob")
        stage.join("12:00:30", "Bob")
        stage.chat("12:00:31", "Alice", text="wb bob")

        assert stage.paid(self.TRIGGER) == []

    def test_is_none_for_robots(self) -> None:
        stage = room({**only("greeted_newcomer"), "ignored_users": ["Nep"]}, "Alice")
        stage.join("12:00:30", "nep")
        stage.chat("12:00:31", "Alice", text="hi nep")

        assert stage.paid(self.TRIGGER) == []

    def test_can_be_had_again_at_the_next_arrival(self) -> None:
        stage = room(only("greeted_newcomer"), "Alice")
        for join, greet, leave in (("12:00:00", "12:00:10", "12:00:20"), ("12:05:20", "12:05:30", "12:05:40")):
            stage.join(join, "Newbie")
            stage.chat(greet, "Alice", text="hi newbie")
            stage.leave(leave, "Newbie")

        assert stage.paid(self.TRIGGER) == [3, 3]

    def test_by_who_counts_for_nothing_takes_nobody_away(self) -> None:
        stage = room(only("greeted_newcomer"), "Alice", "Bad")
        stage.transact(transaction(1, "banned", account="Bad"))
        stage.join("12:00:00", "Newbie")
        stage.chat("12:00:01", "Bad", text="hi newbie")
        stage.chat("12:00:02", "Guest", 0, text="hi newbie")
        stage.chat("12:00:03", "Alice", text="hi newbie")

        assert stage.paid(self.TRIGGER, "Alice") == [3]


class TestAName:
    TRIGGER = "social.mentioned_by_other"

    def test_in_somebody_elses_line_is_paid_to_everybody_named(self) -> None:
        stage = room(only("mentioned_by_other"), "Alice", "Bob", "Carol")
        stage.chat("12:00", "Alice", text="@BOB and carol's alice, bob")

        assert [stage.paid(self.TRIGGER, who) for who in ("Alice", "Bob", "Carol")] == [[], [1], [1]]

    @pytest.mark.parametrize("text", ["also", "al-", "al_so", "royal", "al++"])
    def test_stands_by_itself(self, text: str) -> None:
        stage = room(only("mentioned_by_other"), "Alice", "Al")
        stage.chat("12:00", "Alice", text=text)

        assert stage.paid(self.TRIGGER) == []

    def test_is_that_of_somebody_in_the_room(self) -> None:
        stage = room(only("mentioned_by_other"), "Alice", "Bob")
        stage.leave("12:00:00", "Bob")
        stage.chat("12:00:01", "Alice", text="bob?")

        assert stage.paid(self.TRIGGER) == []

    def test_is_paid_so_often_an_hour_by_the_same_one(self) -> None:
        stage = room(only("mentioned_by_other", max_per_hour_same_user=2), "Alice", "Bob", "Carol")
        for minute in (10, 20, 30):
            stage.chat(f"12:{minute}", "Alice", text=f"bob {minute}")
        stage.chat("12:31", "Carol", text="bob")
        assert stage.paid(self.TRIGGER, "Bob") == [1, 1, 1]

        stage.chat("13:10", "Alice", text="bob")
        assert stage.paid(self.TRIGGER, "Bob") == [1, 1, 1, 1]

    @pytest.mark.parametrize("who", ["Bad", "Guest", "Nep", BOT])
    def test_of_who_has_no_part_is_not_paid(self, who: str) -> None:
        stage = room({**only("mentioned_by_other"), "ignored_users": ["nep"]}, "Alice", "Bad", "Nep")
        stage.join("11:30", "Guest", 0)
        stage.transact(transaction(1, "banned", account="Bad"))
        stage.chat("12:00", "Alice", text=f"hey {who}")

        assert stage.paid(self.TRIGGER) == []

    def test_of_somebody_too_new_is_not_paid(self) -> None:
        stage = room({**only("mentioned_by_other"), "onboarding": {"min_account_age_minutes": 30}}, "Alice")
        stage.join("11:50", "Newbie")
        stage.chat("12:00", "Alice", text="newbie")
        assert stage.paid(self.TRIGGER) == []

        stage.chat("12:20", "Alice", text="newbie")
        assert stage.paid(self.TRIGGER) == [1]


class TestAnAnswerOfTheRobot:
    TRIGGER = "social.bot_interaction"

    @pytest.mark.parametrize("text", ["hey zcoinbot, how are you?", "@ZCoinBot", "!weather", "  !help"])
    def test_is_paid_to_who_asked(self, text: str) -> None:
        stage = room(only("bot_interaction"), "Alice", "Bob")
        stage.chat("12:00:00", "Alice", text=text)
        stage.chat("12:00:05", "Bob", text="never mind")
        stage.chat("12:00:30", BOT, text="Sunny.")

        assert stage.paid(self.TRIGGER) == stage.paid(self.TRIGGER, "Alice") == [2]
        assert stage.day("alice").bot_interactions == 1

    def test_comes_soon(self) -> None:
        stage = room(only("bot_interaction"), "Alice")
        stage.chat("12:00:00", "Alice", text="!weather")
        stage.chat("12:00:31", BOT, text="Sunny.")

        assert stage.paid(self.TRIGGER) == []

    def test_is_one_however_many_lines_it_has(self) -> None:
        stage = room(only("bot_interaction"), "Alice")
        stage.chat("12:00:00", "Alice", text="!weather")
        stage.chat("12:00:01", BOT, text="Sunny.")
        stage.chat("12:00:02", BOT, text="And warm.")

        assert stage.paid(self.TRIGGER) == [2]

    def test_is_for_whom_it_names(self) -> None:
        stage = room(only("bot_interaction"), "Alice", "Bob")
        stage.chat("12:00:00", "Alice", text="!weather")
        stage.chat("12:00:01", "Bob", text="!weather")
        stage.chat("12:00:02", BOT, text="alice: sunny.")
        stage.chat("12:00:03", BOT, text="It will stay like that.")

        assert (stage.paid(self.TRIGGER, "Alice"), stage.paid(self.TRIGGER, "Bob")) == ([2], [2])

    def test_is_no_announcement(self) -> None:
        stage = room(only("bot_interaction"), "Alice", "Bob")
        stage.chat("11:59:30", "Alice", text="nice weather")
        stage.chat("12:00:00", BOT, text="It rains coins!")
        stage.chat("12:00:01", "Alice", text="!weather")
        stage.chat("12:00:02", BOT, text="Bob is now Grip!")
        assert stage.paid(self.TRIGGER) == []

        stage.chat("12:00:05", BOT, text="Sunny.")
        assert stage.paid(self.TRIGGER, "Alice") == [2]

    def test_is_nothing_that_earning_itself_has_said(self) -> None:
        stage = room({**only("bot_interaction"), "rain": {"notify": "chat", "interval_minutes": 60}}, "Alice", "Bob")
        while not any(told.line == "rain" for told in stage.announcements()):
            minutes = len(stage.events)
            stage.tick(f"2026-11-22 {12 + minutes // 60}:{minutes % 60:02}:00")
        at = stage.events[-1].at + timedelta(seconds=1)
        stage.chat(f"{at:%H:%M:%S}", "Alice", text="!weather")
        stage.chat(f"{at:%H:%M:%S}", BOT, text="It rains coins for everybody!")

        assert stage.paid(self.TRIGGER) == []

    def test_is_paid_so_often_a_day(self) -> None:
        stage = room(only("bot_interaction", max_per_day=2), "Alice")
        for minute in (10, 11, 12):
            stage.chat(f"12:{minute}:00", "Alice", text=f"!weather {minute}")
            stage.chat(f"12:{minute}:01", BOT, text=f"Sunny {minute}.")
        assert (stage.paid(self.TRIGGER), stage.day("alice").bot_interactions) == ([2, 2], 2)

        stage.tick("2026-11-23 11:00:00")
        stage.tick("2026-11-23 11:59:00")
        stage.chat("2026-11-23 12:00:00", "Alice", text="!weather")
        stage.chat("2026-11-23 12:00:01", BOT, text="Rain.")
        assert stage.paid(self.TRIGGER) == [2, 2, 2]

    def test_is_not_paid_to_who_counts_for_nothing(self) -> None:
        stage = room(only("bot_interaction"), "Alice", "Bad")
        stage.transact(transaction(1, "banned", account="Bad"))
        stage.chat("12:00:00", "Bad", text="!weather")
        stage.chat("12:00:01", "Guest", 0, text="!weather")
        stage.chat("12:00:02", "Alice", text="!weather", shadow=True)
        stage.chat("12:00:03", BOT, text="Sunny.")

        assert stage.paid(self.TRIGGER) == []


def test_nobody_is_paid_for_a_line_in_another_room() -> None:
    stage = room(only("mentioned_by_other"), "Alice", "Bob")
    there = stage.events[-1].model_copy(update={"channel": "another", "user": "Alice", "text": "bob", "id": "elsewhere", "raw": 99})
    stage.play(there)

    assert stage.paid("social.mentioned_by_other") == []
    assert {posting.key.split(":")[1] for posting in stage.postings()} == {ROOM, "another"}


def test_a_line_makes_nobody_known_who_never_was_here() -> None:
    stage = Stage(only("mentioned_by_other"))
    stage.chat("12:00", "Alice", text="hello carol carol++")

    assert [posting.key for posting in stage.postings() if "carol" in posting.key] == []
