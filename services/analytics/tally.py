"""What transactions add to the figures."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Tally:
    """The sums of some transactions; viewers are folded names, days those of the economy's time zone."""

    postings: list[tuple[str, str, int]] = field(default_factory=list)
    """By channel and caller: how many."""
    refused: list[tuple[str, str, int]] = field(default_factory=list)
    """By channel and reason: how many."""
    rains: list[tuple[str, int]] = field(default_factory=list)
    """By channel: how many postings of rain."""
    opened: list[tuple[str, str]] = field(default_factory=list)
    """Channel and viewer of each account opened."""
    movements: list[tuple[str, str, str, int, int]] = field(default_factory=list)
    """By channel, type and family of triggers: how often coins moved, and how many."""
    lifetime: list[tuple[str, str, int]] = field(default_factory=list)
    """By channel and lifetime total (earned, spent, wagered, won), without what was taken back."""
    days: list[tuple[date, str, str, int]] = field(default_factory=list)
    """By day, channel and total: the same, less what was taken back."""
    active: list[tuple[date, str, str, bool]] = field(default_factory=list)
    """By day, channel and viewer: whether they did something themselves."""
    earned: list[tuple[str, str, int]] = field(default_factory=list)
    """By channel and viewer: what their lifetime earnings grow by."""
