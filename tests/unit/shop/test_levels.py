"""CyTube ranks: only ever raised, and paid once the room showed it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from libs.common.config.ranks import Ranks, Tier
from libs.common.contracts.events import Chat, Join, Rank
from libs.common.contracts.owners import Asked
from libs.common.contracts.shop.levels import LevelRequest
from services.shop.levels.rules import brought, listed, wait
from tests.support.shop_stage import Kept, Stage, opened
from tests.support.teller import CHANNEL, give
from tests.support.waiting import until

BOT = "CoinBot"
PRICE = 45_000
"""50,000 less ten per cent for an Associate Producer."""


class Robot:
    """What kryten-robot is told, and the channel's own list of ranks."""

    def __init__(self) -> None:
        self.ranks: dict[str, int] = {}
        self.silent = False
        self.raised: list[dict[str, Any]] = []

    def __call__(self, request: dict[str, Any]) -> dict[str, Any] | None:
        if self.silent:
            return None
        if request["command"] == "requestChannelRanks":
            rows = [{"name": name, "rank": rank} for name, rank in self.ranks.items()]
            return {"success": True, "data": {"success": True, "ranks": {"payload": rows}}}
        self.raised.append(request["args"])
        return {"success": True, "data": {"success": True}}


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    kept = Kept(tmp_path)
    kept.teller.viewers(Alice=0)
    kept.teller.done(give("Alice", 100_000, "earn"))
    yield kept
    kept.close()


@pytest.fixture
def robot() -> Robot:
    return Robot()


@pytest.fixture
async def shop(kept: Kept, tmp_path: Path, robot: Robot) -> AsyncIterator[Stage]:
    async with opened(kept, tmp_path) as stage:
        stage.robot = robot
        stage.configure(bot={"username": BOT})
        stage.tick("connected")
        shows(stage, BOT, 4)
        yield stage


def shows(shop: Stage, user: str, rank: float) -> None:
    """Have the room show a rank."""
    shop.event(Rank, CHANNEL, user=user, rank=rank)


def speaks(shop: Stage, user: str, rank: float | None) -> None:
    shop.event(Chat, CHANNEL, user=user, rank=rank, text="hi", html="hi", time=shop.now)


async def buy(shop: Stage, level: float | None = 1, key: str | None = None) -> dict[str, Any]:
    return await shop.ask("level", LevelRequest(key=key or shop.teller.key(), user="Alice", at=shop.now, level=level))


def purse(shop: Stage) -> tuple[int, int]:
    account = shop.teller.account("Alice")
    return account.balance, account.held


async def tried(robot: Robot, times: int = 1) -> None:
    await until(lambda: len(robot.raised) == times, "the robot is asked", every_seconds=0)


class TestBought:
    async def test_it_is_paid_once_the_room_shows_it(self, shop: Stage, robot: Robot) -> None:
        assert (await buy(shop))["price"] == PRICE
        await tried(robot)
        assert (robot.raised, purse(shop)) == ([{"username": "Alice", "rank": 2}], (100_000 - PRICE, PRICE))
        shows(shop, "alice", 2)
        await shop.settled()

        assert purse(shop) == (100_000 - PRICE, 0)
        assert [(fact["item"], fact["state"]) for fact in shop.facts] == [("cytube_promotion", "delivered")]

    async def test_it_costs_what_the_list_says(self, shop: Stage) -> None:
        offers = (await shop.ask("catalogue", Asked(key="look", user="Alice", at=shop.now)))["offers"]

        assert next(offer["price"] for offer in offers if offer["item"] == "cytube_promotion") == PRICE

    async def test_what_the_room_never_shows_costs_nothing(self, shop: Stage, robot: Robot) -> None:
        await buy(shop)
        await tried(robot)
        shop.tick("connected", seconds=60)
        for _ in range(16):
            shop.tick("connected", seconds=2)
        await shop.settled()

        assert purse(shop) == (100_000, 0)
        assert shop.announced[-1].text == "I could not make you a moderator. Your 45,000 Z are back."

    async def test_it_is_tried_again_but_not_for_ever(self, shop: Stage, robot: Robot) -> None:
        await buy(shop)
        await tried(robot)
        for times in (2, 3):
            shop.tick("connected", seconds=15)
            await tried(robot, times)
        shop.tick("connected", seconds=15)
        await shop.settled()

        assert len(robot.raised) == 3

    async def test_who_turns_out_to_have_more_is_not_lowered_and_pays_nothing(self, shop: Stage, robot: Robot) -> None:
        """T36: a moderator or an owner was set to 2."""
        robot.ranks = {"ALICE": 4}
        await buy(shop)
        await until(lambda: purse(shop) == (100_000, 0), "the coins are back", every_seconds=0)

        assert robot.raised == []

    async def test_without_the_channels_own_list_nobody_is_raised(self, shop: Stage, robot: Robot) -> None:
        robot.silent = True
        await buy(shop)
        await shop.settled()
        robot.silent = False
        shop.tick("connected", seconds=15)
        await tried(robot)

    @pytest.mark.parametrize(("level", "code"), [(2, "level_held"), (5, "level_held"), (0, "level_guest"), (None, "level_unknown")])
    async def test_who_has_it_or_is_nobodys_account_can_not_buy_it(self, shop: Stage, level: float | None, code: str) -> None:
        assert (await buy(shop, level))["code"] == code

    async def test_it_takes_a_rank_of_the_economy(self, shop: Stage) -> None:
        shop.configure(bot={"username": BOT}, cytube_promotion={"min_rank": "Producer"})
        assert (await buy(shop))["code"] == "rank_needed"
        shop.rise("Alice", "Producer", "given")

        assert (await buy(shop))["ok"]

    async def test_a_robot_of_too_low_a_rank_sells_none(self, shop: Stage) -> None:
        shows(shop, BOT, 2)

        assert (await buy(shop))["code"] == "level_robot"

    @pytest.mark.parametrize("section", [{"enabled": False}, {"purchasable": False}, {"min_rank": "Nobody"}])
    async def test_it_may_not_be_for_sale(self, shop: Stage, section: dict[str, Any]) -> None:
        shop.configure(bot={"username": BOT}, cytube_promotion=section)

        assert (await buy(shop))["code"] == "off"

    async def test_one_is_under_way_at_a_time(self, shop: Stage) -> None:
        await buy(shop)

        assert (await buy(shop))["code"] == "under_way"

    async def test_killed_on_the_way_it_goes_on(self, kept: Kept, tmp_path: Path, robot: Robot) -> None:
        async with opened(kept, tmp_path) as shop:
            shop.configure(bot={"username": BOT})
            shop.tick("connected")
            shows(shop, BOT, 4)
            await buy(shop)
        async with opened(kept, tmp_path) as shop:
            shop.robot = robot
            shop.tick("connected", seconds=15)
            await tried(robot)
            shows(shop, "Alice", 2)
            await shop.settled()

            assert purse(shop) == (100_000 - PRICE, 0)


