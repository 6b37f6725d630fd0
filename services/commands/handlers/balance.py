"""`balance`: what somebody has."""

from libs.common import ranks
from services.commands.arguments import Nothing
from services.commands.registry import Answer, Books, Call, Command
from services.commands.replies import balance as replies
from services.commands.replies import common


async def run(call: Call[Nothing], books: Books) -> Answer:
    """Tell the balance and the rank; an account is made by earning, at first sight of somebody who may have one."""
    account = await books.account(call.channel, call.user)
    if account is None:
        return Answer(replies.none_yet(call.rules.currency), outcome="no_account")
    if account.banned:
        return Answer(common.suspended(account.ban_reason), outcome="banned")
    tier = ranks.tier_of(account.lifetime_earned, ranks.tiers(call.rules.ranks))
    return Answer(replies.balance(account.balance, account.held, tier.name, call.rules.currency))


COMMAND = Command(
    name="balance",
    aliases=("bal",),
    help="What you have, and your rank.",
    arguments=Nothing,
    run=run,
)
