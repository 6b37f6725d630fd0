"""What `history` answers."""

from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

from libs.common.config.economy import Currency
from libs.common.contracts.ledger_requests import HistoryRow
from services.commands.replies.coins import coins

_WHY_CHARACTERS: Final = 60


def nothing_yet() -> str:
    """Tell somebody nothing ever happened to."""
    return "Your history is empty so far: it begins with your first coins."


def entries(rows: Sequence[HistoryRow], zone: ZoneInfo, currency: Currency, *, numbers: bool = False) -> str:
    """Tell each entry in a line, with its number if that is of use to who asks."""
    told = numbered if numbers else entry
    return "\n".join([f"Newest first, times in {zone.key}:", *(told(row, zone, currency) for row in rows)])


def none_then() -> str:
    """Tell that nothing happened in the time that was asked after."""
    return "Nothing happened in that time."


def entry(row: HistoryRow, zone: ZoneInfo, currency: Currency) -> str:
    """Tell an entry: when, how much, why."""
    why = row.reason or row.trigger or row.type
    if len(why) > _WHY_CHARACTERS:
        why = f"{why[: _WHY_CHARACTERS - 1]}…"
    return f"{row.at.astimezone(zone):%d %b %H:%M}  {'+' if row.amount > 0 else ''}{coins(row.amount, currency)}  {why}"


def numbered(row: HistoryRow, zone: ZoneInfo, currency: Currency) -> str:
    """Tell an entry with its posting's number, by which it can be undone."""
    return f"#{row.number}  {entry(row, zone, currency)}"
