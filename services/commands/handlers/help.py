"""`help`: what can be asked, as far as the asker may ask it."""

from dataclasses import dataclass

from services.commands.arguments import Word
from services.commands.registry import SECTIONS, Answer, Call, Command, Office, denied
from services.commands.replies import common
from services.commands.replies import help as words


@dataclass(frozen=True, slots=True)
class Help:
    """Of what."""

    command: Word = ""


async def run(call: Call[Help], office: Office) -> Answer:
    """List the commands, or explain one."""
    if not call.arguments.command:
        allowed = office.commands.allowed(call.rank, call.rules)
        sections: dict[str, list[str]] = {head: [command.name for command in allowed if command.section == head] for head in SECTIONS}
        return Answer(words.overview(sections))
    command = office.commands.find(call.arguments.command)
    if command is None:
        return Answer(common.unknown_command(), outcome="unknown")
    return denied(command, call.rank, call.rules) or Answer(words.explained(command.usage, command.aliases, command.help))


COMMAND = Command(
    name="help",
    help="What you can ask me; with a command, how it is used.",
    arguments=Help,
    run=run,
    section="Help",
    needs_ledger=False,
)
