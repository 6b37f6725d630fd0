"""What `undo` answers, and what those are told whose coins it moves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from libs.common.config.economy import Currency
from libs.common.contracts.ledger import Transaction
from services.commands.replies.coins import coins

SHOWN: Final = 8
_COINS_ONLY: Final = {"games": "what was played stays played", "shop": "what was bought stays as it is"}


@dataclass(frozen=True, slots=True)
class Effect:
    """What an undoing means to one viewer."""

    name: str
    change: int
    balance: int
    """After it."""


def which() -> str:
    """Ask for a number."""
    return "Which posting? Its number stands in econ:user and audit-log."


def unknown(number: int) -> str:
    """Tell that there is none."""
    return f"There is no posting #{number} in this channel."


def moved_nothing(number: int) -> str:
    """Tell that it is not about coins."""
    return f"#{number} moved no coins, so there is nothing to undo. (A suspension ends with unban.)"


def is_a_correction(number: int) -> str:
    """Tell that it is an undoing itself."""
    return f"#{number} undid another posting; that can't be undone. Use grant or deduct."


def gave_back(number: int) -> str:
    """Tell that what went back to whose it was can't be held again."""
    return f"#{number} gave held coins back; that can't be undone. Use grant or deduct."


def undone_before(number: int, undoing: Transaction | None, zone: ZoneInfo) -> str:
    """Tell by whom, and when."""
    if undoing is None:
        return f"#{number} was undone before."
    return f"#{number} was undone before: #{undoing.number} by {undoing.actor or undoing.caller}, {_moment(undoing.at, zone)}."


def spent_already(effect: Effect, currency: Currency) -> str:
    """Tell that somebody has not got left what would be taken."""
    has = effect.balance - effect.change
    return f"Nothing undone: {effect.name} would have to give {coins(-effect.change, currency)} back, and has only {coins(has, currency)}."


def preview(number: int, transaction: Transaction, effects: Sequence[Effect], zone: ZoneInfo, currency: Currency) -> str:
    """Tell what would come of it."""
    entry = transaction.entries[0]
    by = "" if transaction.actor is None else f" by {transaction.actor}"
    lines = [f"#{number}, {_moment(transaction.at, zone)}{by}: {entry.reason or entry.trigger or entry.type}. Undone, it would be:"]
    lines += _effects(effects, currency)
    if transaction.caller in _COINS_ONLY:
        lines.append(f"Only coins go back: {_COINS_ONLY[transaction.caller]}.")
    return "\n".join([*lines, f"Do it with: undo {number} confirm"])


def undone(number: int, effects: Sequence[Effect], currency: Currency) -> str:
    """Tell what came of it."""
    return "\n".join([f"Undone: #{number}.", *_effects(effects, currency)])


def undone_for(by: str, effect: Effect, currency: Currency) -> str:
    """Tell somebody concerned."""
    return f"{by} corrected an entry of yours: {effect.change:+,} {currency.symbol}. You have {coins(effect.balance, currency)} now."


def _effects(effects: Sequence[Effect], currency: Currency) -> list[str]:
    lines = [f"{each.name} {each.change:+,} {currency.symbol}, then {coins(each.balance, currency)}" for each in effects[:SHOWN]]
    return [*lines, f"... and {len(effects) - SHOWN} more"] if len(effects) > SHOWN else lines


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%d %b %Y %H:%M}"
