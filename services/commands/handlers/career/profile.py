"""`profile`: how far somebody has come here."""

import asyncio
from dataclasses import dataclass

from libs.common import ranks
from libs.common.contracts.earning.careers import CareerAnswer
from libs.common.contracts.games import TOTALS, TotalsAnswer, TotalsRequest
from libs.common.contracts.owners import Asked
from libs.common.contracts.shop.vanity import Belongings
from libs.common.names import fold
from services.commands.arguments import Username
from services.commands.naming import OWN_NAME, named
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies import admin, balance
from services.commands.replies.career import profile as words
from services.commands.reports import told


@dataclass(frozen=True, slots=True)
class Profile:
    """Whose; one's own without a name."""

    user: Username = ""


async def run(call: Call[Profile], office: Office) -> Answer:
    """Tell what its owners know; of what somebody can't tell right now there is nothing in it."""
    name, rules = call.arguments.user or call.user, call.rules
    own = fold(name) == fold(call.user)
    account = call.account if own else await office.account(call.channel, name)
    if account is None:
        return Answer(balance.none_yet(rules.currency) if own else admin.no_account(name), outcome="no_account")
    about, about_games = (call.asks(request).model_copy(update={"user": account.account}) for request in (Asked, TotalsRequest))
    career, things, games = await asyncio.gather(
        told(office, "earning", call.channel, "career", about, CareerAnswer),
        told(office, "shop", call.channel, "belongings", about, Belongings),
        told(office, "games", call.channel, TOTALS, about_games, TotalsAnswer),
    )
    rank = ranks.tiers(rules.ranks)[office.rung(call.channel, account.account, account.lifetime_earned)].name
    owned = {} if things is None else things.values
    known = words.Known(account, rank, career, owned, () if games is None else tuple(games.games))
    return Answer(words.profile(known, named(owned.get(OWN_NAME), rules.currency)))


COMMAND = Command(
    name="profile",
    help="How far you have come here, or somebody else.",
    arguments=Profile,
    run=run,
    section="Standings",
)
