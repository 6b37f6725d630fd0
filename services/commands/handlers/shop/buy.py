"""`buy`: things for oneself. Each is one line of `WARES`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from libs.common.config.economy import Currency
from libs.common.contracts.base import Contract
from libs.common.contracts.shop.effects import ColorRequest, Ordered, ShoutoutRequest
from libs.common.contracts.shop.levels import LevelRequest
from libs.common.contracts.shop.vanity import Bought, BuyRequest
from services.commands.arguments import Rest, Word
from services.commands.orders import Errand, Order, errand
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies import common
from services.commands.replies.shop import buy as words
from services.commands.replies.shop import effects


@dataclass(frozen=True, slots=True)
class Buy:
    """What, and how it shall be."""

    thing: Word
    words: Rest = ""


@dataclass(frozen=True, slots=True)
class Ware:
    """One thing that can be bought."""

    usage: str
    order: Callable[[Call[Any], str], Order]
    """The order for it, from the words behind it."""
    worded: bool = True
    """Whether there have to be any."""


def _kept(item: str) -> Callable[[Call[Any], str], Order]:
    return lambda call, value: errand("shop", "buy", call.asks(BuyRequest, item=item, value=value))


_LEVEL: Final = Ware("buy cytube2", lambda call, _: errand("shop", "level", call.asks(LevelRequest, level=call.rank)), worded=False)
_COLOR: Final = Ware("buy color hex or name", lambda call, value: errand("shop", "color", call.asks(ColorRequest, value=value)))

WARES: Final[Mapping[str, Ware]] = {
    "greeting": Ware("buy greeting text", _kept("custom_greeting")),
    "rename": Ware("buy rename name", _kept("rename_currency")),
    "color": _COLOR,
    "colour": _COLOR,
    "shoutout": Ware("buy shoutout text", lambda call, text: errand("shop", "shoutout", call.asks(ShoutoutRequest, text=text))),
    "cytube2": _LEVEL,
    "level2": _LEVEL,
}
"""By the word behind `buy`."""

ANSWERS: Final[Mapping[str, tuple[type[Contract], Callable[[Any, Currency], str]]]] = {
    "shop.buy": (Bought, words.bought),
    "shop.color": (Ordered, effects.ordered),
    "shop.shoutout": (Ordered, effects.ordered),
    "shop.level": (Ordered, effects.ordered),
}
"""What is answered to an order, by its verb, and how it is told."""


async def run(call: Call[Buy], _office: Office) -> Answer | Order:
    """Order it."""
    ware = WARES.get(call.arguments.thing.lower())
    if ware is None:
        return Answer(words.not_sold(call.arguments.thing), outcome="unknown_ware")
    if ware.worded and not call.arguments.words:
        return Answer(common.usage(words.words_missing(), ware.usage), outcome="usage")
    return ware.order(call, call.arguments.words)


def tell(_by: str, _order: Errand, reply: Contract, currency: Currency) -> Answer:
    """Tell what came of it."""
    say = next(say for answer, say in ANSWERS.values() if isinstance(reply, answer))
    return Answer(say(reply, currency))


COMMAND = Command(
    name="buy",
    help="Buy something for yourself, such as: buy greeting Make way! ('shop' lists all there is.)",
    arguments=Buy,
    run=run,
    tell=tell,
    answers={verb: answer for verb, (answer, _) in ANSWERS.items()},
    section="Shop",
    timely=True,
)
