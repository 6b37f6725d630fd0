"""`shoutout`: the robot says a line for somebody."""

from dataclasses import dataclass

from libs.common.config.economy import Currency
from libs.common.contracts.shop.effects import Ordered, ShoutoutRequest
from services.commands.arguments import Rest
from services.commands.orders import Errand, Order, errand
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies.shop import effects as words


@dataclass(frozen=True, slots=True)
class Shoutout:
    """What it shall say."""

    text: Rest


async def run(call: Call[Shoutout], _office: Office) -> Order:
    """Order it."""
    return errand("shop", "shoutout", call.asks(ShoutoutRequest, text=call.arguments.text))


def tell(_by: str, _order: Errand, order: Ordered, currency: Currency) -> Answer:
    """Tell that it comes."""
    return Answer(words.ordered(order, currency))


COMMAND = Command(
    name="shoutout",
    help="Have me say a line for you in the room, such as: shoutout happy birthday, Bob!",
    arguments=Shoutout,
    run=run,
    tell=tell,
    answers=Ordered,
    section="Shop",
    timely=True,
    offered=lambda rules: rules.vanity_shop.shoutout.enabled,
)
