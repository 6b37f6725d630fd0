"""`quiet` and `unquiet`: whether somebody hears what nobody asked for. Earning makes those messages, so earning keeps the wish."""

from dataclasses import dataclass
from typing import Any

from libs.common.contracts.earning import QuietAnswer, QuietRequest
from services.commands.arguments import Nothing, Rest
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies import quiet as words


@dataclass(frozen=True, slots=True)
class Quiet:
    """`off`, where it is to be undone; any other word means nothing."""

    off: Rest = ""


async def quiet(call: Call[Quiet], office: Office) -> Answer:
    """Have them stopped."""
    return await _wish(call, office, quiet=call.arguments.off.casefold() != "off")


async def unquiet(call: Call[Nothing], office: Office) -> Answer:
    """Have them come again."""
    return await _wish(call, office, quiet=False)


async def _wish(call: Call[Any], office: Office, *, quiet: bool) -> Answer:
    request = QuietRequest(user=call.user, quiet=quiet, at=call.at)
    answer = await office.earning(call.channel, "quiet", request, QuietAnswer)
    return Answer(words.quiet() if answer.quiet else words.unquiet())


QUIET = Command(
    name="quiet",
    aliases=("mute",),
    help="No more messages you did not ask for, such as milestones, badges and rain. 'quiet off' undoes it.",
    arguments=Quiet,
    run=quiet,
    section="Messages",
    needs_ledger=False,
)
UNQUIET = Command(
    name="unquiet",
    aliases=("unmute",),
    help="Get those messages again.",
    arguments=Nothing,
    run=unquiet,
    section="Messages",
    needs_ledger=False,
)
