"""`fortune`: a few words for the day."""

from libs.common.config.economy import Currency
from libs.common.contracts.owners import Asked
from libs.common.contracts.shop.vanity import Fortune
from services.commands.arguments import Nothing
from services.commands.orders import Errand, Order, errand
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies.shop import fortune as words


async def run(call: Call[Nothing], _office: Office) -> Order:
    """Ask the stars."""
    return errand("shop", "fortune", call.asks(Asked))


def tell(_by: str, _order: Errand, fortune: Fortune, currency: Currency) -> Answer:
    """Tell what they say."""
    return Answer(words.told(fortune, currency))


COMMAND = Command(
    name="fortune",
    help="What the day will bring you: once a day for coins, and again for nothing.",
    arguments=Nothing,
    run=run,
    tell=tell,
    answers=Fortune,
    section="Shop",
    timely=True,
    offered=lambda rules: rules.vanity_shop.daily_fortune.enabled,
)
