"""`status`: whether anything can be queued now, and which event runs or comes next."""

from libs.common.contracts.earning.events import EventsAnswer
from libs.common.contracts.owners import Asked, Declined
from services.commands.arguments import Nothing
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies.declined import declined
from services.commands.replies.events import status as words


async def run(call: Call[Nothing], office: Office) -> Answer:
    """Tell it."""
    found = await office.owner("earning", call.channel, "events", call.asks(Asked), EventsAnswer)
    if isinstance(found, Declined):
        return Answer(declined(found, call.rules.currency), outcome=found.code)
    return Answer(words.told(found, call.at, call.rules))


COMMAND = Command(
    name="status",
    aliases=("eventstatus",),
    help="Whether anything can be queued now, and which event runs or comes next.",
    arguments=Nothing,
    run=run,
    section="Shop",
)
