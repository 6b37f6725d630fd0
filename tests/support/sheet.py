"""A room's style sheet: CyTube and its robot, as far as that goes, and what ours looks like in it."""

import asyncio
from collections.abc import Callable
from typing import Any

from libs.common.config.shop import ChatColor
from libs.common.contracts.events import Css, Rank
from libs.common.contracts.shop.effects import ColorRequest, ResyncRequest
from services.shop.colors.stylesheet import LONGEST
from tests.support.shop_stage import Stage
from tests.support.teller import CHANNEL
from tests.support.waiting import until

BOT = "CoinBot"
PRICE = 750
COINS = 900
PLAIN = "body { background: black; }\n"
PINK = "#FF69B4"
OURS = ChatColor()


class Room:
    """CyTube and its robot, as far as a style sheet goes."""

    def __init__(self, shop: Stage, css: str = PLAIN) -> None:
        self.shop = shop
        self.css = css
        self.asked: list[str] = []
        self.before: list[Callable[[], None]] = []
        """What happens just before the next commands arrive, one each."""
        self.loses = 0
        """How many of the next commands have no effect, although the robot says they had."""
        shop.robot = self.answer

    def answer(self, request: dict[str, Any]) -> dict[str, Any] | None:
        self.asked.append(request["command"])
        if request["command"] == "state.css":
            return {"service": "robot", "success": True, "data": {"css": self.css}}
        if self.before:
            self.before.pop(0)()
        if self.loses:
            self.loses -= 1
        else:
            self.write(request["args"]["css"])
        return {"service": "robot", "success": True, "data": {"success": True}}

    def write(self, css: str) -> None:
        """Somebody sets the sheet, and CyTube tells all."""
        self.css = css[:LONGEST]
        self.shop.event(Css, CHANNEL, css=self.css)


def rule(*names: str, color: str = PINK) -> str:
    return f"{', '.join(f'.chat-msg-{name}' for name in names)} {{ color: {color}; }}"


def block(*rules: str) -> str:
    return "\n".join([OURS.css_block_begin, *rules, OURS.css_block_end])


def rank(shop: Stage, rank: float = 4) -> None:
    shop.event(Rank, CHANNEL, user=BOT, rank=rank)


def configure(shop: Stage, **section: Any) -> None:
    shop.configure(bot={"username": BOT}, vanity_shop={"chat_color": section})


async def buy(shop: Stage, value: str = PINK, user: str = "alice", key: str | None = None) -> dict[str, Any]:
    return await shop.ask("color", ColorRequest(key=key or shop.teller.key(), user=user, at=shop.now, value=value))


async def resync(shop: Stage, **wanted: Any) -> dict[str, Any]:
    return await shop.ask("resync_colors", ResyncRequest(key=shop.teller.key(), user="admin", at=shop.now, **wanted))


def state(shop: Stage) -> str:
    found: str = shop.db.execute("SELECT state FROM sales ORDER BY rowid DESC").fetchone()[0]
    return found


async def reaches(shop: Stage, wanted: str) -> None:
    async def is_there() -> bool:
        return state(shop) == wanted

    await until(is_there, f"the sale is {wanted}")


async def turn() -> None:
    for _ in range(30):
        await asyncio.sleep(0)


def purse(shop: Stage, name: str = "Alice") -> tuple[int, int]:
    """Coins at hand, and held."""
    account = shop.teller.account(name)
    return account.balance, account.held
