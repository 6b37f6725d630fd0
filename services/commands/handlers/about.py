"""`about`: what this is, and for how long it has run."""

from libs.common.service import VERSION
from services.commands.arguments import Nothing
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies import about as words


async def run(_call: Call[Nothing], office: Office) -> Answer:
    """Tell name, version and uptime."""
    return Answer(words.about(VERSION, int(office.uptime_seconds)))


COMMAND = Command(
    name="about",
    help="What I am, and since when I have been running.",
    arguments=Nothing,
    run=run,
    section="Help",
    needs_ledger=False,
)
