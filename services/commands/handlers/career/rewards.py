"""`rewards`: how coins are earned here."""

from services.commands.arguments import Nothing
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies.career import rewards as words


async def run(call: Call[Nothing], _office: Office) -> Answer:
    """Tell what the configuration gives for, but for what viewers are to find out."""
    return Answer(words.rewards(call.rules))


COMMAND = Command(
    name="rewards",
    help="How you earn coins here.",
    arguments=Nothing,
    run=run,
    needs_ledger=False,
)
