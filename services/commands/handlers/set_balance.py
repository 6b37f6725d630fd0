"""`set_balance`: an administrator says what somebody has."""

from dataclasses import dataclass

from libs.common.config.economy import Currency
from libs.common.contracts.ledger import Outcome, Posting, Set
from libs.common.names import fold
from services.commands.arguments import Coins, Username
from services.commands.orders import Order
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies import admin as replies
from services.commands.replies import set_balance as words


@dataclass(frozen=True, slots=True)
class SetBalance:
    """Whose, and to what."""

    user: Username
    amount: Coins


async def run(call: Call[SetBalance], office: Office) -> Answer | Order:
    """Have the difference minted or burnt: the ledger works it out, so that nothing that happens meanwhile is lost."""
    asked = call.arguments
    if asked.amount < 0:
        return Answer(words.negative(), outcome="usage")
    known = await office.account(call.channel, asked.user)
    if known is None:
        return Answer(replies.no_account(asked.user), outcome="unknown_account")
    line = Set(account=known.account, balance=asked.amount, type="admin_set_balance", trigger="admin.set_balance", related=call.user)
    return Order("post", Posting(key=f"pm:{call.id}", at=call.at, lines=[line], actor=call.user, cause=call.id))


def tell(_by: str, order: Posting, outcome: Outcome, currency: Currency) -> Answer:
    """Tell what it was and what it is."""
    line = next(line for line in order.lines if isinstance(line, Set))
    moved = sum(entry.amount for entry in outcome.entries if fold(entry.account) == fold(line.account))
    return Answer(words.was_set(line.account, line.balance - moved, line.balance, currency))


COMMAND = Command(
    name="set_balance",
    help="Say what somebody has.",
    arguments=SetBalance,
    run=run,
    tell=tell,
    section="Administrators",
    rank="admin",
    timely=True,
)
