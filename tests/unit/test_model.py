"""The model itself, held against the acceptance examples: who checks the checker."""

from datetime import timedelta

import pytest

from tests.support.model import expect
from tests.support.model_parts import Expected, Raw, Room
from tests.support.replay import load, names, shift
from tests.support.script import CHANNEL, DOMAIN, Script

ROOMS = [Room(CHANNEL, DOMAIN)]


def result(script: Script) -> Expected:
    return expect(script.raws, ROOMS)


def minutes(script: Script, user: str = "alice") -> list[str]:
    return [f"{start:%H:%M}" for start in result(script).minutes(CHANNEL, user)]


def span(first: str, last: str) -> list[str]:
    at, end = Script().time(f"{first}:00"), Script().time(f"{last}:00")
    starts = []
    while at <= end:
        starts.append(f"{at:%H:%M}")
        at += timedelta(minutes=1)
    return starts


def presence(script: Script, user: str = "alice") -> int:
    return sum(p.amount for p in result(script).payments if p.user == user and p.why == "presence")


def test_a_quick_return_is_paid_without_a_gap_and_is_no_arrival() -> None:
    script = Script().configure("12:00:00").join("alice", "12:00:20").leave("alice", "12:10:05").join("alice", "12:12:00").tick("12:13:10")

    assert minutes(script) == span("12:00", "12:12")
    assert [at.strftime("%H:%M:%S") for _, _, at in result(script).arrivals] == ["12:00:20"]


def test_who_never_returns_is_paid_up_to_the_last_whole_minute() -> None:
    script = Script().join("alice", "12:00:20").leave("alice", "12:10:05").tick("12:30:00")

    assert minutes(script) == span("12:00", "12:09")


def test_a_return_after_exactly_the_debounce_is_an_arrival() -> None:
    script = Script().join("alice", "12:00:20").leave("alice", "12:10:05").join("alice", "12:15:05").tick("12:16:00")

    assert minutes(script) == [*span("12:00", "12:09"), "12:15"]
    assert len(result(script).arrivals) == 2


def test_a_long_outage_is_not_paid_and_nobody_arrives_after_it() -> None:
    script = Script().join("alice", "11:58:30").tick("12:00:00").outage("12:00:02", "12:30:00", "alice").tick("12:31:00")

    assert minutes(script) == ["11:58", "11:59", "12:30"]
    assert len(result(script).arrivals) == 1


def test_a_short_outage_is_paid_whole() -> None:
    script = Script().join("alice", "11:58:30").tick("12:00:00").outage("12:00:02", "12:04:00", "alice").tick("12:05:00")

    assert minutes(script) == span("11:58", "12:04")


def test_who_is_gone_after_an_outage_left_when_it_began() -> None:
    script = (
        Script().join("alice", "11:58:30").tick("12:00:00").outage("12:00:02", "12:02:00", "bob").join("alice", "12:05:00").tick("12:06:00")
    )

    assert minutes(script) == ["11:58", "11:59", "12:05"]
    assert len(result(script).arrivals) == 2


def test_a_list_at_the_end_of_a_minute_does_not_give_the_minute_to_who_it_brings_back() -> None:
    script = Script().join("alice", "11:58:30").tick("12:00:00").outage("12:00:02", "12:30:00", "alice").tick("12:30:30")

    assert minutes(script) == ["11:58", "11:59"]


def test_services_being_down_changes_nothing() -> None:
    script = Script().join("alice", "12:00:20").chat("bob", "hi", "14:00:10")

    assert minutes(script) == span("12:00", "13:59")


@pytest.mark.parametrize(("hours", "paid"), [([12], 15), ([11], 10)])
def test_the_night_watch_pays_fractions_in_the_end(hours: list[int], paid: int) -> None:
    night = {"enabled": True, "hours": hours, "multiplier": 1.5}
    script = Script().configure("11:00:00", presence={"night_watch": night}).join("alice", "12:00:00").tick("12:10:00")

    assert presence(script) == paid


def test_a_milestone_is_paid_once_a_day() -> None:
    script = Script().configure("11:00:00", presence={"hourly_milestones": {"2": 25}}).join("alice", "12:00:00").tick("14:02:00")

    assert [(p.why, p.amount) for p in result(script).payments if p.why.startswith("dwell")] == [("dwell.2h", 25)]


