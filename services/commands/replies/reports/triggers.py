"""What `econ:triggers` answers."""

from collections.abc import Sequence
from typing import Final

from libs.common.config.economy import Currency
from services.commands.replies.coins import coins
from services.commands.reports import Trigger

SHOWN: Final = 15


def triggers(rows: Sequence[Trigger], dead: Sequence[str], currency: Currency) -> str:
    """Tell of each trigger how often it paid, whom, how much, and how often a limit was reached; and of which enabled ones nothing came."""
    lines = ["Paid today:" if any(row.hits for row in rows) else "Nobody was paid for anything today."]
    lines += [_line(row, currency) for row in rows[:SHOWN]]
    if len(rows) > SHOWN:
        lines.append(f"... and {len(rows) - SHOWN} more.")
    if dead:
        lines.append(f"Not one hit: {', '.join(dead)}.")
    return "\n".join(lines)


def _line(row: Trigger, currency: Currency) -> str:
    figures = [coins(row.coins, currency), f"hits: {row.hits:,}", f"viewers: {row.viewers:,}"]
    figures += [f"{what}: {count:,}" for what, count in (("fractions carried", row.carried), ("over a limit", row.capped)) if count]
    return f"{row.trigger}: {', '.join(figures)}"
