"""Colors: whoever is killed, edits, or loses what, in any order."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from libs.common.contracts.events import Css
from tests.support.sheet import COINS, PINK, PLAIN, PRICE, Room, buy, configure, purse, rank, state, turn
from tests.support.shop_stage import Kept, opened
from tests.support.teller import CHANNEL


@settings(max_examples=40)
@given(
    happenings=st.lists(st.sampled_from(["tick", "lose", "edit", "kill", "away", "again", "burst"]), max_size=14),
)
async def test_it_is_shown_and_paid_or_neither_and_no_edit_is_lost(tmp_path_factory: pytest.TempPathFactory, happenings: list[str]) -> None:
    folder = tmp_path_factory.mktemp("shop")
    kept = Kept(folder)
    kept.teller.viewers(Alice=COINS)
    css, edits, left = PLAIN, 0, list(happenings)
    async with opened(kept, folder) as shop:
        configure(shop)
        rank(shop)
        Room(shop).write(css)
        shop.tick("connected")
    while True:
        async with opened(kept, folder) as shop:
            room = Room(shop, css)
            killed = False
            while left and not killed:
                match left.pop(0):
                    case "tick":
                        shop.tick("connected", seconds=2)
                    case "lose":
                        room.loses += 1
                    case "edit":
                        edits += 1
                        room.write(f"edit{edits} {{ a: b }}\n{room.css}")
                    case "away":
                        shop.tick("away", seconds=2)
                    case "again":
                        await buy(shop, key="k")
                    case "burst":
                        shop.event(Css, CHANNEL, css=room.css)
                    case _:
                        killed = True
                if not killed:
                    await turn()
            css = room.css
            if killed:
                continue
            shop.tick("connected", seconds=2)
            await buy(shop, key="k")
            for _ in range(60):
                await turn()
                shop.tick("connected", seconds=2)
            await turn()
            shown = f".chat-msg-Alice {{ color: {PINK}; }}" in room.css
            assert (state(shop), purse(shop), shown) in [("paid", (COINS - PRICE, 0), True), ("returned", (COINS, 0), False)]
            assert all(f"edit{number} {{ a: b }}\n" in room.css for number in range(1, edits + 1))
            assert PLAIN in room.css
            break
    kept.close()
