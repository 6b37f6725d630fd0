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


def entries(rows: Sequence[HistoryRow], zone: ZoneInfo, currency: Currency) -> str:
    """Tell each entry in a line: when, how much, why."""
    return "\n".join([f"Newest first, times in {zone.key}:", *(_entry(row, zone, currency) for row in rows)])


def _entry(row: HistoryRow, zone: ZoneInfo, currency: Currency) -> str:
    why = row.reason or row.trigger or row.type
    if len(why) > _WHY_CHARACTERS:
        why = f"{why[: _WHY_CHARACTERS - 1]}…"
    return f"{row.at.astimezone(zone):%d %b %H:%M}  {'+' if row.amount > 0 else ''}{coins(row.amount, currency)}  {why}"
