"""What `econ:triggers` answers."""

from collections.abc import Sequence
from typing import Final

from libs.common.config.economy import Currency
from services.commands.replies.coins import coins
from services.commands.reports import Trigger

SHOWN: Final = 15


def triggers(rows: Sequence[Trigger], dead: Sequence[str], currency: Currency) -> str:
    """Tell of each trigger how often it paid, whom, and how much; and which enabled ones never did."""
    lines = ["Paid today:" if rows else "Nobody was paid for anything today."]
    lines += [f"{row.trigger}: {coins(row.coins, currency)}, hits: {row.hits:,}, viewers: {row.viewers:,}" for row in rows[:SHOWN]]
    if len(rows) > SHOWN:
        lines.append(f"... and {len(rows) - SHOWN} more.")
    if dead:
        lines.append(f"Not one hit: {', '.join(dead)}.")
    return "\n".join(lines)
