"""What `bounty`, `bounties` and `claim_bounty` answer, and what those concerned are told."""

from datetime import timedelta
from typing import Final

from libs.common.config.economy import Currency
from libs.common.contracts.shop.bounties import BountiesAnswer, BountyAnswer, ClaimBountyAnswer, OpenBounty
from services.commands.replies.coins import coins

_TEXT_CHARACTERS: Final = 60
_HOURS_OF_TWO_DAYS: Final = 48


def set_out(bounty: BountyAnswer, currency: Currency) -> str:
    """Tell its creator."""
    lasts = span(timedelta(hours=bounty.hours))
    back = f"If nobody earns it by then, {coins(bounty.refund, currency)} come back to you."
    have = "" if bounty.balance is None else f" You have {coins(bounty.balance, currency)} left."
    return f"Bounty {bounty.number} is out: {coins(bounty.amount, currency)} for {bounty.text}. It is open for {lasts}. {back}{have}"


def cancelled(bounty: BountyAnswer, currency: Currency) -> str:
    """Tell its creator."""
    lost = bounty.amount - bounty.refund
    gone = f" The other {coins(lost, currency)} are gone." if lost else ""
    return f"Bounty {bounty.number} is cancelled. {coins(bounty.refund, currency)} came back to you.{gone}"


def cancelled_for(bounty: BountyAnswer, currency: Currency) -> str:
    """Tell the administrator who cancelled somebody else's."""
    return f"Bounty {bounty.number} is cancelled. {bounty.creator} has {coins(bounty.refund, currency)} back."


def was_cancelled(bounty: BountyAnswer, by: str, currency: Currency) -> str:
    """Tell the creator that an administrator did."""
    return f"{by} cancelled your bounty {bounty.number} ({bounty.text}). {coins(bounty.refund, currency)} came back to you."


def claimed(bounty: ClaimBountyAnswer, currency: Currency) -> str:
    """Tell the administrator."""
    return f"{bounty.winner} gets the {coins(bounty.amount, currency)} of bounty {bounty.number}."


def won(bounty: ClaimBountyAnswer, currency: Currency) -> str:
    """Tell the winner."""
    return (
        f"You earned {bounty.creator}'s bounty {bounty.number} ({bounty.text}): {coins(bounty.amount, currency)}. "
        f"You have {coins(bounty.balance, currency)} now."
    )


def was_won(bounty: ClaimBountyAnswer, currency: Currency) -> str:
    """Tell the creator."""
    return f"{bounty.winner} earned your bounty {bounty.number} ({bounty.text}) and has the {coins(bounty.amount, currency)}."


def listed(answer: BountiesAnswer, currency: Currency) -> str:
    """Tell those that are open, newest first."""
    if not answer.bounties:
        return "There are no bounties right now. 'bounty 500 a good pun' sets one out."
    lines = [_line(bounty, answer, currency) for bounty in answer.bounties]
    more = answer.total - len(lines)
    return "\n".join(["Bounties, newest first:", *lines, *([f"and {more} older ones."] if more > 0 else [])])


def which() -> str:
    """Ask for a bounty's number."""
    return "A bounty's number, such as 3; 'bounties' lists them."


def span(time: timedelta) -> str:
    """Give a time in one or two words: `3 days`, `5 h`, `12 min`."""
    hours = max(time, timedelta(0)) // timedelta(hours=1)  # who asks may do so by a clock a moment behind
    if hours >= _HOURS_OF_TWO_DAYS:
        return f"{hours // 24} days"
    if hours:
        return f"{hours} h"
    return f"{max(time // timedelta(minutes=1), 1)} min"


def _line(bounty: OpenBounty, answer: BountiesAnswer, currency: Currency) -> str:
    text = bounty.text if len(bounty.text) <= _TEXT_CHARACTERS else f"{bounty.text[: _TEXT_CHARACTERS - 1]}…"
    age, left = span(answer.at - bounty.made_at), span(bounty.ends_at - answer.at)
    return f"{bounty.number}: {coins(bounty.amount, currency)} for {text} ({bounty.creator}, {age} ago, {left} left)"
