"""What everything counts for: which sources hold, what they come to, and what they apply to."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common.config import Rules
from libs.common.config.multipliers import Multipliers
from libs.common.contracts.ledger import MAX_AMOUNT
from services.earning.multipliers.sources import Source, by_clock, combined, covers, is_multiplied
from tests.support.earning_stage import QUIET, Stage, settings
from tests.support.script import PLAIN

ALWAYS = {"cron": "0 0 * * *", "duration_hours": 24}


def multiplied(*events: dict[str, Any], **sections: Any) -> dict[str, Any]:
    """Give settings in which these events run all day, and nothing else counts."""
    listed = [{"name": f"Event {number}", **ALWAYS, **event} for number, event in enumerate(events)]
    return {**QUIET, "multipliers": {**PLAIN, "scheduled_events": listed, **sections}}


def rules(**section: Any) -> Rules:
    return Rules.model_validate({**settings(QUIET), "multipliers": {**PLAIN, **section}})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def held(moment: str, zone: str = "UTC", **section: Any) -> list[str]:
    known = rules(**section)
    known = known.model_copy(update={"economy": known.economy.model_copy(update={"timezone": zone})})
    return [source.id for source in by_clock(at(moment), known)]


class TestSources:
    OFF_PEAK = {"enabled": True, "days": [0, 1], "hours": [6, 7], "multiplier": 2}

    @pytest.mark.parametrize(
        ("moment", "holds"),
        [
            ("2026-11-22T06:00", True),
            ("2026-11-23T07:59:59", True),
            ("2026-11-22T08:00", False),
            ("2026-11-24T06:00", False),
        ],
    )
    def test_quiet_hours_are_those_of_quiet_days_and_sunday_is_0(self, moment: str, *, holds: bool) -> None:
        assert held(moment, off_peak=self.OFF_PEAK) == (["off_peak"] if holds else [])

    def test_quiet_hours_are_the_economys_own(self) -> None:
        assert held("2026-11-22T12:30", zone="America/New_York", off_peak=self.OFF_PEAK) == ["off_peak"]

    def test_all_holidays_of_a_date_hold(self) -> None:
        days = [{"date": "12-25", "name": "A", "multiplier": 3}, {"date": "12-25", "name": "B", "multiplier": 2}]
        holidays = {"enabled": True, "dates": [*days, {"date": "1-5", "name": "C", "multiplier": 2}]}
        assert held("2026-12-25T23:59", holidays=holidays) == ["holiday:A", "holiday:B"]
        assert held("2027-01-05T00:00", holidays=holidays) == ["holiday:C"]

    @pytest.mark.parametrize(("moment", "holds"), [("19:59:59", False), ("20:00", True), ("21:29:59", True), ("21:30", False)])
    def test_an_event_holds_from_its_beginning_to_before_its_end(self, moment: str, *, holds: bool) -> None:
        events = [{"name": "Film", "cron": "0 20 * * *", "duration_hours": 1.5}]
        assert held(f"2026-11-22T{moment}", scheduled_events=events) == (["scheduled:Film"] if holds else [])

    @pytest.mark.parametrize(("moment", "began"), [("2026-10-24T18:00", True), ("2026-10-25T18:59", False), ("2026-10-25T19:00", True)])
    def test_an_event_begins_at_its_own_zones_hour_whatever_the_clocks_do(self, moment: str, *, began: bool) -> None:
        """T39: 20:00 in Berlin is 18:00 UTC in summer and 19:00 in winter."""
        events = [{"name": "Film", "cron": "0 20 * * *", "duration_hours": 1, "timezone": "Europe/Berlin"}]
        assert held(moment, zone="America/New_York", scheduled_events=events) == (["scheduled:Film"] if began else [])


class TestTogether:
    @pytest.mark.parametrize(
        ("combine", "factors", "factor"),
        [
            ("multiply", ["3", "2"], "6"),
            ("multiply", ["2", "1.5", "3", "3", "10"], "10"),
            ("add", ["3", "2", "1.5"], "4.5"),
            ("add", ["0.2", "0.2", "0.2"], "0"),
            ("max", ["3", "2"], "3"),
            ("max", ["0.5"], "0.5"),
            ("multiply", [], "1"),
        ],
    )
    def test_sources_come_together_as_configured_up_to_the_bound(self, combine: str, factors: list[str], factor: str) -> None:
        section = Multipliers.model_validate({"combine": combine})
        assert combined([Source(f"scheduled:{each}", Decimal(each)) for each in factors], section).factor == Decimal(factor)

    @given(st.lists(st.decimals(0, 100, places=2), max_size=6), st.sampled_from(["multiply", "add", "max"]), st.decimals(0, 50, places=1))
    def test_they_never_come_to_less_than_nothing_or_more_than_the_bound(self, factors: list[Decimal], combine: str, most: Decimal) -> None:
        section = Multipliers.model_validate({"combine": combine, "max_combined": most})
        factor = combined([Source("rank", each) for each in factors], section).factor
        assert 0 <= factor <= max(most, 1 if not factors else 0)


class TestWhatIsMultiplied:
    @pytest.mark.parametrize("trigger", ["presence.base", "chat.long_message", "content.like_current", "social.mentioned_by_other"])
    def test_what_is_earned_day_by_day_is(self, trigger: str) -> None:
        assert is_multiplied(trigger, Multipliers())

    @pytest.mark.parametrize(
        "trigger",
        [
            "dwell.1h",
            "streak.day2",
            "bridge.weekly",
            "onboarding.wallet",
            "maintenance.interest",
            "event.X.presence",
            "admin.rain",
            "rain.ambient",
        ],
    )
    def test_all_else_is_not_even_if_it_is_listed(self, trigger: str) -> None:
        """Rain is multiplied where it is made, by events alone."""
        assert not is_multiplied(trigger, Multipliers(applies_to=("", trigger)))

    @pytest.mark.parametrize(
        ("applies_to", "scope"),
        [(["rain."], "rain"), ([], "nothing"), (["chat."], "all"), (["chat.kudos"], "all"), (["dwell."], "nothing"), ([""], "all")],
    )
    def test_what_it_covers_is_told_honestly(self, applies_to: list[str], scope: str) -> None:
        assert covers(Multipliers(applies_to=tuple(applies_to))) == scope

    def test_what_is_never_multiplied_is_pointed_out(self) -> None:
        section = Multipliers(applies_to=("dwell.", "chat.", "rain.ambient"))
        assert [(key, "dwell." in words) for key, words in section.advice()] == [("applies_to", True)]


class TestPaid:
    def test_a_minute_says_why_it_was_worth_more(self) -> None:
        stage = Stage(multiplied({"multiplier": 3}))
        stage.join("12:00", "Alice")
        stage.tick("12:01")
        assert stage.paid("presence.base") == [3]
        assert stage.postings()[-1].lines[0].model_dump()["metadata"] == {
            "base": 1,
            "multiplier": 3,
            "sources": [{"source": "scheduled:Event 0", "mult": 3}],
        }

    def test_the_night_watch_is_named_beside_the_others(self) -> None:
        night = {"night_watch": {"enabled": True, "hours": [12], "multiplier": 1.5}}
        stage = Stage({**multiplied({"multiplier": 2}), "presence": night})
        stage.join("12:00", "Alice")
        stage.tick("12:01")
        sources = [{"source": "night_watch", "mult": 1.5}, {"source": "scheduled:Event 0", "mult": 2}]
        assert stage.paid("presence.base") == [3]
        assert stage.postings()[-1].lines[0].model_dump()["metadata"] == {"base": 1, "multiplier": 3, "sources": sources}

    def test_a_minute_counts_for_what_held_when_it_began(self) -> None:
        stage = Stage(multiplied({"cron": "2 12 * * *", "duration_hours": 2 / 60, "multiplier": 5}))
        stage.join("12:00", "Alice")
        stage.tick("12:06")
        assert stage.paid("presence.base") == [1, 1, 5, 5, 1, 1]

    @pytest.mark.parametrize(("viewers", "paid"), [(3, 2), (2, 1)])
    def test_a_full_room_counts_without_robots(self, viewers: int, paid: int) -> None:
        full = {"high_population": {"enabled": True, "min_users": 3, "multiplier": 2}}
        stage = Stage({**multiplied(**full), "ignored_users": ["NepBot"]})
        stage.listed("12:00", "NepBot", "ZCoinBot", *[f"viewer{number}" for number in range(viewers)])
        stage.tick("12:01")
        assert stage.paid("presence.base", "viewer0") == [paid]

    def test_a_rank_counts_for_its_holder_alone(self) -> None:
        tiers = [{"name": "Low", "min_lifetime_earned": 0}, {"name": "High", "min_lifetime_earned": 2}]
        stage = Stage({**multiplied(), "ranks": {"earn_multiplier_per_rank": 0.5, "tiers": tiers}})
        stage.join("12:00", "Alice")
        stage.tick("12:02")
        stage.join("12:02:01", "Bob")
        stage.tick("12:04")
        assert (stage.paid("presence.base", "Alice"), stage.paid("presence.base", "Bob")) == ([1, 1, 1, 2], [1, 1])

    def test_a_rank_counts_by_its_place_on_the_ladder_that_holds_now(self) -> None:
        low, middle, high = ({"name": name, "min_lifetime_earned": coins} for name, coins in (("Low", 0), ("Middle", 1), ("High", 2)))
        stage = Stage({**multiplied(), "ranks": {"earn_multiplier_per_rank": 1, "tiers": [low, high]}})
        stage.join("12:00", "Alice")
        stage.tick("12:02")
        stage.configure("12:02:30", {**multiplied(), "ranks": {"earn_multiplier_per_rank": 1, "tiers": [low, middle, high]}})
        stage.tick("12:03")
        assert stage.paid("presence.base") == [1, 1, 3]

    def test_what_no_posting_can_hold_is_cut_and_keeps_no_event_from_happening(self) -> None:
        night = {"enabled": True, "hours": [12], "multiplier": 1_000_000}
        presence = {"base_rate_per_minute": 1_000_000, "night_watch": night, "hourly_milestones": {}}
        stage = Stage({**multiplied({"multiplier": 1_000_000}, max_combined=1_000_000), "presence": presence})
        stage.join("12:00", "Alice")
        stage.tick("12:02")
        assert stage.paid("presence.base") == [MAX_AMOUNT, MAX_AMOUNT]

    def test_a_factor_below_one_makes_less_of_it_and_loses_nothing(self) -> None:
        stage = Stage(multiplied({"multiplier": 0.5}))
        stage.join("12:00", "Alice")
        stage.tick("12:04")
        assert stage.paid("presence.base") == [1, 1]

    def test_nothing_is_multiplied_that_is_not_listed(self) -> None:
        stage = Stage(multiplied({"multiplier": 3}, applies_to=["rain."]))
        stage.join("12:00", "Alice")
        stage.tick("12:01")
        assert stage.paid("presence.base") == [1]
