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
}


def unknown_command() -> str:
    """Answer a word that is no command."""
    return "I don't know that command. Try: balance"


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
    return f"Your account is suspended{': ' + reason if reason else '.'}"


def invalid_name() -> str:
    """Refuse a word that can't be a viewer's name."""
    return "That is not a name a viewer could have."


def too_old() -> str:
    """Tell that a command came too late to move money."""
    return "I only got your message now, so I did nothing: no coins were moved. Please send it again."


def refused(refusal: Refusal | None) -> str:
    """Tell why the ledger refused."""
    return f"Nothing happened: {REFUSALS.get(refusal, 'it is not possible.') if refusal else 'it is not possible.'}"


def not_done() -> str:
    """Tell that the books could not be reached in time, and that nothing will happen any more."""
    return "I could not reach the books in time, so nothing happened. Please try again later."


def unreachable() -> str:
    """Answer a question when the books could not be reached in time."""
    return "I can't reach the books right now. Please try again later."


def failed() -> str:
    """Tell of a mistake of our own."""
    return "Something went wrong on my side. The mistake is noted."
