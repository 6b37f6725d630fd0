"""Reports by PM, on the owners' own doors; what analytics tells is written down here."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from libs.common.config import rules
from libs.common.contracts.base import Contract
from libs.common.contracts.earning import WhyAnswer
from libs.common.contracts.ledger_requests import Flow, StatsAnswer, StatsRequest
from libs.common.contracts.reload import Reloaded
from services.commands import reports
from services.commands.handlers.history import wanted
from services.commands.moments import moment
from services.commands.replies.reports import user
from services.commands.replies.reports.gambling import gambling
from services.commands.replies.reports.health import books, participation
from services.commands.replies.reports.stats import change
from services.commands.reports import Game, enabled
from services.earning.store.tallies import Tallies, Tally
from tests.support.commands import NOON
from tests.support.front import OWNER, Front
from tests.support.script import SILENT, UNWATCHED
from tests.support.teller import give, hold, pay

REPORTS = ("econ:stats", "econ:user alice", "econ:health", "econ:triggers", "econ:gambling", "audit-log", "undo 1")
USUAL = rules({})


@pytest.fixture
def front(monkeypatch: pytest.MonkeyPatch) -> Front:
    monkeypatch.setattr(reports, "WAIT_SECONDS", 0.05)
    front = Front()
    front.teller.viewers(Alice=1_200, Bob=55)
    return front


async def asked(front: Front, text: str) -> list[str]:
    """Give the lines an administrator is answered."""
    return (await front.told(text, "root", OWNER)).split("\n")


@pytest.mark.parametrize("report", REPORTS)
async def test_reports_are_for_administrators(front: Front, report: str) -> None:
    assert await front.told(report) == "That command is for administrators."


class TestStats:
    async def test_they_tell_where_the_coins_are_and_what_today_did(self, front: Front) -> None:
        front.teller.done(hold("bounty", "Alice", 200), pay("Bob", "@burn", 5), give("Bob", 3, "presence"))
        assert await asked(front, "econ:stats") == [
            "22 Nov: 2 accounts, 2 active, 0 here today, 0 now.",
            "In circulation: 1,253 Z (1,053 at hand, 200 held). House: 0 Z.",
            "Today: earned 3, spent 5; staked 0, won 0.",
            "Today's change: +1,253 Z (1,258 minted, 5 burnt, 0 to the house).",
        ]

    async def test_without_earning_the_coins_are_told(self, front: Front) -> None:
        front.silent.add("attendance")
        assert (await asked(front, "econ:stats"))[0] == "22 Nov: 2 accounts, 2 active, who is here I can't tell right now."

    async def test_they_begin_anew_at_midnight(self, front: Front) -> None:
        [told] = await front.announced("econ:stats", "root", OWNER, at=NOON + timedelta(days=1))
        assert "Today's change: +0 Z (0 minted, 0 burnt, 0 to the house)." in (told.text or "").split("\n")

    def test_a_flow_that_does_not_add_up_says_so(self) -> None:
        moved = Flow(minted=10, burnt=2, house=3, circulation=4)
        assert change(moved, USUAL.currency).endswith("which is off by -1: see 'kryten-economy audit'")


class TestHealth:
    async def test_it_tells_how_coins_are_spread_and_who_takes_part(self, front: Front) -> None:
        front.reports["participation"] = [{"chose": 1}]
        assert await asked(front, "econ:health") == [
            "In circulation: 1,255 Z (1,255 at hand, 0 held); today +1,255 Z (1,255 minted, 0 burnt, 0 to the house).",
            "The books add up: 1,255 minted - 0 burnt - 0 with the house.",
            "Median: 627 Z of all 2, 627 Z of the 2 active in 30 days.",
            "Spread: Gini 0.46; the ten richest have 100 %.",
            "Took part today: 1 of 0 (0 %).",
        ]

    def test_what_the_house_has_lost_is_told_without_a_double_minus(self) -> None:
        none = dict.fromkeys(("accounts", "escrow", "median_balance", "lifetime_earned", "lifetime_spent"), 0)
        more = dict.fromkeys(("lifetime_wagered", "lifetime_won", "postings"), 0)
        found = StatsAnswer.model_validate({"circulation": 13, "spendable": 13, "house": -5, "minted": 10, "burnt": 2, **none, **more})
        assert books(found, USUAL.currency) == "The books add up: 10 minted - 2 burnt + 5 lost by the house."

    async def test_the_ledger_adds_up_no_more_than_a_day(self, front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
        """Who is active is looked up for a month; what moved in it is a hundred thousand rows to add up."""
        looks: list[StatsRequest] = []
        answer = front._answer

        def noted(subject: str, request: Contract | bytes) -> bytes:
            if isinstance(request, StatsRequest):
                looks.append(request)
            return answer(subject, request)

        monkeypatch.setattr(front, "_answer", noted)
        await asked(front, "econ:health")

        midnight = NOON.replace(hour=0)
        assert [(look.since, look.active_since) for look in looks] == [(midnight, midnight - timedelta(days=29))]

    async def test_without_analytics_all_the_rest_is_told(self, front: Front) -> None:
        lines = await asked(front, "econ:health")
        assert (len(lines), lines[-1]) == (5, "Who took part today I can't tell right now.")

    @pytest.mark.parametrize(("chose", "there", "told"), [(3, 12, "3 of 12 (25 %)"), (0, 0, "0 of 0 (0 %)"), (5, 4, "5 of 4 (100 %)")])
    def test_participation_is_who_did_something_of_who_was_there(self, chose: int, there: int, told: str) -> None:
        assert participation(chose, there) == f"Took part today: {told}."

    def test_books_that_are_off_are_told(self, front: Front) -> None:
        found = StatsAnswer.model_validate(front.teller.ask("stats", StatsRequest()))
        off = found.model_copy(update={"circulation": found.circulation - 1})
        assert books(off, USUAL.currency) == "The books are off by 1 Z: see 'kryten-economy audit'."


class TestUser:
    async def test_it_tells_the_account_its_totals_and_its_last_entries_by_number(self, front: Front) -> None:
        front.teller.done(hold("stake", "Alice", 200))
        assert await asked(front, "econ:user @ALICE") == [
            "Alice: 1,000 Z at hand, 200 held. Rank: Grip.",
            "Ever earned 1,200, spent 0; staked 0, won 0 (net +0).",
            "Has an account since 22 Nov 2026.",
            "Earns no minutes now: not in the room.",
            "#5  22 Nov 12:00  -200 Z  gamble_wager",
            "#2  22 Nov 12:00  +1,200 Z  admin_adjust",
        ]

    def test_of_who_is_gone_it_tells_since_when(self) -> None:
        gone = WhyAnswer(obstacle="away", since=NOON, present_minutes=3, active_minutes=0)
        assert user.seen(gone, ZoneInfo("UTC")) == "Earns no minutes now: not in the room since 22 Nov 2026 12:00 UTC."

    async def test_nobody_has_no_account(self, front: Front) -> None:
        assert await asked(front, "econ:user nobody") == ["Nobody has an account by the name of nobody."]

    async def test_at_an_earlier_time_it_tells_what_was_then(self, front: Front) -> None:
        then = {"account": "Alice", "balance": 10, "held": 1, "earned": 20, "spent": 9, "wagered": 4, "won": 6, "entries": 7}
        front.reports["user"] = [{**then, "first": "2026-10-01T08:00:00Z"}]
        assert await asked(front, "econ:user alice at 2026-11-01T20:00") == [
            "Alice at 01 Nov 2026 20:00 UTC: 10 Z at hand, 1 held.",
            "Ever earned 20, spent 9; staked 4, won 6 (net +2).",
            "Entries until then: 7, the first on 01 Oct 2026.",
        ]

    async def test_who_had_no_account_then_is_told_as_such(self, front: Front) -> None:
        front.reports["user"] = []
        assert await asked(front, "econ:user alice at 2026-11-01") == ["alice had no account at 01 Nov 2026 00:00 UTC."]

    @pytest.mark.parametrize(("when", "told"), [("at noon", "A time is written like"), ("at 2027-01-01", "That time is yet to come.")])
    async def test_a_time_that_is_none_is_refused(self, front: Front, when: str, told: str) -> None:
        assert (await asked(front, f"econ:user alice {when}"))[0].startswith(told)

    async def test_without_analytics_the_past_can_not_be_told(self, front: Front) -> None:
        assert await asked(front, "econ:user alice at 2026-11-01") == ["I can't find that out right now. Please try again later."]


class TestTriggers:
    async def test_it_tells_what_paid_and_what_never_did(self, front: Front) -> None:
        front.start(**SILENT, **UNWATCHED, presence={"hourly_milestones": {1: 5, 3: 0}})
        front.reports["triggers"] = [{"trigger": "presence.base", "hits": 1_340, "viewers": 12, "coins": 2_020}]
        assert await asked(front, "econ:triggers") == [
            "Paid today:",
            "presence.base: 2,020 Z, hits: 1,340, viewers: 12",
            "Not one hit: dwell.1h.",
        ]

    async def test_it_tells_what_came_to_a_limit_or_a_fraction(self, front: Front) -> None:
        front.start(**SILENT, **UNWATCHED, presence={"hourly_milestones": {1: 5}})
        front.reports["triggers"] = [{"trigger": "dwell.1h", "hits": 2, "viewers": 2, "coins": 10}]
        counted = {("2026-11-22", "dwell.1h", "alice"): Tally(capped=1), ("2026-11-22", "presence.bonus", "bob"): Tally(carried=3)}
        Tallies(front.earning).add("room", counted)
        assert await asked(front, "econ:triggers") == [
            "Paid today:",
            "dwell.1h: 10 Z, hits: 2, viewers: 2, over a limit: 1",
            "presence.bonus: 0 Z, hits: 0, viewers: 1, fractions carried: 3",
            "Not one hit: presence.base.",
        ]

    async def test_without_earning_it_tells_what_was_paid(self, front: Front) -> None:
        front.silent.add("tallies")
        front.reports["triggers"] = [{"trigger": "presence.base", "hits": 1, "viewers": 1, "coins": 1}]
        assert (await asked(front, "econ:triggers"))[1] == "presence.base: 1 Z, hits: 1, viewers: 1"

    def test_what_pays_nothing_is_not_dead_but_off(self) -> None:
        off = rules({"presence": {"base_rate_per_minute": 0, "hourly_milestones": {2: 5}}})
        assert [trigger for trigger in enabled(off) if trigger.startswith(("presence", "dwell"))] == ["dwell.2h"]

    def test_switched_off_triggers_are_never_enabled(self) -> None:
        families = ("chat_triggers", "content_triggers", "social_triggers")
        names = {family: type(getattr(USUAL, family)).model_fields for family in families}
        off = {family: {name: {"enabled": False} for name in fields} for family, fields in names.items()}
        assert {trigger.partition(".")[0] for trigger in enabled(rules(off))} <= {"presence", "dwell"}


class TestGambling:
    def played(self, **figures: Any) -> str:
        usual: dict[str, Any] = {"game": "spin", "rounds": 100, "players": 7, "staked": 1_000, "paid": 950, "rake": 0, "kept": 50}
        expected = {"spin": 5.0, "challenge": 5.0}
        return gambling([Game.model_validate(usual | figures)], expected, 30, USUAL.currency).split("\n")[1]

    def test_what_was_kept_stands_against_what_the_rules_say(self) -> None:
        told = self.played(edge_percent=5.2, edge_within_percent=3.1)
        assert told == "spin: 100 rounds by 7, staked 1,000, paid 950 Z: kept 5.2 % ± 3.1, by its rules 5.0 %."

    def test_what_chance_does_not_explain_is_marked(self) -> None:
        assert self.played(edge_percent=-8.0, edge_within_percent=3.1).endswith("(more than chance explains).")

    def test_of_a_duel_only_the_rake_counts(self) -> None:
        told = self.played(game="challenge", rake=50, edge_percent=5.0, edge_within_percent=0.0)
        assert told == "challenge: 100 rounds by 7, staked 1,000 Z, rake 50 Z."

    def test_a_game_without_stakes_has_no_edge(self) -> None:
        assert self.played(staked=0).endswith("nothing staked, paid 950 Z.")

    def test_too_little_play_claims_no_precision(self) -> None:
        assert self.played(edge_percent=100.0).endswith("kept 100.0 %, by its rules 5.0 %.")

    async def test_days_can_be_said(self, front: Front) -> None:
        front.reports["gambling"] = []
        assert await asked(front, "econ:gambling 7") == ["Nothing was played in 7 days."]


class TestHistoryOfATime:
    async def test_only_that_time_is_told(self, front: Front) -> None:
        front.teller.now = front.now = NOON + timedelta(days=3)
        front.teller.done(pay("Alice", "@burn", 7))
        assert (await front.told("history since 2026-11-24")).split("\n")[1:] == ["25 Nov 12:00  -7 Z  spend"]
        assert (await front.told("history --until 2026-11-22")).split("\n")[1:] == ["22 Nov 12:00  +1,200 Z  admin_adjust"]

    async def test_a_time_of_nothing_is_told_as_such(self, front: Front) -> None:
        assert await front.told("history until 2026-11-01") == "Nothing happened in that time."

    async def test_a_time_that_is_none_is_refused(self, front: Front) -> None:
        assert "Use: history" in await front.told("history since")

    async def test_administrators_see_the_numbers(self, front: Front) -> None:
        assert "#2  22 Nov 12:00  +1,200 Z  admin_adjust" in await front.told("history", "alice", OWNER)

    def test_words_come_in_any_order(self) -> None:
        zone = USUAL.economy.zone
        assert wanted("5 since 2026-11-01 20:00", zone) == wanted("--since 2026-11-01T20:00 5", zone)
        assert wanted("since 2026-11-01 20:00", zone).since == moment("2026-11-01T20:00", zone)


class TestAuditLog:
    async def test_it_tells_who_did_what_to_whom(self, front: Front) -> None:
        await front.ask("grant bob 5 for the help", "Root", OWNER)
        await front.ask("ban alice spam", "Root", OWNER)
        assert (await asked(front, "audit-log 2"))[1:] == [
            "#6  22 Nov 12:00  Root suspended Alice: spam",
            "#5  22 Nov 12:00  Root granted Bob +5 Z: for the help",
        ]

    async def test_it_tells_of_one_person(self, front: Front) -> None:
        await front.ask("grant bob 5", "Root", OWNER)
        assert "#5  22 Nov 12:00  Root granted Bob +5 Z" in await asked(front, "audit-log @BOB")
        assert await asked(front, "audit-log @carol") == ["Nobody did anything by hand."]

    async def test_reloads_stand_among_the_rest_by_their_time(self, front: Front) -> None:
        await front.ask("grant bob 5", "Root", OWNER)
        await front.ask("reload", "Second", OWNER, at=NOON + timedelta(minutes=1))
        assert (await asked(front, "audit-log 2"))[1:] == [
            "22 Nov 12:01  Second had the configuration read anew",
            "#5  22 Nov 12:00  Root granted Bob +5 Z",
        ]
        assert len(await asked(front, "audit-log @second")) == 2

    async def test_a_reload_that_failed_is_no_deed(self, front: Front) -> None:
        front.reloaded = Reloaded(success=False, code="invalid_configuration", problems=["channels: none"])
        await front.ask("reload", "Second", OWNER)
        assert await asked(front, "audit-log @second") == ["Nobody did anything by hand."]

    async def test_words_that_are_neither_count_nor_name_are_refused(self, front: Front) -> None:
        assert "Use: audit-log" in (await asked(front, "audit-log ???"))[0]


class TestWhy:
    async def test_it_tells_what_stands_in_the_way_and_what_came_last(self, front: Front) -> None:
        assert (await front.told("why")).split("\n") == [
            "I don't see you in the room, and minutes count only there.",
            "Today: 0 min, 0 of them active.",
            "Last (times in UTC):",
            "22 Nov 12:00  +1,200 Z  admin_adjust",
        ]
