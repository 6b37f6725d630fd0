"""Colors: shown and paid, or neither, whatever the robot, the operator and the sheet do meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator
from pathlib import Path

import pytest

from libs.common.config.shop import ChatColor
from libs.common.contracts.events import Css, Gap
from libs.common.contracts.shop.effects import CheckColorRequest
from libs.common.contracts.shop.removal import TakeAwayRequest
from services.shop.colors import stylesheet
from services.shop.colors.stylesheet import LONGEST, Sheet, read
from services.shop.items import COLOR
from services.shop.saga import store as sales
from services.shop.saga.store import Sale
from tests.support.sheet import COINS, PINK, PLAIN, PRICE, Room, block, buy, configure, purse, rank, reaches, resync, rule, state, turn
from tests.support.shop_stage import Kept, Stage, opened
from tests.support.teller import CHANNEL, give

GOLD = "#FFD700"


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    kept = Kept(tmp_path)
    kept.teller.viewers(Alice=COINS, Bob=COINS, Zed=10)
    yield kept
    kept.close()


@pytest.fixture
async def shop(kept: Kept, tmp_path: Path) -> AsyncIterator[Stage]:
    async with opened(kept, tmp_path) as stage:
        configure(stage)
        rank(stage)
        stage.tick("connected")
        yield stage


@pytest.fixture
def room(shop: Stage) -> Room:
    room = Room(shop)
    room.write(PLAIN)
    return room


# -- the way it goes ------------------------------------------------------------------------------------------------------------------


async def test_a_color_is_paid_once_the_room_shows_it_under_the_name_as_the_room_spells_it(shop: Stage, room: Room) -> None:
    answer = await buy(shop, "hot pink")
    await reaches(shop, "paid")

    assert (answer["value"], answer["price"], answer["balance"]) == (PINK, PRICE, COINS - PRICE)
    assert room.css == PLAIN + block(rule("Alice"))
    assert purse(shop) == (COINS - PRICE, 0)
    assert [(fact["item"], fact["state"], fact["value"]) for fact in shop.facts] == [("chat_color", "delivered", PINK)]


async def test_a_color_nobody_ever_sees_gives_the_coins_back(shop: Stage, room: Room) -> None:
    room.loses = 99
    await buy(shop)
    for _ in range(20):
        await turn()
        shop.tick("connected", seconds=2)
    await reaches(shop, "returned")

    assert purse(shop) == (COINS, 0)
    assert room.asked.count("setChannelCSS") == 3
    assert room.css == PLAIN
    assert shop.announced[-1].text == "Your color could not be put into the room's style sheet. Your 750 Z are back."


async def test_what_was_lost_once_is_sent_again(shop: Stage, room: Room) -> None:
    room.loses = 1
    await buy(shop)
    await turn()
    for _ in range(6):
        shop.tick("connected", seconds=2)
        await turn()

    await reaches(shop, "paid")


async def test_a_robot_that_is_away_is_waited_for(shop: Stage, room: Room) -> None:
    room.before.append(lambda: shop.tick("away"))
    room.loses = 1
    await buy(shop)
    await turn()
    for _ in range(20):
        shop.tick("away", seconds=2)
    assert state(shop) == "delivering"

    for _ in range(6):
        shop.tick("connected", seconds=2)
        await turn()
    await reaches(shop, "paid")


async def test_another_color_takes_the_place_of_the_first(shop: Stage, room: Room) -> None:
    await buy(shop, user="Bob")
    await reaches(shop, "paid")
    shop.teller.done(give("Bob", 1_000))
    await buy(shop, GOLD, user="bob")
    await reaches(shop, "paid")

    assert room.css == PLAIN + block(rule("Bob", color=GOLD))


async def test_two_at_once_stand_in_one_rule(shop: Stage, room: Room) -> None:
    await asyncio.gather(buy(shop), buy(shop, user="Bob"))
    await reaches(shop, "paid")
    await turn()

    assert room.css == PLAIN + block(rule("Alice", "Bob"))
    assert [row[0] for row in shop.db.execute("SELECT state FROM sales")] == ["paid", "paid"]


async def test_where_no_sheet_is_written_a_color_is_only_kept(shop: Stage, room: Room) -> None:
    configure(shop, apply_css=False)
    await buy(shop)
    await reaches(shop, "paid")

    assert room.asked == []
    assert purse(shop) == (COINS - PRICE, 0)


# -- others write the same sheet ------------------------------------------------------------------------------------------------------


async def test_what_an_operator_writes_just_before_ours_arrives_is_put_back(shop: Stage, room: Room) -> None:
    edited = f"{PLAIN}p {{ margin: 0 }}\n"
    room.before.append(lambda: room.write(edited))
    await buy(shop)
    await reaches(shop, "paid")
    await turn()

    assert room.css == edited + block(rule("Alice"))


@pytest.mark.parametrize("selling", [True, False])
async def test_an_edit_nobody_heard_of_while_the_server_was_down_is_kept(shop: Stage, room: Room, selling: bool) -> None:
    await buy(shop, user="Bob")
    await reaches(shop, "paid")
    room.css = f"{room.css}\np {{ margin: 0 }}\n"
    shop.event(Gap, "@all")
    if selling:
        await buy(shop)
    else:
        await shop.ask("take_away", TakeAwayRequest(key="k", user="Boss", at=shop.now, target="bob", item="chat_color"))
    shop.tick("connected", seconds=2)
    await turn()

    assert room.css == PLAIN + block(*([rule("Alice", "Bob")] if selling else [])) + "\np { margin: 0 }\n"


async def test_a_lost_one_that_comes_late_takes_nothing_with_it(shop: Stage, room: Room) -> None:
    edited = f"{PLAIN}p {{ margin: 0 }}\n"
    late: list[str] = []
    room.before.append(lambda: late.append(PLAIN + block(rule("Alice"))))
    room.loses = 1
    await buy(shop)
    await turn()
    room.write(edited)
    room.before.append(lambda: room.write(late[0]))
    for _ in range(6):
        shop.tick("connected", seconds=2)
        await turn()

    assert room.css == edited + block(rule("Alice"))
    assert state(shop) == "paid"


async def test_a_color_that_turns_up_after_the_coins_went_back_is_taken_out(shop: Stage, room: Room) -> None:
    room.loses = 3
    await buy(shop)
    for _ in range(20):
        await turn()
        shop.tick("connected", seconds=2)
    await reaches(shop, "returned")
    room.write(PLAIN + block(rule("Alice")))
    await turn()

    assert room.css == PLAIN
    assert purse(shop) == (COINS, 0)
    assert (await resync(shop))["managed"] == 0


async def test_colors_of_an_older_block_are_kept_for_their_owners(shop: Stage, room: Room) -> None:
    room.write(PLAIN + block(rule("Eve_Mixed", color=GOLD)))
    await buy(shop)
    await reaches(shop, "paid")

    assert room.css == PLAIN + block(rule("Alice"), rule("Eve_Mixed", color=GOLD))


async def test_a_color_taken_over_follows_the_sheet_until_one_is_bought(shop: Stage, room: Room) -> None:
    for color in ("#00FF00", GOLD):
        room.write(PLAIN + block(rule("Bob", color=color)))
    await buy(shop)
    await reaches(shop, "paid")
    assert room.css == PLAIN + block(rule("Alice"), rule("Bob", color=GOLD))

    room.write(PLAIN + block(rule("Alice", color=GOLD)))
    await resync(shop)
    await turn()
    assert room.css == PLAIN + block(rule("Alice"), rule("Bob", color=GOLD))


async def test_who_is_protected_keeps_a_rule_outside_and_can_buy_none(shop: Stage, room: Room) -> None:
    configure(shop, protected_users=["ALICE"])
    room.write(block(rule("Alice", color=GOLD)))
    assert (await buy(shop))["code"] == "color_protected"

    await buy(shop, user="Bob")
    await reaches(shop, "paid")
    assert room.css == f"{rule('Alice', color=GOLD)}\n{block(rule('Bob'))}"


async def test_who_becomes_protected_before_the_color_is_there_pays_nothing(shop: Stage, room: Room) -> None:
    room.before.append(lambda: configure(shop, protected_users=["alice"]))
    room.loses = 1
    await buy(shop)
    await turn()
    for _ in range(6):
        shop.tick("connected", seconds=2)
        await turn()
    await reaches(shop, "returned")

    assert (purse(shop), room.css) == ((COINS, 0), PLAIN)


async def test_a_lost_block_is_put_back_when_asked_for(shop: Stage, room: Room) -> None:
    await buy(shop)
    await reaches(shop, "paid")
    room.write(PLAIN)

    answer = await resync(shop)
    await turn()
    assert (answer["managed"], answer["applied"]) == (1, True)
    assert room.css == PLAIN + block(rule("Alice"))
    assert (await resync(shop))["applied"] is False


# -- what is declined -----------------------------------------------------------------------------------------------------------------


async def test_a_color_that_can_not_be_read_is_refused_with_a_better_one(shop: Stage, room: Room) -> None:
    answer = await buy(shop, "FF0000")

    assert (answer["code"], answer["values"]["nearest"], room.asked) == ("unreadable_nearest", "#FF5544", [])
    configure(shop, enforce_contrast=False)
    assert (await buy(shop, "FF0000"))["level"] == "warn"


@pytest.mark.parametrize(
    ("value", "user", "code"), [("nonsense", "Alice", "no_color"), (PINK, "Zed", "too_dear"), (PINK, "Eve", "no_account")]
)
async def test_what_can_not_be_bought_costs_nothing(shop: Stage, room: Room, value: str, user: str, code: str) -> None:
    answer = await buy(shop, value, user)

    assert (answer["code"], room.asked) == (code, [])


async def test_the_same_color_again_is_not_charged(shop: Stage, room: Room) -> None:
    room.loses = 1
    await buy(shop)
    assert (await buy(shop, GOLD))["code"] == "under_way"
    await turn()
    for _ in range(6):
        shop.tick("connected", seconds=2)
        await turn()
    await reaches(shop, "paid")

    assert (await buy(shop, "hotpink"))["code"] == "same_value"
    assert purse(shop) == (COINS - PRICE, 0)


@pytest.mark.parametrize(("level", "code"), [(2, "robot_rank"), (2.9, "robot_rank")])
async def test_a_robot_without_the_right_is_not_sent(shop: Stage, room: Room, level: float, code: str) -> None:
    rank(shop, level)

    assert ((await buy(shop))["code"], room.asked) == (code, [])


async def test_a_robot_that_loses_its_right_meanwhile_is_not_sent_again(shop: Stage, room: Room) -> None:
    room.loses = 9
    room.before.append(lambda: rank(shop, 2))
    await buy(shop)
    for _ in range(8):
        await turn()
        shop.tick("connected", seconds=2)
    await reaches(shop, "returned")

    assert room.asked.count("setChannelCSS") == 1


async def test_nothing_is_written_on_a_sheet_that_reads_empty(shop: Stage, room: Room) -> None:
    room.write("")

    assert (await buy(shop))["code"] == "css_unreadable"
    assert "setChannelCSS" not in room.asked


async def test_a_sheet_that_turns_empty_meanwhile_is_not_written(shop: Stage, room: Room) -> None:
    room.before.append(lambda: room.write(""))
    room.loses = 9
    await buy(shop)
    for _ in range(8):
        await turn()
        shop.tick("connected", seconds=2)
    await reaches(shop, "returned")

    assert room.css == ""
    assert purse(shop) == (COINS, 0)


async def test_the_robot_is_asked_for_a_sheet_nobody_has_seen_yet(shop: Stage) -> None:
    room = Room(shop)
    await buy(shop)
    await reaches(shop, "paid")

    assert room.css == PLAIN + block(rule("Alice"))


async def test_a_color_that_would_not_fit_is_not_sold(shop: Stage, room: Room) -> None:
    room.write("x" * 19_990)

    assert (await buy(shop))["code"] == "css_full"
    room.write("x" * (LONGEST - 1 - len(block(rule("Alice")))))
    await buy(shop)
    await reaches(shop, "paid")
    assert len(room.css) == LONGEST


async def test_a_color_can_be_looked_at_without_buying(shop: Stage) -> None:
    answer = await shop.ask("check_color", CheckColorRequest(key="k", user="alice", at=shop.now, value="crimson"))

    assert answer["found"] == {"color": "#DC143C", "lc": 29.0, "score": 14.5, "level": "reject"}
    assert (answer["nearest"], answer["price"], answer["minimum"]) == ("#EA5A62", PRICE, 30.0)


async def test_a_sheet_is_read_a_few_times_however_many_colors_came_to_nothing(
    shop: Stage, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(50):
        sales.add(shop.db, Sale(f"k{number}", CHANNEL, COLOR.key, "Zed", GOLD, 0, "returned", shop.now, shop.now, 0))
    readings: list[str] = []

    def counted(css: str, section: ChatColor, protected: Collection[str] = ()) -> Sheet:
        readings.append(css)
        return read(css, section, protected)

    monkeypatch.setattr(stylesheet, "read", counted)
    room.write(PLAIN + block(rule("Bob")))

    assert len(readings) <= 4


# -- taken away -----------------------------------------------------------------------------------------------------------------------


async def test_a_color_that_is_taken_away_leaves_the_sheet_once_and_can_be_bought_again(shop: Stage, room: Room) -> None:
    await buy(shop)
    await reaches(shop, "paid")
    request = TakeAwayRequest(key="k", user="Boss", at=shop.now, target="alice", item="chat_color")

    first, again = await shop.ask("take_away", request), await shop.ask("take_away", request)
    shop.tick("connected", seconds=2)
    await turn()

    assert first == again == {"ok": True, "target": "Alice", "item": "chat_color", "value": PINK}
    assert (await shop.ask("take_away", request.model_copy(update={"key": "l"})))["code"] == "has_none"
    assert room.css == PLAIN + block()


async def test_a_color_taken_away_is_not_taken_over_from_the_sheet_that_still_shows_it(shop: Stage, room: Room) -> None:
    await buy(shop)
    await reaches(shop, "paid")
    shop.tick("away", seconds=2)
    await shop.ask("take_away", TakeAwayRequest(key="k", user="Boss", at=shop.now, target="alice", item="chat_color"))
    shop.event(Css, css=room.css)  # the robot is back, and CyTube sends it the sheet
    shop.tick("connected", seconds=2)
    await turn()
    assert room.css == PLAIN + block()

    room.write(PLAIN + block(rule("Alice")))  # by the operator's own hand it comes back
    assert (await buy(shop))["code"] == "same_value"
