"""`color`: how well a color can be read, and what it would cost; `buy color` buys it."""

from dataclasses import dataclass

from libs.common.contracts.owners import Declined
from libs.common.contracts.shop.effects import CheckColorRequest, ColorVerdict
from services.commands.arguments import Rest
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies.declined import declined
from services.commands.replies.shop import effects as words


@dataclass(frozen=True, slots=True)
class Color:
    """Which."""

    color: Rest


async def run(call: Call[Color], office: Office) -> Answer:
    """Tell it; nothing is bought."""
    found = await office.owner("shop", call.channel, "check_color", call.asks(CheckColorRequest, value=call.arguments.color), ColorVerdict)
    if isinstance(found, Declined):
        return Answer(declined(found, call.rules.currency), outcome=found.code)
    return Answer(words.looked_at(found, call.rules.currency))


COMMAND = Command(
    name="color",
    aliases=("colour",),
    help="How well a color for your name could be read, and what it costs, such as: color hot pink",
    arguments=Color,
    written="color hex or name",
    run=run,
    section="Shop",
    offered=lambda rules: rules.vanity_shop.chat_color.enabled,
)
