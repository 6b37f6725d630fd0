"""`rain`: an administrator has coins shared out among everybody who is here."""

from dataclasses import dataclass

from libs.common.config.economy import Currency
from libs.common.contracts.earning.rain import RAIN, Rained, RainRequest
from services.commands.arguments import Coins
from services.commands.orders import Errand, Order, errand
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies import admin as replies
from services.commands.replies import rain as words


@dataclass(frozen=True, slots=True)
class Rain:
    """How much, in all."""

    total: Coins


async def run(call: Call[Rain], _office: Office) -> Answer | Order:
    """Pass it on."""
    total = call.arguments.total
    if total < 1:
        return Answer(replies.amount_too_small(), outcome="usage")
    return errand("earning", RAIN, call.asks(RainRequest, total=total))


def tell(_by: str, _order: Errand, rained: Rained, currency: Currency) -> Answer:
    """Tell what everybody got."""
    return Answer(words.rained(rained, currency))


COMMAND = Command(
    name="rain",
    help="Share new coins out among everybody who is here.",
    arguments=Rain,
    run=run,
    tell=tell,
    answers=Rained,
    section="Administrators",
    rank="admin",
    timely=True,
)
