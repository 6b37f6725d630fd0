"""`vanity`: administrators look at what somebody has of the shop, and take it away."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from libs.common.config.economy import Currency
from libs.common.contracts.owners import Asked, Declined
from libs.common.contracts.shop.removal import Removable, TakeAwayRequest, TakenAway
from libs.common.contracts.shop.vanity import Belongings
from services.commands.arguments import Username, Word
from services.commands.orders import Errand, Order, errand
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies import common
from services.commands.replies.declined import declined
from services.commands.replies.shop import vanity as words

_THINGS: Final[Mapping[str, Removable]] = {
    "greeting": "custom_greeting",
    "color": "chat_color",
    "colour": "chat_color",
    "rename": "rename_currency",
}


@dataclass(frozen=True, slots=True)
class Vanity:
    """Whose, and what shall go."""

    user: Username
    remove: Word = ""
    thing: Word = ""


async def run(call: Call[Vanity], office: Office) -> Answer | Order:
    """Tell what somebody has, or take one thing of it away."""
    asked = call.arguments
    if not asked.remove:
        request = call.asks(Asked).model_copy(update={"user": asked.user})
        found = await office.owner("shop", call.channel, "belongings", request, Belongings)
        if isinstance(found, Declined):
            return Answer(declined(found, call.rules.currency), outcome=found.code)
        return Answer(words.listed(asked.user, found))
    thing = _THINGS.get(asked.thing.lower())
    if asked.remove.lower() != "remove" or thing is None:
        return Answer(common.usage(words.which(), "vanity @user remove greeting|color|rename"), outcome="usage")
    return errand("shop", "take_away", call.asks(TakeAwayRequest, target=asked.user, item=thing))


def tell(_by: str, _order: Errand, taken: TakenAway, _currency: Currency) -> Answer:
    """Tell what is gone."""
    return Answer(words.taken(taken))


COMMAND = Command(
    name="vanity",
    help="What somebody has bought; 'vanity @user remove color' takes it away (or greeting, or rename). No coins move.",
    arguments=Vanity,
    run=run,
    tell=tell,
    answers=TakenAway,
    section="Administrators",
    rank="admin",
)
