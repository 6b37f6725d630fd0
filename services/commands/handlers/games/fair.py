"""`fair`: by what one's draws are made, so that one can check them."""

from dataclasses import dataclass

from libs.common.contracts.games import FAIR, FairAnswer, FairRequest
from libs.common.contracts.owners import Declined
from services.commands.arguments import Rest, Word
from services.commands.handlers.games.gambling import offered
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies import common
from services.commands.replies.declined import declined
from services.commands.replies.games import fair as words


@dataclass(frozen=True, slots=True)
class Fair:
    """Nothing, `seed` and one's own, or `rotate`."""

    what: Word = ""
    seed: Rest = ""


async def run(call: Call[Fair], office: Office) -> Answer:
    """Show it, once what is wanted is done."""
    match call.arguments.what.lower():
        case "":
            request = call.asks(FairRequest)
        case "seed":
            request = call.asks(FairRequest, client_seed=call.arguments.seed)
        case "rotate" | "reveal":
            request = call.asks(FairRequest, rotate=True)
        case _:
            return Answer(common.usage(words.unknown(), "fair, fair seed words, fair rotate"), outcome="usage")
    answer = await office.owner("games", call.channel, FAIR, request, FairAnswer)
    if isinstance(answer, Declined):
        return Answer(declined(answer, call.rules.currency), outcome=answer.code)
    return Answer(words.revealed(answer) if request.rotate else words.shown(answer))


COMMAND = Command(
    name="fair",
    help="By what your draws are made, so that you can check them. 'fair seed words' puts your own words into them, "
    "'fair rotate' shows the seed they were made by and begins a new one.",
    arguments=Fair,
    run=run,
    section="Games",
    needs_ledger=False,
    offered=offered,
)
