"""A room's style sheet: CyTube and its robot, as far as that goes, and what ours looks like in it."""

from collections.abc import Callable
from typing import Any

from libs.common.config.shop import ChatColor
from libs.common.contracts.events import Css
from services.shop.colors.stylesheet import LONGEST
from tests.support.shop_stage import Stage
from tests.support.teller import CHANNEL

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
