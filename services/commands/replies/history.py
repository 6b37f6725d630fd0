"""What `history` answers."""

from collections.abc import Mapping, Sequence
from typing import Final
from zoneinfo import ZoneInfo

from libs.common.config.economy import Currency
from libs.common.contracts.ledger_requests import HistoryRow
from services.commands.replies.coins import coins

_WHY_CHARACTERS: Final = 60
_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "earn.tip": ("Tip", " from {}"),
    "spend.tip": ("Tip", " to {}"),
    "gambling.spin": ("Spin", ""),
    "gambling.free_spin": ("Free spin", ""),
    "gambling.flip": ("Flip", ""),
    "gambling.challenge": ("Duel", " with {}"),
    "spend.vanity.custom_greeting": ("Greeting", ""),
    "spend.vanity.chat_color": ("Color", ""),
    "spend.vanity.rename_currency": ("Own name for the coin", ""),
    "spend.vanity.shoutout": ("Shoutout", ""),
    "spend.vanity.fortune": ("Fortune", ""),
    "refund.shoutout": ("Shoutout, given back", ""),
    "admin.undo": ("Undone", " by {}"),
    "maintenance.interest": ("Interest", ""),
}
"""What a trigger means to viewers, and how it goes on where somebody else is concerned."""
_REFUND: Final = ".refund"


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
    why = row.reason or _meant(row)
    if len(why) > _WHY_CHARACTERS:
        why = f"{why[: _WHY_CHARACTERS - 1]}…"
    return f"{row.at.astimezone(zone):%d %b %H:%M}  {'+' if row.amount > 0 else ''}{coins(row.amount, currency)}  {why}"


def _meant(row: HistoryRow) -> str:
    trigger = row.trigger or row.type
    words = _WORDS.get(trigger.removesuffix(_REFUND))
    if words is None:
        return trigger
    thing, with_whom = words
    told = thing + with_whom.format(row.related) if row.related else thing
    return f"{told}, given back" if trigger.endswith(_REFUND) else told


def numbered(row: HistoryRow, zone: ZoneInfo, currency: Currency) -> str:
    """Tell an entry with its posting's number, by which it can be undone."""
    return f"#{row.number}  {entry(row, zone, currency)}"
