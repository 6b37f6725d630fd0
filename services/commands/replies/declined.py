"""What an owner declines, in words: one line for each code of its closed set."""

from collections.abc import Mapping
from typing import Final

from libs.common.config import fill
from libs.common.config.economy import Currency
from libs.common.contracts.owners import Declined
from services.commands.replies import common

WORDS: Final[Mapping[str, str]] = {
    "off": "That is switched off here.",
    "no_account": "You have no account yet. Stay a while, and you will have one.",
    "too_new": "You are new here: that is open to you in {minutes} min.",
    "cooldown": "Not so fast: again in {seconds} s.",
    "daily_limit": "That was it for today: {limit} a day.",
    "wager_low": "At least {minimum} {currency}, please.",
    "wager_high": "At most {maximum} {currency}, please.",
    "insufficient_funds": "You have not enough for that.",
    **{code: f"Nothing happened: {words}" for code, words in common.REFUSALS.items() if code != "insufficient_funds"},
}
"""By code; `{...}` stand for the values told with it."""


def declined(answer: Declined, currency: Currency) -> str:
    """Tell why something was not done."""
    template = WORDS.get(answer.code, "That is not possible.")
    values = {name: f"{value:,}" if isinstance(value, int) else str(value) for name, value in answer.values.items() if value is not None}
    return fill(template, **{"currency": currency.plural, "symbol": currency.symbol, **values})
