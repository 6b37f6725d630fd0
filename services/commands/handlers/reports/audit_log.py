"""`audit-log`: what people did by hand: to the books, by the ledger's own account; and what else is noted of commands."""

from dataclasses import dataclass
from typing import Final

from libs.common.contracts.ledger_requests import Action, ActionsAnswer, ActionsRequest
from services.commands.arguments import BadArgumentsError, Rest, viewers_name
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies import common
from services.commands.replies.reports import audit_log as words
from services.commands.store import Deed

COUNT: Final = 10
COUNT_MAX: Final = 25


@dataclass(frozen=True, slots=True)
class AuditLog:
    """How many, and of whom."""

    count_or_user: Rest = ""


async def run(call: Call[AuditLog], office: Office) -> Answer:
    """Tell it, newest first."""
    try:
        count, user = wanted(call.arguments.count_or_user)
    except BadArgumentsError as error:
        return Answer(common.usage(str(error), "audit-log [count] [@user]"), outcome="usage")
    found = (await office.ledger(call.channel, "actions", ActionsRequest(user=user, limit=count), ActionsAnswer)).actions
    deeds = await office.deeds(call.channel, user, count)
    every: list[Action | Deed] = [*found, *deeds]
    every.sort(key=lambda each: each.at, reverse=True)
    return Answer(words.trail(every[:count], call.rules.economy.zone, call.rules.currency))


def wanted(said: str) -> tuple[int, str | None]:
    """Read a count, forced between 1 and 25, and a name, in any order. A name of digits is written with its `@`.

    Raises:
        BadArgumentsError: a word is neither.
    """
    count, user = COUNT, None
    for word in said.split():
        try:
            count = min(max(int(word), 1), COUNT_MAX)
        except ValueError:
            user = viewers_name(word)
    return count, user


COMMAND = Command(
    name="audit-log",
    help=f"What was granted, taken, set, suspended, undone or reloaded, newest first: {COUNT}, or as many as you say; of one person.",
    arguments=AuditLog,
    run=run,
    section="Administrators",
    rank="admin",
)
