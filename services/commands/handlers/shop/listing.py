"""`shop`: what is for sale, at one's own price."""

from libs.common.contracts.owners import Asked, Declined
from libs.common.contracts.shop.vanity import Catalogue
from services.commands.arguments import Nothing
from services.commands.naming import named
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies.declined import declined
from services.commands.replies.shop import listing as words


async def run(call: Call[Nothing], office: Office) -> Answer:
    """List what is for sale, and what one has of it."""
    found = await office.owner("shop", call.channel, "catalogue", call.asks(Asked), Catalogue)
    if isinstance(found, Declined):
        return Answer(declined(found, call.rules.currency), outcome=found.code)
    return Answer(words.listed(found, named(found.currency, call.rules.currency)))


COMMAND = Command(
    name="shop",
    help="What is for sale, at your price, and what you have of it.",
    arguments=Nothing,
    run=run,
    section="Shop",
)