class TestBrought:
    async def test_a_rank_that_brings_it_raises_who_is_heard_of_next(self, shop: Stage, robot: Robot) -> None:
        shop.rise("Alice", "Studio Mogul")
        speaks(shop, "Alice", None)
        shop.kept.now += wait(0, sold=False)
        speaks(shop, "Alice", 1)
        await tried(robot)

        assert robot.raised == [{"username": "Alice", "rank": 2}]

    async def test_a_join_tells_nothing_of_a_rank_here(self, shop: Stage) -> None:
        shop.rise("Alice", "Studio Mogul")
        shop.kept.now += wait(0, sold=False)
        shop.event(Join, CHANNEL, user="Alice", rank=1)
        await shop.settled()

        assert shop.db.execute("SELECT due FROM raises").fetchall() == [(0,)]

    async def test_who_has_as_much_is_left_alone(self, shop: Stage, robot: Robot) -> None:
        shop.rise("Alice", "Studio Mogul")
        speaks(shop, "Alice", 3)

        assert (shop.db.execute("SELECT 1 FROM raises").fetchall(), robot.raised) == ([], [])

    @pytest.mark.parametrize("cause", ["given", "kept"])
    async def test_what_was_given_or_reached_long_ago_brings_no_powers(self, shop: Stage, cause: Any) -> None:
        shop.rise("Alice", "Studio Mogul", cause)

        assert shop.db.execute("SELECT 1 FROM raises").fetchall() == []

    async def test_it_can_be_switched_off(self, shop: Stage) -> None:
        shop.configure(cytube_promotion={"enabled": False})
        shop.rise("Alice", "Studio Mogul")

        assert shop.db.execute("SELECT 1 FROM raises").fetchall() == []

    async def test_it_is_tried_ever_later_until_the_room_shows_it(self, shop: Stage, robot: Robot) -> None:
        shop.rise("Alice", "Studio Mogul")
        for times in (1, 2):
            shop.kept.now += wait(times - 1, sold=False)
            speaks(shop, "Alice", 1)
            await tried(robot, times)
            speaks(shop, "Alice", 1)
        shows(shop, "Alice", 2)

        assert (len(robot.raised), shop.db.execute("SELECT 1 FROM raises").fetchall()) == (2, [])


@pytest.mark.parametrize(
    ("before", "now", "level"), [("A", "B", 2), ("A", "C", 3), ("B", "C", 3), (None, "C", 3), ("C", "D", None), ("B", "B", None)]
)
def test_a_rise_brings_what_stands_on_the_way(before: str | None, now: str, level: int | None) -> None:
    levels = {"A": None, "B": 2, "C": 3, "D": None}
    tiers = tuple(Tier(name=name, min_lifetime_earned=at, cytube_level_promotion=level) for at, (name, level) in enumerate(levels.items()))

    assert brought(before, now, Ranks(tiers=tiers)) == level


@pytest.mark.parametrize(
    ("data", "rank"),
    [
        ({}, None),
        ({"ranks": {"payload": "what"}}, None),
        ({"ranks": {"payload": []}}, 1.0),
        ({"ranks": {"payload": [{"name": "ALICE", "rank": 3}, {"name": "bob", "rank": 5}]}}, 3.0),
        ({"ranks": {"payload": [{"name": "alice", "rank": True}, 7]}}, 1.0),
    ],
)
def test_the_channels_list_is_read_with_care(data: dict[str, Any], rank: float | None) -> None:
    assert listed(data, "alice") == rank
