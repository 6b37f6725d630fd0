"""Playing what happened once more, under another configuration."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest

from libs.common.contracts.events import Checkpoint, Configuration, Event
from libs.common.contracts.events import Viewer as Listed
from libs.common.contracts.ledger import Entry, Transaction
from libs.common.names import fold
from services.earning.replay.opening import Coins, Opening
from services.earning.replay.replay import Replay, Span
from services.earning.store.badges import Badge
from services.earning.store.past import Dated, Known
from services.earning.times import micros
from tests.support.earning_stage import QUIET, ROOM, Stage, clock, settings, transaction

DAY = Span(clock("2026-11-22 00:00"), clock("2026-11-23 00:00"))
DEARER = {**QUIET, "presence": {"base_rate_per_minute": 3, "night_watch": {"enabled": False}}}
STRANGER = Opening("2026-11-21")


@cache
def evening(*, quiet: bool = True) -> Stage:
    """Play an evening past midnight, with a tick every two seconds around it."""
    stage = Stage(QUIET if quiet else {})
    stage.listed("21:00", "alice", "bob")
    stage.media("21:01", "Film", minutes=50)
    for minute in range(2, 60, 3):
        stage.chat(f"21:{minute:02}", "alice", text="a line that is long enough to be paid for, and then some")
        stage.chat(f"21:{minute:02}:30", "bob", text="lol alice++")
        stage.tick(f"21:{minute:02}:40")
    stage.robot("22:10", "disconnected")
    stage.listed("22:13", "alice", "carol")
    stage.tick("22:30")
    midnight = clock("2026-11-23 00:00")
    for second in range(-120, 200, 2):
        stage.tick(f"{midnight + timedelta(seconds=second):%Y-%m-%d %H:%M:%S}")
        if second in {-100, 100}:
            stage.leave(f"{midnight + timedelta(seconds=second + 1):%Y-%m-%d %H:%M:%S}", "carol")
        if second == -50:
            stage.join(f"{midnight + timedelta(seconds=second + 1):%Y-%m-%d %H:%M:%S}", "carol")
    return stage


def replayed(
    events: list[Event],
    other: Mapping[str, Any],
    *told: Transaction,
    span: Span = DAY,
    opening: Opening = STRANGER,
) -> Replay:
    """Replay events, the transactions between them at their times."""
    first, *rest = events
    assert isinstance(first, Configuration)
    replay = Replay(span, first, settings(other), {ROOM: opening})
    waiting = list(told)
    for event in rest:
        while waiting and waiting[0].at < event.at:
            replay.tell(waiting.pop(0))
        replay.play(event)
        if replay.over:
            break
    return replay


def paid(stage: Stage, ends: datetime = DAY.ends) -> Counter[str]:
    """Give what was minted on the day, by trigger."""
    found: Counter[str] = Counter()
    for posting in stage.postings():
        for line in posting.lines:
            if line.line == "transfer":
                at = posting.at - timedelta(minutes=line.trigger == "presence.base")
                found[line.trigger or ""] += line.amount * (at < ends)
    return +found


def test_the_recorded_configuration_pays_just_what_it_paid() -> None:
    stage = evening(quiet=False)
    span = Span(clock("21:00"), DAY.ends)

    assert replayed(stage.events, {}, span=span).recorded.sums[ROOM].minted == paid(stage)


def test_the_same_configuration_makes_no_difference() -> None:
    replay = replayed(evening(quiet=False).events, {}, span=Span(clock("21:30"), DAY.ends))

    assert replay.other is not replay.recorded
    assert replay.other.sums == replay.recorded.sums
    assert replay.other.people(ROOM) == replay.recorded.people(ROOM)


def test_another_configuration_pays_what_it_would_have_paid() -> None:
    replay = replayed(evening().events, DEARER)
    recorded, other = (run.sums[ROOM].minted["presence.base"] for run in (replay.recorded, replay.other))

    assert other == 3 * recorded == 3 * paid(evening())["presence.base"]


def test_what_was_earned_before_the_first_day_and_behind_the_last_is_not_counted() -> None:
    events = evening().events
    whole = replayed(events, DEARER).recorded.sums[ROOM].minted["presence.base"]
    cut = clock("22:30")
    halves = [replayed(events, DEARER, span=span).recorded for span in (Span(DAY.begins, cut), Span(cut, DAY.ends))]

    assert sum(run.sums[ROOM].minted["presence.base"] for run in halves) == whole


def test_another_configuration_holds_from_the_first_moment_of_the_span_on() -> None:
    cut = clock("22:30:01")
    replay = replayed(evening().events, DEARER, span=Span(cut, DAY.ends))
    before = paid(evening(), cut).total() - 2  # the minute under way belongs to neither

    people = replay.other.people(ROOM)
    assert sum(person.balance for person in people.values()) == before + replay.other.sums[ROOM].minted.total()


def test_recorded_changes_of_the_configuration_leave_the_other_one_alone() -> None:
    stage = Stage(QUIET)
    stage.listed("12:00", "alice")
    stage.tick("12:10")
    stage.configure("12:10:01", {**QUIET, "presence": {"base_rate_per_minute": 7, "night_watch": {"enabled": False}}})
    stage.tick("12:20")
    replay = replayed(stage.events, DEARER)

    assert replay.recorded.sums[ROOM].minted["presence.base"] == 10 + 70
    assert replay.other.sums[ROOM].minted["presence.base"] == 60


def test_what_others_did_counts_alike_in_both() -> None:
    stage = Stage(QUIET)
    stage.listed("12:00", "alice")
    stage.tick("12:10")
    grant = Entry(account="alice", amount=500, balance=500, type="admin_grant", counts="earned")
    replay = replayed(stage.events, DEARER, transaction(1, "posting", entries=[grant], caller="commands", at=clock("12:05")))

    assert [run.people(ROOM)["alice"].balance for run in (replay.recorded, replay.other)] == [510, 530]


def test_a_like_is_worth_what_the_other_configuration_says() -> None:
    stage = Stage(QUIET)
    stage.listed("12:00", "alice")
    stage.media("12:01", "Film")
    stage.tick("12:10")
    liked = Entry(account="alice", amount=2, balance=2, type="earn", trigger="content.like_current", counts="earned")
    dear = {**QUIET, "content_triggers": {"like_current": {"reward": 9}}}
    replay = replayed(stage.events, dear, transaction(1, "posting", entries=[liked], at=clock("12:05")))

    assert [run.sums[ROOM].minted["content.like_current"] for run in (replay.recorded, replay.other)] == [2, 9]
    assert replay.booked[ROOM] == {"content.like_current": 2}


def test_what_earning_had_minted_before_is_not_counted_again() -> None:
    stage = Stage(QUIET)
    stage.listed("12:00", "alice")
    stage.tick("12:10")
    own = Entry(account="alice", amount=10, balance=10, type="earn", trigger="presence.base", counts="earned")
    replay = replayed(stage.events, DEARER, transaction(1, "posting", entries=[own], at=clock("12:01")))

    assert replay.recorded.people(ROOM)["alice"].balance == 10


def test_who_is_banned_earns_nothing_in_either() -> None:
    stage = Stage(QUIET)
    stage.listed("12:00", "alice")
    stage.tick("12:10")
    replay = replayed(stage.events, DEARER, opening=Opening("2026-11-22", {"alice": Coins(5, banned=True)}))

    assert not replay.other.sums[ROOM].minted
    assert replay.other.people(ROOM)["alice"].balance == 5


def test_a_ban_holds_until_it_is_lifted() -> None:
    stage = Stage(QUIET)
    stage.listed("12:00", "alice")
    for minute in (10, 20, 30):
        stage.tick(f"12:{minute}")
    kinds = (("banned", "12:10:30"), ("unbanned", "12:20:30"))
    told = [transaction(number, kind, account="alice", caller="commands", at=clock(at)) for number, (kind, at) in enumerate(kinds)]
    replay = replayed(stage.events, DEARER, *told)

    assert replay.recorded.people(ROOM)["alice"].balance == 20


def test_higher_thresholds_take_nobody_s_rank_and_lower_ones_give_one() -> None:
    stage = Stage(QUIET)
    stage.listed("12:00", "alice")
    stage.tick("12:10")
    ladder = {"ranks": {"tiers": [{"name": "Extra", "min_lifetime_earned": 0}, {"name": "Star", "min_lifetime_earned": 25}]}}
    opening = Opening("2026-11-22", {"alice": Coins(20, earned=20)})
    replay = replayed(stage.events, {**DEARER, **ladder}, opening=opening)

    assert [run.people(ROOM)["alice"].rank for run in (replay.recorded, replay.other)] == ["Extra", "Star"]


def test_a_checkpoint_says_who_is_there_when_the_events_begin() -> None:
    stage = Stage(QUIET)
    at = clock("12:00")
    told: dict[str, Any] = {"ranks": {}, "lines": [], "users": [Listed(user="alice", rank=1)]}
    checkpoint = Checkpoint(id="c", epoch=1, raw=2, channel=ROOM, at=at, **told)
    stage.raw = 2
    stage.tick("12:10")
    first, tick = stage.events

    assert replayed([first, checkpoint, tick], DEARER).recorded.sums[ROOM].minted["presence.base"] == 10


class TestOpening:
    """What is known of the time before."""

    def played(self, changes: Mapping[str, Any], opening: Opening) -> Stage | Replay:
        stage = Stage({**QUIET, **changes})
        stage.listed("12:00", "alice")
        stage.tick("12:20")
        return replayed(stage.events, changes, opening=opening)

    def known(self, *dates: str, **more: Any) -> Opening:
        known = [Known("alice", "Alice", 1, micros(clock("2026-10-01 10:00")), opened=True)]
        return Opening("2026-11-22", known=known, days=[Dated("alice", date, 30, 5) for date in dates], **more)

    @pytest.mark.parametrize(("dates", "coins"), [(("2026-11-20", "2026-11-21"), 20), (("2026-11-20",), 0)])
    def test_days_in_a_row_go_on(self, dates: tuple[str, ...], coins: int) -> None:
        replay = self.played({}, self.known(*dates))

        assert isinstance(replay, Replay)
        assert sum(amount for trigger, amount in replay.recorded.sums[ROOM].minted.items() if trigger.startswith("streak.")) == coins

    def test_an_account_is_opened_once(self) -> None:
        wallet = {"onboarding": {"welcome_wallet": 100}}
        new, old = (self.played(wallet, opening) for opening in (STRANGER, self.known("2026-11-21")))

        assert isinstance(new, Replay)
        assert isinstance(old, Replay)
        assert (new.recorded.sums[ROOM].minted["onboarding.wallet"], old.recorded.sums[ROOM].minted["onboarding.wallet"]) == (100, 0)

    def test_a_badge_is_had_once(self) -> None:
        goal = {"achievements": [{"id": "there", "reward": 7, "condition": {"type": "lifetime_presence_hours", "threshold": 0.8}}]}
        has = self.known("2026-11-21", badges=[Badge("alice", "there", "There", 7, micros(clock("00:00")))])
        lacks = self.known("2026-11-21")
        found = [self.played(goal, opening) for opening in (has, lacks)]

        assert [isinstance(each, Replay) and each.recorded.sums[ROOM].minted["achievement.there"] for each in found] == [0, 7]


def test_names_are_shown_as_the_room_spells_them() -> None:
    stage = Stage(QUIET)
    stage.listed("12:00", "AliCe")
    stage.tick("12:10")

    assert replayed(stage.events, DEARER).recorded.people(ROOM)[fold("AliCe")].name == "AliCe"
