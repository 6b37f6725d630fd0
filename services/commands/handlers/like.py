"""`like`: a good word for what plays."""

from libs.common.config.economy import Currency
from libs.common.contracts.earning.likes import LIKE, Liked
from libs.common.contracts.owners import Asked
from services.commands.arguments import Nothing
from services.commands.orders import Errand, Order, errand
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies import like as words


async def run(call: Call[Nothing], _office: Office) -> Order:
    """Pass it on."""
    return errand("earning", LIKE, call.asks(Asked))


def tell(_by: str, _order: Errand, liked: Liked, currency: Currency) -> Answer:
    """Tell what it brought."""
    return Answer(words.liked(liked, currency))


COMMAND = Command(
    name="like",
    help="Say that you like what plays: a few coins, once for each.",
    arguments=Nothing,
    run=run,
    tell=tell,
    answers=Liked,
    timely=True,
    offered=lambda rules: rules.content_triggers.like_current.enabled,
)
