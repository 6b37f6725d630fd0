"""Ranks, badges and how coins are earned, from the words of a PM or a call to those of the answer."""

from typing import Any

import pytest

from libs.common.contracts.earning import WhyAnswer
from libs.common.contracts.earning.careers import BadgesAnswer, Earned, SetRankAnswer, SetRankRequest
from libs.common.contracts.ledger import AccountState
from libs.common.contracts.ledger_requests import AccountsAnswer
from libs.common.contracts.owners import Declined
from services.earning.people.career import Career
from services.earning.store.badges import Badge, Badges
from services.earning.store.careers import CareerTable
from tests.support.api import Bench
from tests.support.commands import NOON
from tests.support.front import OWNER, Front

BADGE = {"id": "lines", "description": "a hundred lines", "condition": {"type": "lifetime_messages", "threshold": 100}, "reward": 50}
SECRET = {**BADGE, "id": "secret", "hidden": True}


@pytest.fixture
def front() -> Front:
    front = Front(achievements=[BADGE, SECRET])
    front.teller.viewers(Alice=1_250, Bob=50)
    return front


def career(front: Front, user: str, **fields: Any) -> None:
    CareerTable(front.earning).save("room", [Career(user, checked="", **fields)])


async def test_a_rank_is_told_with_what_it_brings_and_the_way_to_the_next(front: Front) -> None:
    assert await front.told("rank") == (
        "You are Grip, rank 2 of 10: 1,250 Z earned so far.\n"
        "Next: Key Grip, in 3,750 Z. ▰▰▱▱▱▱▱▱▱▱ 25%\n"
        "It brings you: 2% off in the shop, the day's fortune for free."
    )


async def test_at_the_top_there_is_no_next(front: Front) -> None:
    front.clerk.ladder.tell("room", "Alice", "Studio Mogul")

    assert "There is no higher one." in await front.told("rank")


async def test_a_rank_that_was_given_shows_the_way_by_what_was_earned(front: Front) -> None:
    front.clerk.ladder.tell("room", "Alice", "Producer")

    assert "Next: Director, in 498,750 Z. ▱▱▱▱▱▱▱▱▱▱ 0%" in await front.told("rank")


async def test_who_has_no_account_has_no_rank(front: Front) -> None:
    assert "no account yet" in await front.told("rank", "stranger")


async def test_badges_are_told_with_those_ahead(front: Front) -> None:
    career(front, "alice", messages=30)
    Badges(front.earning).add("room", Badge("alice", "old", "an old one", 20, int(NOON.timestamp()) * 1_000_000))

    assert await front.told("achievements") == (
        "Your badges (1):\n"
        "22 Nov 2026  an old one (+20 Z)\n"
        "Ahead:\n"
        "a hundred lines: 30 of 100 ▰▰▰▱▱▱▱▱▱▱, for 50 Z\n"
        "There is one more to find out about."
    )


async def test_a_profile_tells_what_its_owners_know(front: Front) -> None:
    career(front, "bob", minutes=125, messages=1, tier_name="Grip", tier=1)

    told = await front.told("profile @Bob")
    assert told == "Bob: Extra. 50 Z (Z-Coins) at hand, 50 Z earned so far.\n2 hours here, 1 line, 0 badges."


async def test_a_profile_without_a_name_is_ones_own(front: Front) -> None:
    assert (await front.told("profile")).startswith("Alice: Grip.")


