"""`set_rank`: an administrator gives somebody a rank, or takes back what was given."""

from dataclasses import dataclass
from typing import Final

from libs.common.config.economy import Currency
from libs.common.contracts.earning.careers import SetRankAnswer, SetRankRequest
from libs.common.names import fold
from services.commands.arguments import Rest, Username
from services.commands.orders import Errand, Order, errand
from services.commands.registry import Answer, Call, Command, Note, Office
from services.commands.replies.career import set_rank as words

NONE: Final = "none"
"""Takes back what was given."""


@dataclass(frozen=True, slots=True)
class SetRank:
    """Whose, and which."""

    user: Username
    rank: Rest


async def run(call: Call[SetRank], _office: Office) -> Order:
    """Ask earning, which keeps it."""
    asked = call.arguments
    rank = None if asked.rank.casefold() == NONE else asked.rank
    return errand("earning", "set_rank", call.asks(SetRankRequest, target=asked.user, rank=rank))


def tell(by: str, _order: Errand, done: SetRankAnswer, _currency: Currency) -> Answer:
    """Tell both, or the one, if it is the same person."""
    text = words.done(done)
    if done.rank == done.before or fold(done.user) == fold(by):
        return Answer(text)
    return Answer(text, (Note(done.user, words.received(by, done.rank)),))


COMMAND = Command(
    name="set_rank",
    help="Give somebody a rank; they rise from there, and nobody is set below what they earned. 'set_rank @user none' takes it back.",
    arguments=SetRank,
    run=run,
    tell=tell,
    answers=SetRankAnswer,
    section="Administrators",
    rank="admin",
    noted=True,
)
