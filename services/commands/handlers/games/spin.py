"""`spin`: the slots, by a stake or for free."""

from dataclasses import dataclass

from libs.common.config import Rules
from libs.common.config.economy import Currency
from libs.common.contracts.games import SPIN, SpinAnswer, SpinRequest
from services.commands.arguments import OwnCoins
from services.commands.orders import Errand, Order, errand
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies.games import spin as words


@dataclass(frozen=True, slots=True)
class Spin:
    """How much is staked; nothing is the free spin of the day."""

    wager: OwnCoins | None = None


async def run(call: Call[Spin], _office: Office) -> Answer | Order:
    """Have it turned."""
    wager = call.arguments.wager
    return errand("games", SPIN, call.asks(SpinRequest, wager=None if wager is None else call.coins(wager)))


def tell(_by: str, _order: Errand, spin: SpinAnswer, currency: Currency) -> Answer:
    """Tell what it showed."""
    return Answer(words.spun(spin, currency))


def _offered(rules: Rules) -> bool:
    return rules.gambling.enabled and rules.gambling.spin.enabled


COMMAND = Command(
    name="spin",
    help="Turn the slots for what you stake; without a wager it is your free spin of the day.",
    arguments=Spin,
    run=run,
    tell=tell,
    answers=SpinAnswer,
    section="Games",
    timely=True,
    offered=_offered,
)
