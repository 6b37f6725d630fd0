"""`achievements`: the badges one has, and those ahead."""

from libs.common.contracts.earning.careers import BadgesAnswer
from libs.common.contracts.owners import Asked, Declined
from services.commands.arguments import Nothing
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies.career import achievements as words
from services.commands.replies.declined import declined


async def run(call: Call[Nothing], office: Office) -> Answer:
    """Tell them."""
    found = await office.owner("earning", call.channel, "badges", call.asks(Asked), BadgesAnswer)
    if isinstance(found, Declined):
        return Answer(declined(found, call.rules.currency), outcome=found.code)
    return Answer(words.badges(found, call.rules.economy.zone, call.rules.currency))


COMMAND = Command(
    name="achievements",
    aliases=("badges",),
    help="The badges you have, and how far it is to the others.",
    arguments=Nothing,
    run=run,
    section="Standings",
    needs_ledger=False,
    offered=lambda rules: bool(rules.achievements),
)
