"""`flip`: a coin, double or nothing."""

from dataclasses import dataclass

from libs.common.config import Rules
from libs.common.config.economy import Currency
from libs.common.contracts.games import FLIP, FlipAnswer, FlipRequest
from services.commands.arguments import OwnCoins
from services.commands.orders import Errand, Order, errand
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies.games import flip as words


@dataclass(frozen=True, slots=True)
class Flip:
    """How much is staked."""

    wager: OwnCoins


async def run(call: Call[Flip], _office: Office) -> Answer | Order:
    """Have it tossed."""
    return errand("games", FLIP, call.asks(FlipRequest, wager=call.coins(call.arguments.wager)))


def tell(_by: str, _order: Errand, flip: FlipAnswer, currency: Currency) -> Answer:
    """Tell how it fell."""
    return Answer(words.tossed(flip, currency))


def _offered(rules: Rules) -> bool:
    return rules.gambling.enabled and rules.gambling.flip.enabled


COMMAND = Command(
    name="flip",
    help="Toss a coin for what you stake: heads, and you have it twice; tails, and it is gone.",
    arguments=Flip,
    run=run,
    tell=tell,
    answers=FlipAnswer,
    section="Games",
    timely=True,
    offered=_offered,
)
