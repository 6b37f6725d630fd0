"""`balance`: what somebody has."""

import asyncio
from typing import Final

from libs.common import ranks
from libs.common.contracts.ledger import AccountState
from libs.common.names import fold
from services.commands.arguments import Nothing
from services.commands.naming import currency
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies import balance as replies

OPENING_SECONDS: Final = 2.0
OPENING_LOOKS: Final = 20


async def run(call: Call[Nothing], office: Office) -> Answer:
    """Tell the balance and the rank; an account is made by earning, at first sight of somebody who may have one."""
    account = call.account
    if account is None and _will_have_one(call):
        account = await _just_opened(call, office)
    if account is None:
        return Answer(replies.none_yet(call.rules.currency), outcome="no_account")
    tier = ranks.tiers(call.rules.ranks)[office.rung(call.channel, account.account, account.lifetime_earned)]
    return Answer(replies.balance(account.balance, account.held, tier.name, await currency(call, office)))


def _will_have_one(call: Call[Nothing]) -> bool:
    """Tell whether earning opens an account for the sender as it reads what we have read."""
    return call.rank is not None and call.rank >= call.rules.eligibility.min_cytube_rank and fold(call.user) not in call.rules.outsiders


async def _just_opened(call: Call[Nothing], office: Office) -> AccountState | None:
    """Wait a moment for the account of somebody who came, and asks, just now."""
    for _ in range(OPENING_LOOKS):
        await asyncio.sleep(OPENING_SECONDS / OPENING_LOOKS)
        account = await office.account(call.channel, call.user)
        if account is not None:
            return account
    return None


COMMAND = Command(
    name="balance",
    aliases=("bal",),
    help="What you have, what of it is at stake, and your rank.",
    arguments=Nothing,
    run=run,
)