async def test_a_profile_is_told_though_earning_is_silent(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.commands.reports.WAIT_SECONDS", 0.01)
    front.silent = {"career"}

    assert await front.told("profile") == "Alice: Grip. 1,250 Z (Z-Coins) at hand, 1,250 Z earned so far."


async def test_rewards_tell_what_is_paid_for_but_not_what_is_hidden() -> None:
    greeted = {"greeted_newcomer": {"hidden": False, "reward": 7}}
    told = await Front(social_triggers=greeted).told("rewards")

    assert "being here: 1 Z a minute" in told
    assert "greeting somebody who arrives: 7 Z" in told
    assert "mentioned" not in told
    assert told.endswith("And there is more to find out.")


async def test_rewards_do_not_tell_of_what_is_switched_off() -> None:
    told = await Front(rain={"enabled": False}, streaks={"daily": {"enabled": False}}).told("rewards")

    assert "rain" not in told
    assert "in a row" not in told


async def test_an_administrator_gives_a_rank_and_both_are_told(front: Front) -> None:
    career(front, "bob", earned=50, tier_name="Extra")

    assert await front.ask("set_rank @bob key GRIP", "boss", OWNER) == [
        ("boss", "bob is Key Grip now (Extra before)."),
        ("bob", "boss made you Key Grip."),
    ]


async def test_a_rank_that_was_given_is_taken_back(front: Front) -> None:
    career(front, "bob", earned=50, tier=2, tier_name="Key Grip", tier_set="Key Grip")

    [(_, told), _] = await front.ask("set_rank @bob none", "boss", OWNER)
    assert told == "bob is Extra now, as earned (Key Grip before)."


async def test_an_unknown_rank_is_answered_with_those_there_are(front: Front) -> None:
    career(front, "bob", earned=50, tier_name="Extra")

    assert (await front.told("set_rank @bob Emperor", "boss", OWNER)).startswith("There is no such rank. There are: Extra, Grip,")


async def test_who_gave_whom_which_rank_stands_in_the_audit_log(front: Front) -> None:
    career(front, "bob", earned=50, tier_name="Extra")
    await front.ask("SET_RANK  @bob Key Grip", "boss", OWNER)

    assert "boss set_rank @bob Key Grip" in await front.told("audit-log", "boss", OWNER)


async def test_viewers_give_no_ranks(front: Front) -> None:
    assert await front.told("set_rank @bob Grip") == "That command is for administrators."


class TestApi:
    async def test_a_rank_is_given_and_noted(self) -> None:
        bench = Bench(set_rank=SetRankAnswer(user="Bob", rank="Grip", before="Extra", given=True))

        data = await bench.ask("rank.set", username="bob", rank_name="grip", admin="boss", request_id="r")
        assert data == {"username": "Bob", "channel": "Room", "rank_name": "Grip", "was": "Extra"}
        request = SetRankRequest.model_validate_json(bench.ledger.of("set_rank")[0])
        assert (request.key, request.target, request.rank) == ("api:r", "bob", "grip")
        assert bench.here.db.execute("SELECT user, command FROM deeds").fetchall() == [("boss", "set_rank Bob Grip")]

    async def test_none_takes_it_back(self) -> None:
        bench = Bench(set_rank=SetRankAnswer(user="Bob", rank="Extra", before="Grip", given=False))
        await bench.ask("rank.set", username="bob", rank_name="none")

        assert SetRankRequest.model_validate_json(bench.ledger.of("set_rank")[0]).rank is None

    @pytest.mark.parametrize(
        ("declined", "code"),
        [
            (Declined(code="unknown_user", values={"user": "bob"}), "unknown_account"),
            (Declined(code="rank_unknown", values={"ranks": "A, B"}), "invalid_parameter"),
            (Declined(code="rank_earned", values={"user": "Bob", "rank": "A"}), "declined"),
        ],
    )
    async def test_what_is_declined_has_a_code(self, declined: Declined, code: str) -> None:
        assert await Bench(set_rank=declined).refused("rank.set", username="bob", rank_name="grip") == code

    async def test_the_details_of_a_viewer_have_their_badges(self) -> None:
        account = AccountState(account="Bob", balance=5, held=0, lifetime_earned=0, lifetime_spent=0, opened_at=NOON)
        earned = Earned(id="lines", words="a hundred lines", coins=0, at=NOON)
        bench = Bench(
            accounts=AccountsAnswer(total=1, accounts=[account]),
            badges=BadgesAnswer(earned=[earned], ahead=[], hidden=0),
            why=WhyAnswer(present_minutes=0, active_minutes=0),
        )

        found = (await bench.ask("user.detail", username="bob"))["achievements"]
        assert found == [{"achievement_id": "lines", "awarded_at": "2026-11-22 12:00:00"}]
