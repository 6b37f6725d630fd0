"""What more than one command may answer."""

from typing import Final

from libs.common.contracts.ledger import Refusal

REFUSALS: Final[dict[str, str]] = {
    "insufficient_funds": "there is not enough in the account.",
    "unknown_account": "there is no such account.",
    "banned": "that account is suspended.",
    "frozen": "that account is frozen.",
    "limit_reached": "a limit has been reached.",
    "cancelled": "it took too long. Please try again.",
    "amount_out_of_range": "the amount is too large.",
    "already_reversed": "that was undone before.",
    "hold_settled": "coins that were held for it have moved on since.",
    "expired": "coins that were held for it have gone back since.",
}


def because(reason: str | None) -> str:
    """Give the end of a sentence: a reason, if there is one."""
    return f": {reason}" if reason else "."


def unknown_command() -> str:
    """Answer a word that is no command."""
    return "I don't know that command. Send me 'help' for a list."


def usage(problem: str, line: str) -> str:
    """Answer a command whose words do not fit."""
    return f"{problem} Use: {line}"


def needs_admin() -> str:
    """Refuse a viewer what administrators may."""
    return "That command is for administrators."


def rank_unknown() -> str:
    """Answer somebody whose rank nobody has told us yet."""
    return "I don't know your rank yet. Please try again in a moment."


def slow_down(per_minute: int) -> str:
    """Warn somebody who asks too often."""
    return f"Slow down, please: I answer {per_minute} messages a minute."


def suspended(reason: str | None) -> str:
    """Answer somebody who is banned from the economy."""
    return f"Your account is suspended{because(reason)}"


def too_old() -> str:
    """Tell that a command came too late to have an effect."""
    return "I only got your message now, so I did nothing: no coins were moved. Please send it again, if you still want it."


def refused(refusal: Refusal | None) -> str:
    """Tell why the ledger refused."""
    return f"Nothing happened: {REFUSALS.get(refusal, 'it is not possible.') if refusal else 'it is not possible.'}"


def still_working() -> str:
    """Tell that an answer takes longer than it should."""
    return "I'm still working on it. This takes longer than usual; the answer will come by itself."


def unreachable() -> str:
    """Answer when whoever knows could not be reached in time."""
    return "I can't find that out right now. Please try again later."


def done() -> str:
    """Tell that an order was carried out that this program has no words for."""
    return "Done."


def failed() -> str:
    """Tell of a mistake of our own."""
    return "Something went wrong on my side. The mistake is noted."
