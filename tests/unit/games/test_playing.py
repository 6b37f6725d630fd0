"""Spin and flip from the door to the answer, beside real books."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from libs.common import owner as owners
from libs.common.contracts.ledger_requests import BanRequest
from tests.support.games_stage import Kept, Stage, forced, opened
from tests.support.teller import give


@pytest.fixture
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owners, "ANSWER_SECONDS", 0.05)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    kept = Kept(tmp_path)
    kept.viewers(alice=1_000, bob=1_000)
    yield kept
    kept.close()


@pytest.fixture
async def stage(kept: Kept) -> AsyncIterator[Stage]:
    async with opened(kept) as stage:
        yield stage


async def test_a_won_spin_pays_the_wager_times_the_multiplier(stage: Stage) -> None:
    stage.configure(spin=forced(multiplier=3))

    answer = await stage.say("spin", wager=40)

    assert {key: answer[key] for key in ("symbols", "result", "payout", "balance", "free")} == {
        "symbols": "🍒🍒🍒",
        "result": "win",
        "payout": 120,
        "balance": 1_080,
        "free": False,
    }
    assert stage.has() == 1_080


async def test_a_lost_spin_costs_the_wager(stage: Stage) -> None:
    stage.configure(spin=forced(symbols="loss", multiplier=0))

    answer = await stage.say("spin", wager=40)

    assert (answer["result"], answer["payout"], answer["balance"], stage.has()) == ("loss", 0, 960, 960)


async def test_the_stake_back_is_a_push(stage: Stage) -> None:
    stage.configure(spin=forced(multiplier=1))

    answer = await stage.say("spin", wager=40)

    assert (answer["result"], stage.has()) == ("push", 1_000)


async def test_fifty_fold_is_a_jackpot(stage: Stage) -> None:
    stage.configure(spin=forced(multiplier=50))

    assert (await stage.say("spin", wager=10))["result"] == "jackpot"


@pytest.mark.parametrize(("win_chance", "balance"), [(1, 1_100), (0, 900)])
async def test_a_flip_is_double_or_nothing(stage: Stage, win_chance: int, balance: int) -> None:
    stage.configure(flip={"win_chance": win_chance})

    answer = await stage.say("flip", wager=100)

    assert (answer["won"], answer["balance"], stage.has()) == (win_chance == 1, balance, balance)


async def test_the_free_spin_pays_as_if_fifty_were_staked(stage: Stage) -> None:
    stage.configure(spin=forced(multiplier=3))

    answer = await stage.say("spin")

    assert (answer["free"], answer["payout"], stage.has()) == (True, 150, 1_150)


async def test_there_is_one_free_spin_a_day(stage: Stage) -> None:
    stage.configure(spin=forced(multiplier=3))
    await stage.say("spin")

    assert (await stage.say("spin"))["code"] == "free_spin_used"


async def test_a_lost_free_spin_is_used_too(stage: Stage) -> None:
    stage.configure(spin=forced(symbols="loss", multiplier=0))

    assert (await stage.say("spin"))["balance"] == 1_000
    assert (await stage.say("spin"))["code"] == "free_spin_used"


async def test_the_next_day_has_another_free_spin(stage: Stage) -> None:
    stage.configure(spin=forced(multiplier=3))
    await stage.say("spin")
    stage.pass_time(hours=12)

    assert (await stage.say("spin"))["ok"]


async def test_a_cooldown_holds_for_one_viewer_one_game_one_room(stage: Stage) -> None:
    stage.configure(spin=forced(cooldown_seconds=30), flip={"cooldown_seconds": 15})
    await stage.say("spin", wager=10)

    assert await stage.say("spin", wager=10) == {"ok": False, "code": "cooldown", "values": {"seconds": 30}}
    assert (await stage.say("spin", "bob", wager=10))["ok"]
    assert (await stage.say("flip", wager=10))["ok"]


async def test_a_cooldown_ends_to_the_second(stage: Stage) -> None:
    stage.configure(spin=forced(cooldown_seconds=30))
    await stage.say("spin", wager=10)
    stage.pass_time(seconds=29.5)
    assert (await stage.say("spin", wager=10))["values"] == {"seconds": 1}
    stage.pass_time(seconds=0.5)

    assert (await stage.say("spin", wager=10))["ok"]


async def test_a_refused_attempt_costs_no_cooldown_and_no_count(stage: Stage) -> None:
    stage.configure(spin={**forced(cooldown_seconds=30, max_wager=5_000), "daily_limit": 1})
    assert (await stage.say("spin", wager=2_000))["code"] == "too_dear"
    assert (await stage.say("spin", wager=5_001))["code"] == "wager_high"

    assert (await stage.say("spin", wager=10))["ok"]


async def test_a_daily_limit_is_kept_and_told(stage: Stage) -> None:
    stage.configure(flip={"win_chance": 1, "cooldown_seconds": 0, "daily_limit": 2})
    for _ in range(2):
        await stage.say("flip", wager=10)

    refused = await stage.say("flip", wager=10)

    assert (refused["code"], refused["values"]["limit"], stage.has()) == ("daily_limit", 2, 1_020)


async def test_no_daily_limit_is_no_limit(stage: Stage) -> None:
    stage.configure(flip={"win_chance": 1, "cooldown_seconds": 0, "daily_limit": 0})

    assert all([(await stage.say("flip", wager=10))["ok"] for _ in range(5)])


async def test_who_was_banned_a_moment_ago_is_refused_by_the_ledger(stage: Stage) -> None:
    stage.configure(flip={"win_chance": 1})
    stage.before_post = lambda: stage.kept.teller.ask("ban", BanRequest(key="b", at=stage.kept.now, account="alice", actor="op"))

    assert ((await stage.say("flip", wager=10))["code"], stage.has()) == ("banned", 1_000)


async def test_the_same_request_twice_is_one_round(stage: Stage) -> None:
    first = await stage.say("flip", wager=10, key="k")

    assert await stage.say("flip", wager=10, key="k") == first
    assert [row[:2] for row in stage.query("SELECT rounds, wagered FROM totals WHERE user = 'alice'")] == [(1, 10)]
    assert len(stage.facts) == 1


@pytest.mark.usefixtures("_hurried")
async def test_a_kill_between_judging_and_settling_changes_nothing(kept: Kept) -> None:
    async with opened(kept) as before:
        before.deaf = True
        assert (await before.say("spin", wager=10, key="k"))["code"] == "working"
        drawn = before.query("SELECT numbers, result FROM draws")
    async with opened(kept) as after:
        after.configure(spin=forced(symbols="loss", multiplier=0))
        answer = await after.say("spin", wager=10, key="k")

        assert after.query("SELECT numbers, result FROM draws") == drawn
        assert after.has() == 990 + answer["payout"]
        assert after.query("SELECT count(*) FROM draws WHERE done = 1") == [(1,)]


@pytest.mark.usefixtures("_hurried")
async def test_a_kill_before_the_ledgers_answer_came_posts_once(kept: Kept) -> None:
    async with opened(kept) as before:
        before.configure(flip={"win_chance": 1})
        before.mute = True
        assert (await before.say("flip", wager=10, key="k"))["code"] == "working"
    async with opened(kept) as after:
        answer = await after.say("flip", wager=10, key="k")

        assert (answer["balance"], after.has()) == (1_010, 1_010)


async def test_a_refused_request_that_comes_again_finds_its_draw(stage: Stage) -> None:
    stage.configure(flip={"win_chance": 1, "max_wager": 5_000})
    assert (await stage.say("flip", wager=2_000, key="k"))["code"] == "too_dear"
    stage.configure(flip={"win_chance": 0, "max_wager": 5_000})
    stage.kept.teller.done(give("alice", 5_000))

    assert (await stage.say("flip", wager=2_000, key="k"))["won"]
    assert stage.query("SELECT count(*), max(nonce) FROM draws") == [(1, 1)]


async def test_two_hundred_at_once_keep_limit_cooldown_and_balance(stage: Stage) -> None:
    stage.configure(spin={**forced(symbols="loss", multiplier=0), "daily_limit": 50})

    answers = await asyncio.gather(*(stage.say("spin", wager=30) for _ in range(200)))

    assert sum(answer["ok"] for answer in answers) == 33
    assert stage.has() == 10


async def test_two_hundred_at_once_with_a_cooldown_are_one(stage: Stage) -> None:
    stage.configure(spin=forced(cooldown_seconds=30))

    answers = await asyncio.gather(*(stage.say("spin", wager=10) for _ in range(200)))

    assert sum(answer["ok"] for answer in answers) == 1


async def test_two_hundred_at_once_stop_at_the_daily_limit(stage: Stage) -> None:
    stage.configure(spin={**forced(multiplier=1), "daily_limit": 50})

    answers = await asyncio.gather(*(stage.say("spin", wager=10) for _ in range(200)))

    assert sum(answer["ok"] for answer in answers) == 50


async def test_the_room_hears_of_a_jackpot_every_time(stage: Stage) -> None:
    stage.configure(spin=forced(multiplier=50))
    for _ in range(2):
        await stage.say("spin", wager=10)

    assert stage.lines == ["jackpot", "jackpot"]
    assert stage.announced[0].values == {"user": "alice", "amount": 500}


async def test_a_jackpot_that_shall_not_be_told_is_not(stage: Stage) -> None:
    stage.configure(spin=forced(multiplier=50, announce_jackpots_public=False))
    await stage.say("spin", wager=10)

    assert stage.lines == []


async def test_the_room_hears_of_the_first_win_of_a_day_and_of_the_best(stage: Stage) -> None:
    stage.configure(flip={"win_chance": 1, "cooldown_seconds": 0})
    for wager in (20, 10, 20, 30):
        await stage.say("flip", wager=wager)

    assert [said.values["wager"] for said in stage.announced] == [20, 30]


async def test_the_room_hears_of_a_small_win_after_an_hour(stage: Stage) -> None:
    stage.configure(flip={"win_chance": 1, "cooldown_seconds": 0})
    await stage.say("flip", wager=20)
    stage.pass_time(minutes=59, seconds=59)
    await stage.say("flip", wager=10)
    stage.pass_time(seconds=1)
    await stage.say("flip", wager=11)

    assert [said.values["wager"] for said in stage.announced] == [20, 11]


async def test_what_the_room_heard_outlives_a_kill(kept: Kept) -> None:
    for _ in range(2):
        async with opened(kept) as stage:
            stage.configure(flip={"win_chance": 1, "cooldown_seconds": 0})
            await stage.say("flip", wager=20)

            assert len(stage.announced) == 1


async def test_each_kind_of_win_has_its_line(stage: Stage) -> None:
    stage.configure(spin=forced(multiplier=2), flip={"win_chance": 1})
    await stage.say("spin", wager=10)
    await stage.say("spin")
    await stage.say("flip", wager=100)

    assert stage.lines == ["spin_win", "free_spin_win", "flip_win"]


async def test_nobody_hears_of_a_push_or_a_loss(stage: Stage) -> None:
    stage.configure(spin=forced(multiplier=1), flip={"win_chance": 0})
    await stage.say("spin", wager=10)
    await stage.say("flip", wager=10)

    assert stage.lines == []


async def test_a_round_is_told_as_a_fact(stage: Stage) -> None:
    stage.configure(flip={"win_chance": 1})
    await stage.say("flip", wager=10, key="k")

    (fact,) = stage.facts
    assert (fact["id"], fact["game"], fact["players"]) == ("k", "flip", [{"user": "alice", "wager": 10, "payout": 20}])


async def test_totals_are_by_viewer_and_game_and_for_the_room(stage: Stage) -> None:
    stage.configure(spin=forced(multiplier=3), flip={"win_chance": 0, "cooldown_seconds": 0})
    for user in ("alice", "alice", "bob"):
        await stage.say("flip", user, wager=100)
    await stage.say("spin")

    own, room = await stage.say("totals"), await stage.say("channel_totals")

    assert own["games"] == [
        {"game": "flip", "rounds": 2, "wagered": 200, "won": 0, "biggest_win": 0, "biggest_loss": 100},
        {"game": "free_spin", "rounds": 1, "wagered": 0, "won": 150, "biggest_win": 150, "biggest_loss": 0},
    ]
    assert [(game["game"], game["rounds"]) for game in room["games"]] == [("flip", 3), ("free_spin", 1)]


async def test_nothing_leaks_from_one_room_into_another(stage: Stage) -> None:
    stage.configure(flip={"win_chance": 1, "cooldown_seconds": 30})
    await stage.say("flip", wager=10)

    assert (await stage.say("flip", channel="other", wager=10))["code"] == "no_account"
    assert (await stage.say("totals", channel="other"))["games"] == []
