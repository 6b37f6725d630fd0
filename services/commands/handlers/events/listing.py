"""`events`: what makes everything count for more now, and what comes next."""

from libs.common.contracts.earning.events import EventsAnswer
from libs.common.contracts.owners import Asked, Declined
from services.commands.arguments import Nothing
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies.declined import declined
from services.commands.replies.events import listing as words


async def run(call: Call[Nothing], office: Office) -> Answer:
    """List it."""
    found = await office.owner("earning", call.channel, "events", call.asks(Asked), EventsAnswer)
    if isinstance(found, Declined):
        return Answer(declined(found, call.rules.currency), outcome=found.code)
    return Answer(words.listed(found, call.at, call.rules.economy.zone))


COMMAND = Command(
    name="events",
    aliases=("multipliers",),
    help="What makes everything count for more right now, and which events come next.",
    arguments=Nothing,
    run=run,
)
