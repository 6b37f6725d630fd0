"""Draws that anybody can check: made of seeds, never twice for one request, told in time."""

import asyncio
import hashlib
import hmac
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common.unit import renew_store_id
from services.games.fair.book import Book, Request
from services.games.fair.draws import Draws, commitment, scale, whole
from tests.support.games_stage import Kept, Stage, forced, opened
from tests.support.teller import START

SEED = bytes(range(32))
CHI_SQUARE_99 = 161.3
"""Passed by chance once in 10,000 times, with 99 degrees of freedom."""


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    kept = Kept(tmp_path)
    kept.viewers(alice=1_000, bob=1_000)
    yield kept
    kept.close()


@pytest.fixture
async def stage(kept: Kept) -> AsyncIterator[Stage]:
    async with opened(kept) as stage:
        stage.configure(flip={"cooldown_seconds": 0}, spin=forced())
        yield stage


def by_the_book(seed: bytes, client_seed: str, nonce: int, game: str, bound: int, counter: int = 0) -> int:
    """Work a first draw out as the guide tells anybody to; passing over what would favour small numbers."""
    digest = hmac.new(seed, f"{client_seed}:{nonce}:{game}:{counter}".encode(), hashlib.sha256).hexdigest()
    value = int(digest, 16)
    return value % bound if value < 2**256 - 2**256 % bound else by_the_book(seed, client_seed, nonce, game, bound, counter + 1)


@given(st.binary(min_size=32, max_size=32), st.text(max_size=20), st.integers(1, 10**9), st.integers(1, 2**256))
def test_a_draw_is_what_anybody_works_out(seed: bytes, client_seed: str, nonce: int, bound: int) -> None:
    assert Draws(seed, client_seed, nonce, "spin").below(bound) == by_the_book(seed, client_seed, nonce, "spin", bound)


def test_numbers_that_would_make_small_ones_likelier_are_passed_over() -> None:
    bound = 2**255 + 1  # nearly half of all values lie beyond it

    counters = [next(c for c in range(99) if raw(nonce, c) < bound) for nonce in range(50)]
    assert [Draws(SEED, "c", nonce, "g").below(bound) for nonce in range(50)] == [
        raw(nonce, counter) for nonce, counter in enumerate(counters)
    ]
    assert max(counters) > 0


def raw(nonce: int, counter: int) -> int:
    return int.from_bytes(hmac.digest(SEED, f"c:{nonce}:g:{counter}".encode(), "sha256"))


def test_numbers_are_evenly_spread() -> None:
    rounds = 50_000
    seen = Counter(Draws(SEED, "c", nonce, "spin").below(100) for nonce in range(rounds))

    assert sum((seen[n] - rounds / 100) ** 2 / (rounds / 100) for n in range(100)) < CHI_SQUARE_99


def test_several_numbers_of_one_request_differ_and_are_kept() -> None:
    draws = Draws(SEED, "c", 1, "g")
    numbers = [draws.below(10**9) for _ in range(5)]

    assert len(set(numbers)) == 5
    assert draws.drawn == [(number, 10**9) for number in numbers]


@pytest.mark.parametrize("bound", [0, -1, 2**256 + 1])
def test_no_number_is_drawn_below_what_can_not_be(bound: int) -> None:
    with pytest.raises(ValueError, match="below"):
        Draws(SEED, "c", 1, "g").below(bound)


@given(st.lists(st.decimals(0, 1, allow_nan=False, places=12), min_size=1))
def test_chances_are_scaled_without_loss(chances: list[Decimal]) -> None:
    of = scale(*chances)

    assert all(Decimal(whole(chance, of)) == chance * of for chance in chances)


async def test_the_commitment_is_shown_ahead_and_the_seed_afterwards(stage: Stage) -> None:
    ahead = (await stage.say("fair"))["seed"]["commitment"]
    answer = await stage.say("flip", wager=10)
    told = await stage.say("fair", rotate=True)

    assert answer["proof"] == {"commitment": ahead, "nonce": 1}
    assert told["before"]["commitment"] == ahead == commitment(bytes.fromhex(told["before"]["revealed"]))


async def test_whoever_has_the_seed_works_out_every_draw(stage: Stage) -> None:
    stage.configure(flip={"cooldown_seconds": 0})
    won = [(await stage.say("flip", wager=10))["won"] for _ in range(3)]
    told = await stage.say("fair", rotate=True)

    seed, client = bytes.fromhex(told["before"]["revealed"]), told["client_seed"]
    numbers = [by_the_book(seed, client, nonce, "flip", 100) for nonce in (1, 2, 3)]
    assert [number < 45 for number in numbers] == won
    assert [draw["numbers"] for draw in told["before"]["last"]] == [[[number, 100]] for number in reversed(numbers)]


async def test_a_draw_the_ledger_refused_is_shown_as_not_played(stage: Stage) -> None:
    stage.configure(spin=forced(max_wager=5_000))
    await stage.say("spin", wager=10)
    assert (await stage.say("spin", wager=2_000))["code"] == "too_dear"

    assert [draw.get("payout") for draw in (await stage.say("fair"))["seed"]["last"]] == [None, 30]


async def test_a_seed_in_use_is_never_shown(stage: Stage) -> None:
    told = await stage.say("fair")

    assert "revealed" not in told["seed"]
    assert stage.query("SELECT hex(seed) FROM seeds")[0][0].lower() not in str(told)


