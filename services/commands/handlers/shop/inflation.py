"""`inflation`: what prices are multiplied by, and why."""

from libs.common.contracts.owners import Asked, Declined
from libs.common.contracts.shop.prices import InflationAnswer
from services.commands.arguments import Nothing
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies.declined import declined
from services.commands.replies.shop import inflation as words


async def run(call: Call[Nothing], office: Office) -> Answer:
    """Tell it, with sample prices."""
    found = await office.owner("shop", call.channel, "inflation", call.asks(Asked), InflationAnswer)
    if isinstance(found, Declined):
        return Answer(declined(found, call.rules.currency), outcome=found.code)
    return Answer(words.told(found, call.rules.economy.zone, call.rules.currency))


COMMAND = Command(
    name="inflation",
    help="What prices are multiplied by, why, and what some things cost by it.",
    arguments=Nothing,
    run=run,
    section="Administrators",
    rank="admin",
    offered=lambda rules: rules.inflation.enabled,
)
