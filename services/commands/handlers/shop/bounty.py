"""`bounty`, `bounties`, `claim_bounty`: coins set out for something, and who has earned them."""

from dataclasses import dataclass

from libs.common.config import Rules
from libs.common.config.economy import Currency
from libs.common.contracts.owners import Declined
from libs.common.contracts.shop.bounties import (
    BountiesAnswer,
    BountiesRequest,
    BountyAnswer,
    BountyRequest,
    CancelBountyRequest,
    ClaimBountyAnswer,
    ClaimBountyRequest,
)
from libs.common.names import fold
from services.commands.arguments import BadArgumentsError, Nothing, Rest, Username, Word, own_coins
from services.commands.orders import Errand, Order, errand
from services.commands.registry import Answer, Call, Command, Note, Office, is_admin
from services.commands.replies import common
from services.commands.replies.declined import declined
from services.commands.replies.shop import bounty as words

CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Bounty:
    """How much, and for what; or `cancel`, and which."""

    amount: Word
    text: Rest = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """Which, and who earned it."""

    number: Word
    winner: Username


async def set_out(call: Call[Bounty], _office: Office) -> Answer | Order:
    """Set one out, or cancel one."""
    asked = call.arguments
    if asked.amount.lower() == CANCEL:
        number = _number(asked.text)
        if number is None:
            return Answer(common.usage(words.which(), "bounty cancel number"), outcome="usage")
        return errand("shop", "cancel_bounty", call.asks(CancelBountyRequest, number=number, by_admin=is_admin(call.rank, call.rules)))
    try:
        amount = call.coins(own_coins(asked.amount))
    except BadArgumentsError as error:
        return Answer(common.usage(str(error), COMMAND.usage), outcome="usage")
    return errand("shop", "bounty", call.asks(BountyRequest, amount=amount, text=asked.text))


def told(by: str, _order: Errand, bounty: BountyAnswer, currency: Currency) -> Answer:
    """Tell who set it out or cancelled it; and its creator, where that is somebody else."""
    if bounty.state == "open":
        return Answer(words.set_out(bounty, currency))
    if fold(by) == fold(bounty.creator):
        return Answer(words.cancelled(bounty, currency))
    return Answer(words.cancelled_for(bounty, currency), (Note(bounty.creator, words.was_cancelled(bounty, by, currency)),))


async def listed(call: Call[Nothing], office: Office) -> Answer:
    """List those that are open."""
    answer = await office.owner("shop", call.channel, "bounties", call.asks(BountiesRequest), BountiesAnswer)
    if isinstance(answer, Declined):
        return Answer(declined(answer, call.rules.currency), outcome=answer.code)
    return Answer(words.listed(answer, call.rules.currency))


async def claim(call: Call[Claim], _office: Office) -> Answer | Order:
    """Give one to who has earned it."""
    number = _number(call.arguments.number)
    if number is None:
        return Answer(common.usage(words.which(), CLAIM.usage), outcome="usage")
    return errand("shop", "claim_bounty", call.asks(ClaimBountyRequest, number=number, winner=call.arguments.winner))


def told_claim(by: str, _order: Errand, bounty: ClaimBountyAnswer, currency: Currency) -> Answer:
    """Tell all three, each once."""
    notes = (Note(bounty.winner, words.won(bounty, currency)), Note(bounty.creator, words.was_won(bounty, currency)))
    return Answer(words.claimed(bounty, currency), tuple(note for note in notes if fold(note.to or "") != fold(by)))


def _number(word: str) -> int | None:
    """Read a bounty's number."""
    digits = word.strip().lstrip("#")
    return int(digits) if digits.isdecimal() and digits.isascii() and len(digits) <= _DIGITS_MAX and int(digits) else None


def _offered(rules: Rules) -> bool:
    return rules.bounties.enabled


_DIGITS_MAX = 15

COMMAND = Command(
    name="bounty",
    help="Offer coins for something, such as: bounty 500 a good pun. They are held until somebody has earned them. "
    "'bounty cancel 3' ends one of yours, which costs a part of it.",
    arguments=Bounty,
    written="bounty amount text",
    run=set_out,
    tell=told,
    answers=BountyAnswer,
    section="Shop",
    timely=True,
    offered=_offered,
)
LIST = Command(
    name="bounties",
    help="What coins are offered for right now.",
    arguments=Nothing,
    run=listed,
    section="Shop",
    offered=_offered,
)
CLAIM = Command(
    name="claim_bounty",
    help="Say who has earned a bounty: they get its coins.",
    arguments=Claim,
    run=claim,
    tell=told_claim,
    answers=ClaimBountyAnswer,
    section="Administrators",
    rank="admin",
    timely=True,
    offered=_offered,
)
