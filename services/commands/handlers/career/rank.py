"""`rank`: one's rank, what it brings, and the way to the next."""

from libs.common import ranks
from services.commands.arguments import Nothing
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies import balance
from services.commands.replies.career import rank as words


async def run(call: Call[Nothing], office: Office) -> Answer:
    """Tell it."""
    account, rules = call.account, call.rules
    if account is None:
        return Answer(balance.none_yet(rules.currency), outcome="no_account")
    place = office.rung(call.channel, account.account, account.lifetime_earned)
    way = words.Way(rules.ranks.ladder, place, account.lifetime_earned)
    return Answer(words.rank(way, ranks.described(ranks.perks(place, rules.ranks)), rules.currency))


COMMAND = Command(
    name="rank",
    help="Your rank, what it brings you, and how far it is to the next.",
    arguments=Nothing,
    run=run,
    section="Standings",
)
