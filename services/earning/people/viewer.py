"""What is known of one viewer in one room."""

from dataclasses import dataclass, field

from services.earning.presence.standing import NEVER_SEEN, Standing


@dataclass(slots=True)
class Viewer:
    """A row of the store, as the rules see it. Times are microseconds since 1970."""

    user: str
    """Folded."""
    name: str
    """As last spelt."""
    standing: Standing = NEVER_SEEN
    rank: float | None = None
    afk: bool = False
    first_seen: int | None = None
    """When first known to be here."""
    last_spoke: int | None = None
    messages: int = 0
    opened: bool = False
    """Whether the account is opened, and the wallet with it."""
    seen_raw: int = 0
    """The raw sequence of the last sign of presence, for a roster that is older."""
    left_raw: int = 0
    told_raw: int = 0
    """The raw sequence of what last told rank or AFK."""


@dataclass(slots=True)
class Day:
    """What somebody has done on one day (`date` in the economy's time zone)."""

    user: str
    date: str
    present: int = 0
    """Minutes counted."""
    active: int = 0
    """Minutes counted as active."""
    messages_sent: int = 0
    long_messages: int = 0
    gifs_posted: int = 0
    unique_emotes_used: int = 0
    kudos_given: int = 0
    kudos_received: int = 0
    laughs_received: int = 0
    bot_interactions: int = 0
    earned: int = 0
    """Coins earned: awards of the types that are a day's work."""
    spent: int = 0
    wagered: int = 0
    won: int = 0
    """Payouts, stakes included."""
    claimed: set[str] = field(default_factory=set)
    """What can be had once a day, and was."""
    claiming: list[str] = field(default_factory=list)
    """Of these, what is not stored yet."""

    def claim(self, what: str) -> None:
        """Note that `what` was had."""
        self.claimed.add(what)
        self.claiming.append(what)