async def test_ones_own_seed_holds_from_the_next_draw_on(stage: Stage) -> None:
    await stage.say("flip", wager=10)
    before = await stage.say("fair")
    after = await stage.say("fair", client_seed="lucky")
    await stage.say("flip", wager=10)

    assert after["seed"]["commitment"] == before["seed"]["commitment"]
    assert [draw["client_seed"] for draw in (await stage.say("fair"))["seed"]["last"]] == ["lucky", before["client_seed"]]


async def test_a_seed_of_ones_own_has_a_length(stage: Stage) -> None:
    assert (await stage.say("fair", client_seed="x" * 65))["code"] == "client_seed_length"
    assert (await stage.say("fair", client_seed=""))["code"] == "client_seed_length"


async def test_the_same_wish_to_rotate_rotates_once(stage: Stage) -> None:
    await stage.say("flip", wager=10)
    first = await stage.say("fair", rotate=True, key="k")

    assert await stage.say("fair", rotate=True, key="k") == first


async def test_a_seed_that_came_back_with_a_backup_is_drawn_by_no_more(stage: Stage) -> None:
    before = await stage.say("fair", client_seed="lucky")
    await stage.say("flip", wager=10)
    renew_store_id(stage.kept.db)

    await stage.say("flip", wager=10)
    told = await stage.say("fair")

    assert told["seed"]["commitment"] != before["seed"]["commitment"] == told["before"]["commitment"]
    assert (told["client_seed"], told["seed"]["draws"], told["before"]["draws"]) == ("lucky", 1, 1)


async def test_a_draw_that_came_back_with_a_backup_is_not_made_again(stage: Stage) -> None:
    stage.deaf = True
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(stage.say("flip", wager=10, key="k"), 0.05)
    drawn = stage.query("SELECT numbers FROM draws")
    renew_store_id(stage.kept.db)

    stage.deaf = False
    async with opened(stage.kept) as again:
        assert (await again.say("flip", wager=10, key="k"))["ok"]

    assert stage.query("SELECT numbers FROM draws") == drawn


async def test_everybody_has_seeds_of_their_own_in_every_room(stage: Stage) -> None:
    told = [await stage.say("fair", user, channel) for user, channel in (("alice", "room"), ("bob", "room"), ("alice", "other"))]

    assert len({each["seed"]["commitment"] for each in told}) == 3


async def test_another_spelling_has_the_same_seed(stage: Stage) -> None:
    assert (await stage.say("fair", "Alice"))["seed"] == (await stage.say("fair", "alice"))["seed"]


async def test_the_posting_says_by_what_it_can_be_checked(stage: Stage) -> None:
    stage.configure(spin=forced(multiplier=3))
    answer = await stage.say("spin", wager=10, key="k")
    metadata = [entry["metadata"] for entry in stage.kept.teller.journal()[-1]["entries"]]

    assert {entry["nonce"] for entry in metadata} == {1}
    assert {entry["commitment"] for entry in metadata} == {answer["proof"]["commitment"]}
    assert {(entry["configuration"], entry["multiplier"], str(entry["numbers"])) for entry in metadata} == {("v1", "3", "[[0, 1]]")}


async def test_a_draw_can_be_neither_changed_nor_taken_away(stage: Stage) -> None:
    await stage.say("flip", wager=10)

    with pytest.raises(sqlite3.IntegrityError, match="stands"):
        stage.query("UPDATE draws SET result = '{}'")
    with pytest.raises(sqlite3.IntegrityError, match="kept"):
        stage.query("DELETE FROM draws")


def shared(key: str, game: str = "flip") -> Request:
    return Request("room", key, START, game, {"win_chance": "0.5"}, {"wager": 10})


def test_a_shared_round_is_committed_to_ahead_and_shown_in_the_end(kept: Kept) -> None:
    stage = Stage(kept)
    ahead = stage.committed(lambda unit: stage.book.open_round(unit, "room", "duel:1", START))
    played = stage.committed(lambda unit: stage.book.play_round(unit, "duel:1", "who takes part", shared("k")))
    seed = stage.committed(lambda unit: stage.book.reveal_round(unit, "room", "duel:1"))

    assert played.proof.commitment == ahead == commitment(bytes.fromhex(seed or ""))
    assert played.result["won"] == (by_the_book(bytes.fromhex(seed or ""), "who takes part", 1, "flip", 10) < 5)


def test_a_shared_round_is_played_once_for_one_key(kept: Kept) -> None:
    stage = Stage(kept)
    stage.committed(lambda unit: stage.book.open_round(unit, "room", "duel:1", START))
    first = stage.committed(lambda unit: stage.book.play_round(unit, "duel:1", "a", shared("k")))

    assert stage.committed(lambda unit: stage.book.play_round(unit, "duel:1", "b", shared("k"))) == first


def test_what_was_shown_is_drawn_by_no_more(kept: Kept) -> None:
    stage = Stage(kept)
    stage.committed(lambda unit: stage.book.open_round(unit, "room", "duel:1", START))
    stage.committed(lambda unit: stage.book.reveal_round(unit, "room", "duel:1"))

    with pytest.raises(LookupError):
        stage.committed(lambda unit: stage.book.play_round(unit, "duel:1", "a", shared("k")))


def test_seeds_come_from_the_operating_system() -> None:
    assert Book({})._entropy.__module__ == "secrets"
