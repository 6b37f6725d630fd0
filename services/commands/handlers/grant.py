"""`grant`: an administrator gives somebody new coins."""

from dataclasses import dataclass

from libs.common.contracts.ledger import MINT, Open, Posting, Transfer
from libs.common.names import fold, is_valid
from services.commands.arguments import Coins, Rest, Username
from services.commands.registry import Answer, Books, Call, Command, Note
from services.commands.replies import common
from services.commands.replies import grant as replies


@dataclass(frozen=True, slots=True)
class Grant:
    """Whom, how much, and why."""

    user: Username
    amount: Coins
    reason: Rest = ""


async def run(call: Call[Grant], books: Books) -> Answer:
    """Mint the coins, with an account where the viewer has none yet; tell both."""
    refusal = refused(call)
    if refusal is not None:
        return Answer(refusal, outcome="usage")
    currency, asked = call.rules.currency, call.arguments
    outcome = await books.post(call.channel, posting(call))
    if not outcome.ok:
        return Answer(common.refused(outcome.refusal), outcome=outcome.refusal or "refused")
    entry = next(entry for entry in outcome.entries if fold(entry.account) == fold(asked.user))
    text = replies.granted(entry.account, asked.amount, entry.balance, currency)
    if fold(entry.account) == fold(call.user):
        return Answer(text)
    return Answer(text, (Note(entry.account, replies.received(call.user, asked.amount, asked.reason, currency)),))


def refused(call: Call[Grant]) -> str | None:
    """Say why this can't be granted, if so."""
    name, rules = call.arguments.user, call.rules
    if call.arguments.amount < 1:
        return replies.amount_too_small()
    if not is_valid(name):
        return common.invalid_name()
    if fold(name) in rules.outsiders:
        return replies.takes_no_part(name)
    return None


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


COMMAND = Command(
    name="grant",
    help="Give somebody new coins.",
    arguments=Grant,
    run=run,
    rank="admin",
    moves_money=True,
)