def test_the_day_and_the_night_are_those_of_the_configured_zone() -> None:
    night = {"enabled": True, "hours": [13], "multiplier": 2}
    script = Script().configure("11:00:00", economy={"timezone": "Europe/Berlin"}, presence={"night_watch": night})
    script.join("alice", "12:59:00").tick("13:01:00")

    assert presence(script) == 3


def test_guests_the_bot_and_the_ignored_get_nothing() -> None:
    script = Script().configure("11:00:00", ignored_users=["Carol"])
    script.join("guest", "12:00:00", rank=0).join("carol", "12:00:00").join("ZCoinBot", "12:00:00").tick("12:05:00")

    assert result(script).payments == []


def test_the_wallet_comes_when_the_rank_does() -> None:
    script = Script().join("alice", "12:00:00", rank=0).tick("12:02:00").event("setUserRank", {"name": "alice", "rank": 1}, "12:02:30")
    script.tick("12:03:00")

    assert [(p.why, p.amount) for p in result(script).payments] == [("wallet", 100), ("presence", 1)]


def test_a_message_published_twice_happens_once() -> None:
    script = Script().list("12:00:00", "owner").event("setUserRank", {"name": "owner", "rank": 5}, "12:00:01")
    script.pm("owner", "grant @Bob 7 for nothing", "12:00:02").again()

    assert result(script).balances()[CHANNEL, "bob"] == 7
    assert len(result(script).questions) == 1


@pytest.mark.parametrize(
    "text", ["grant bob 0", "grant bob -3", "grant bob x", "grant bob", "grant bo!b 5", "grant ZCoinBot 5", "bal bob 5"]
)
def test_a_grant_that_means_nothing_gives_nothing(text: str) -> None:
    script = Script().list("12:00:00", "owner").event("setUserRank", {"name": "owner", "rank": 5}, "12:00:01").pm("owner", text, "12:00:02")

    assert all(p.why != "grant" for p in result(script).payments)


def test_who_is_no_admin_grants_nothing() -> None:
    script = Script().list("12:00:00", "alice").pm("alice", "grant bob 5", "12:00:02")

    assert (CHANNEL, "bob") not in result(script).balances()


def test_speech_shows_presence_and_old_lines_do_not() -> None:
    script = (
        Script()
        .chat("alice", "old", "12:00:30", said="11:50:00")
        .tick("12:01:00")
        .event("setUserRank", {"name": "alice", "rank": 1}, "12:01:05")
    )
    script.chat("alice", "new", "12:01:10").tick("12:02:00")

    assert minutes(script) == ["12:01"]


def test_a_double_login_costs_no_minute() -> None:
    script = (
        Script().join("alice", "12:00:00").join("alice", "12:01:30").leave("alice", "12:01:30.005").chat("alice", "still here", "12:03:10")
    )
    script.tick("12:04:00")

    assert minutes(script) == span("12:00", "12:03")


def test_what_happened_after_a_roster_was_read_wins() -> None:
    script = Script().tick("12:00:00").join("alice", "12:00:30").leave("bob", "12:00:40")
    script.roster("12:00:50", 1, "bob", "carol").tick("12:02:00")

    assert minutes(script, "alice") == ["12:00", "12:01"]
    assert minutes(script, "bob") == []
    assert minutes(script, "carol") == ["12:00", "12:01"]


def test_a_foreign_robot_proves_nothing() -> None:
    script = (
        Script().join("alice", "12:00:00").event("chatMsg", {}, "12:05:00", domain="elsewhere.example").lifecycle("shutdown", "12:05:01")
    )

    assert minutes(script) == []


def test_a_new_configuration_holds_from_where_it_stands() -> None:
    script = Script().configure("11:00:00").join("alice", "12:00:00").tick("12:02:00")
    script.configure("12:02:10", presence={"base_rate_per_minute": 3}).tick("12:04:00")

    assert presence(script) == 1 + 1 + 3 + 3


@pytest.mark.parametrize("name", names())
def test_every_recording_can_be_judged(name: str) -> None:
    moved = shift(load(name), Script().time("12:10:00"))
    raws = [Raw(at, m.subject, m.body, m.at) for at, m in enumerate(moved, 1) if not m.subject.startswith("$KV.")]

    balances = expect(raws, ROOMS).balances()

    assert balances[CHANNEL, "alice"] >= 100
    assert (CHANNEL, "zcoinbot") not in balances
