"""`announce`: an administrator has the robot say something in the room."""

from dataclasses import dataclass

from services.commands.arguments import Rest
from services.commands.registry import Answer, Call, Command, Note, Office
from services.commands.replies import announce as words


@dataclass(frozen=True, slots=True)
class Announce:
    """What to say."""

    text: Rest


async def run(call: Call[Announce], _office: Office) -> Answer:
    """Have it said in the same transaction that answers, and so once."""
    return Answer(words.announced(call.arguments.text), (Note(None, call.arguments.text),))


COMMAND = Command(
    name="announce",
    help="Say something in the room.",
    arguments=Announce,
    run=run,
    section="Administrators",
    rank="admin",
    timely=True,
    needs_ledger=False,
)
