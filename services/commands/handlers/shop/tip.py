"""`tip`: coins for another viewer."""

from dataclasses import dataclass

from libs.common.config.economy import Currency
from libs.common.contracts.shop.tips import Tipped, TipRequest
from services.commands.arguments import OwnCoins, Username
from services.commands.orders import Errand, Order, errand
from services.commands.registry import Answer, Call, Command, Note, Office
from services.commands.replies.shop import tip as words


@dataclass(frozen=True, slots=True)
class Tip:
    """Whom, and how much."""

    user: Username
    amount: OwnCoins


async def run(call: Call[Tip], _office: Office) -> Order:
    """Have the shop see to it."""
    asked = call.arguments
    return errand("shop", "tip", call.asks(TipRequest, target=asked.user, amount=call.coins(asked.amount)))


def tell(by: str, _order: Errand, tip: Tipped, currency: Currency) -> Answer:
    """Tell both."""
    return Answer(words.given(tip, currency), (Note(tip.target, words.received(by, tip.amount, currency)),))


COMMAND = Command(
    name="tip",
    help="Give somebody some of your coins, such as: tip @bob 50 (or 1k, half, all)",
    arguments=Tip,
    run=run,
    tell=tell,
    answers=Tipped,
    timely=True,
    offered=lambda rules: rules.tipping.enabled,
)
