"""`quiet` and `unquiet`: whether somebody hears what nobody asked for. Earning makes those messages, so earning keeps the wish."""

from libs.common.contracts.earning import QuietAnswer, QuietRequest
from services.commands.arguments import Nothing
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies import quiet as words


async def quiet(call: Call[Nothing], office: Office) -> Answer:
    """Have them stopped."""
    return await _wish(call, office, quiet=True)


async def unquiet(call: Call[Nothing], office: Office) -> Answer:
    """Have them come again."""
    return await _wish(call, office, quiet=False)


async def _wish(call: Call[Nothing], office: Office, *, quiet: bool) -> Answer:
    request = QuietRequest(user=call.user, quiet=quiet, at=call.at)
    answer = await office.earning(call.channel, "quiet", request, QuietAnswer)
    return Answer(words.quiet() if answer.quiet else words.unquiet())


QUIET = Command(
    name="quiet",
    aliases=("mute",),
    help="No more messages you did not ask for, such as milestones.",
    arguments=Nothing,
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
