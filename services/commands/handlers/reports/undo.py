"""`undo`: an administrator takes a posting back, once; asked without `confirm`, it tells what would come of it."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from libs.common.config.economy import Currency
from libs.common.contracts.ledger import Entry, Outcome, Posting, Refusal, Reverse, Transaction
from libs.common.contracts.ledger_requests import AccountsAnswer, AccountsRequest, PostingAnswer, PostingRequest
from libs.common.names import fold
from services.commands.arguments import Word
from services.commands.orders import Order
from services.commands.registry import Answer, Call, Command, Note, Office
from services.commands.replies import common
from services.commands.replies.reports import undo as words
from services.commands.replies.reports.undo import Effect

CONFIRM: Final = "confirm"
TOLD_MAX: Final = 10
"""Where more viewers than that are concerned, only who asked is told."""
_NUMBER_MAX: Final = 2**62


@dataclass(frozen=True, slots=True)
class Undo:
    """Which posting, and whether that is meant."""

    number: Word
    confirm: Word = ""


async def run(call: Call[Undo], office: Office) -> Answer | Order:
    """Tell what would come of it; or, confirmed, have it reversed, which the ledger does once."""
    number = _number(call.arguments.number)
    confirmed = call.arguments.confirm.lower() == CONFIRM
    if number is None or (call.arguments.confirm and not confirmed):
        return Answer(common.usage(words.which(), "undo number [confirm]"), outcome="usage")
    found = await office.ledger(call.channel, "posting", PostingRequest(number=number, undoing=True), PostingAnswer)
    transaction, undoing = found.transaction, found.undoing
    if transaction is None or undoing is None:
        return Answer(words.unknown(number), outcome="unknown_posting")
    refused = await _refused(number, transaction, found.reversed_by, call, office)
    if refused is not None:
        return refused
    if not undoing.ok:
        return await _impossible(number, transaction, undoing.refusal, call, office)
    if not confirmed:
        effects, zone = _moved(undoing.entries), call.rules.economy.zone
        return Answer(words.preview(number, transaction, effects, zone, call.rules.currency), outcome="preview")
    line = Reverse(key=transaction.key, type="reversal", trigger="admin.undo", related=call.user, metadata={"undoes": number})
    return Order("post", Posting(key=f"pm:{call.id}", at=call.at, lines=[line], actor=call.user, cause=call.id))


def tell(by: str, order: Posting, outcome: Outcome, currency: Currency) -> Answer:
    """Tell who asked, and those whose coins moved."""
    line = next(line for line in order.lines if isinstance(line, Reverse))
    number = int((line.metadata or {}).get("undoes", 0))
    effects = _moved(outcome.entries)
    text = words.undone(number, effects, currency)
    others = [effect for effect in effects if fold(effect.name) != fold(by)]
    if len(others) > TOLD_MAX:
        return Answer(text)
    return Answer(text, tuple(Note(effect.name, words.undone_for(by, effect, currency)) for effect in others))


async def _refused(number: int, transaction: Transaction, reversed_by: str | None, call: Call[Undo], office: Office) -> Answer | None:
    """Say why a posting can't be undone, by what it is."""
    if transaction.kind != "posting" or not transaction.entries:
        return Answer(words.moved_nothing(number), outcome="not_allowed")
    if transaction.reverses is not None:
        return Answer(words.is_a_correction(number), outcome="not_allowed")
    if reversed_by is not None:
        undoing = await office.ledger(call.channel, "posting", PostingRequest(key=reversed_by), PostingAnswer)
        return Answer(words.undone_before(number, undoing.transaction, call.rules.economy.zone), outcome="already_reversed")
    return None


async def _impossible(number: int, transaction: Transaction, refusal: Refusal | None, call: Call[Undo], office: Office) -> Answer:
    """Say why the ledger would refuse it."""
    if refusal == "insufficient_funds":
        lacking = next((effect for effect in await _owing(transaction, call, office) if effect.balance < 0), None)
        if lacking is not None:
            return Answer(words.spent_already(lacking, call.rules.currency), outcome=refusal)
    text = words.gave_back(number) if refusal == "not_allowed" else common.refused(refusal)
    return Answer(text, outcome=refusal or "refused")


async def _owing(transaction: Transaction, call: Call[Undo], office: Office) -> list[Effect]:
    """Work out what each viewer who got coins would have without them."""
    changes: Counter[str] = Counter()
    for entry in transaction.entries:
        if not entry.account.startswith("@"):
            changes[entry.account] -= entry.amount
    names = list(changes)[:500]
    asked = AccountsRequest(accounts=names, limit=max(len(names), 1))
    accounts = (await office.ledger(call.channel, "accounts", asked, AccountsAnswer)).accounts
    have = {fold(account.account): account.balance for account in accounts}
    return [Effect(name, changes[name], have.get(fold(name), 0) + changes[name]) for name in names]


def _moved(entries: list[Entry]) -> list[Effect]:
    """Sum up what a posting moved for each viewer."""
    moved: dict[str, Effect] = {}
    for entry in entries:
        if not entry.account.startswith("@"):
            before = moved.get(entry.account)
            moved[entry.account] = Effect(entry.account, entry.amount + (before.change if before else 0), entry.balance)
    return list(moved.values())


def _number(word: str) -> int | None:
    try:
        number = int(word.lstrip("#"))
    except ValueError:
        return None
    return number if 0 < number < _NUMBER_MAX else None


COMMAND = Command(
    name="undo",
    help="Take a posting back, by its number (econ:user, audit-log and history show them): first what would come of it, then with confirm.",
    arguments=Undo,
    run=run,
    tell=tell,
    section="Administrators",
    rank="admin",
    timely=True,
)
