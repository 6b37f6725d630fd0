"""`grant`: an administrator gives somebody new coins."""

from dataclasses import dataclass

from libs.common.config.economy import Currency
from libs.common.contracts.ledger import MINT, Open, Outcome, Posting, Transfer
from libs.common.names import fold
from services.commands.arguments import Coins, Rest, Username
from services.commands.orders import Order
from services.commands.registry import Answer, Call, Command, Note, Office
from services.commands.replies import admin as replies
from services.commands.replies import grant as words


@dataclass(frozen=True, slots=True)
class Grant:
    """Whom, how much, and why."""

    user: Username
    amount: Coins
    reason: Rest = ""


async def run(call: Call[Grant], office: Office) -> Answer | Order:
    """Have the coins minted, with an account where the viewer has none yet."""
    asked = call.arguments
    if asked.amount < 1:
        return Answer(replies.amount_too_small(), outcome="usage")
    if fold(asked.user) in call.rules.outsiders:
        return Answer(replies.takes_no_part(asked.user), outcome="outsider")
    known = await office.account(call.channel, asked.user)
    return Order("post", posting(call), words.opened() if known is None else "")


def posting(call: Call[Grant]) -> Posting:
    """Give the posting. An account that exists keeps its spelling, whatever the administrator typed: that is the ledger's care."""
    name = call.arguments.user
    transfer = Transfer(
        source=MINT,
        target=name,
        amount=call.arguments.amount,
        type="admin_grant",
        trigger="admin.grant",
        reason=call.arguments.reason or None,
        related=call.user,
    )
    return Posting(key=f"pm:{call.id}", at=call.at, lines=[Open(account=name), transfer], actor=call.user, cause=call.id)


def tell(by: str, order: Posting, outcome: Outcome, currency: Currency) -> Answer:
    """Tell both, or the one, if it is the same person."""
    transfer = next(line for line in order.lines if isinstance(line, Transfer))
    entry = next(entry for entry in outcome.entries if fold(entry.account) == fold(transfer.target))
    text = words.granted(entry.account, transfer.amount, entry.balance, currency)
    if fold(entry.account) == fold(by):
        return Answer(text)
    return Answer(text, (Note(entry.account, words.received(by, transfer.amount, transfer.reason, currency)),))


COMMAND = Command(
    name="grant",
    help="Give somebody new coins. Opens an account where there is none.",
    arguments=Grant,
    run=run,
    tell=tell,
    section="Administrators",
    rank="admin",
    timely=True,
)
