"""`deduct`: an administrator takes coins from somebody, never more than are there."""

from dataclasses import dataclass

from libs.common.config.economy import Currency
from libs.common.contracts.ledger import BURN, Outcome, Posting, Transfer
from libs.common.names import fold
from services.commands.arguments import Coins, Rest, Username
from services.commands.orders import Order
from services.commands.registry import Answer, Call, Command, Note, Office
from services.commands.replies import admin as replies
from services.commands.replies import deduct as words


@dataclass(frozen=True, slots=True)
class Deduct:
    """From whom, how much, and why."""

    user: Username
    amount: Coins
    reason: Rest = ""


async def run(call: Call[Deduct], office: Office) -> Answer | Order:
    """Have the coins burnt; whether there are enough is for the ledger to say."""
    asked = call.arguments
    if asked.amount < 1:
        return Answer(replies.amount_too_small(), outcome="usage")
    known = await office.account(call.channel, asked.user)
    if known is None:
        return Answer(replies.no_account(asked.user), outcome="unknown_account")
    if known.balance < asked.amount:
        return Answer(words.too_little(known.account, known.balance, call.rules.currency), outcome="insufficient_funds")
    transfer = Transfer(
        source=known.account,
        target=BURN,
        amount=asked.amount,
        type="admin_deduct",
        trigger="admin.deduct",
        reason=asked.reason or None,
        related=call.user,
    )
    return Order("post", Posting(key=f"pm:{call.id}", at=call.at, lines=[transfer], actor=call.user, cause=call.id))


def tell(by: str, order: Posting, outcome: Outcome, currency: Currency) -> Answer:
    """Tell both, or the one, if it is the same person."""
    transfer = next(line for line in order.lines if isinstance(line, Transfer))
    entry = next(entry for entry in outcome.entries if fold(entry.account) == fold(transfer.source))
    text = words.deducted(entry.account, transfer.amount, entry.balance, currency)
    if fold(entry.account) == fold(by):
        return Answer(text)
    return Answer(text, (Note(entry.account, words.taken(by, transfer.amount, transfer.reason, currency)),))


COMMAND = Command(
    name="deduct",
    help="Take coins from somebody, at most what they have.",
    arguments=Deduct,
    run=run,
    tell=tell,
    section="Administrators",
    rank="admin",
    timely=True,
)
