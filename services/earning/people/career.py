"""What somebody has reached in their life in one channel."""

from dataclasses import dataclass


@dataclass(slots=True)
class Career:
    """A row of the store: lifetime totals, the streak, and the rank that was reached."""

    user: str
    """Folded."""
    banned: int = 0
    """1 for who is banned from the economy, as far as the ledger has told."""
    balance: int | None = 0
    """Coins, our own awards counted when they are made and all else when the ledger tells of it. None while unknown."""
    earned: int = 0
    """Coins that count towards rank."""
    spent: int = 0
    wagered: int = 0
    biggest_win: int = 0
    """Coins won in one round beyond the stake."""
    messages: int = 0
    """Lines counted."""
    minutes: int = 0
    """Minutes counted."""
    streak: int = 0
    """Days in a row up to `streak_date`."""
    longest_streak: int = 0
    streak_date: str | None = None
    """The last day that counted."""
    tipped: int = 0
    """How many others they gave something to."""
    tippers: int = 0
    """How many others gave them something."""
    emotes: int = 0
    """How many different emotes they used."""
    tier: int = 0
    """The place on the ladder, from 0, of the rank that is held: the highest ever reached, or what an administrator made of it."""
    tier_name: str | None = None
    """Its name; None until somebody looked."""
    tier_set: str | None = None
    """The name again, where an administrator gave it and it is more than was earned."""
    checked: str | None = None
    """The version of the configuration under which rank and achievements were looked at; None where something changed outside of events."""
