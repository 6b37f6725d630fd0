"""`reload`: an administrator has the configuration read anew."""

from libs.common.asking import UnreachableError
from services.commands.arguments import Nothing
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies import reload as words


async def run(_call: Call[Nothing], office: Office) -> Answer:
    """Ask for it and tell what came of it. Asked twice, the second time finds nothing changed."""
    try:
        reloaded = await office.reload()
    except UnreachableError:
        return Answer(words.no_answer(), outcome="unreachable")
    if not reloaded.success:
        return Answer(words.refused(reloaded), outcome=reloaded.code or "refused")
    return Answer(words.reloaded(reloaded))


COMMAND = Command(
    name="reload",
    help="Read the configuration anew.",
    arguments=Nothing,
    run=run,
    section="Administrators",
    rank="admin",
    noted=True,
    needs_ledger=False,
)
