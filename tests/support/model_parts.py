"""What the model of the tests is made of: raw messages, what should come of them, the configured figures, viewers and channels."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

MINUTE = 60_000_000
"""Times are whole microseconds since 1970 in here."""
NAME = re.compile(r"[A-Za-z0-9_-]{1,20}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Raw:
    """One message of `ECONOMY_RAW`."""

    sequence: int
    subject: str
    body: bytes
    stored: datetime


@dataclass(frozen=True, slots=True)
class Room:
    """A configured channel: its token in subjects and its domain."""

    token: str
    domain: str


@dataclass(frozen=True, slots=True)
class Payment:
    """Money a viewer is due, and why."""

    channel: str
    user: str
    """Folded."""
    why: str
    """`presence`, `dwell.1h`, `wallet`, `grant`."""
    amount: int
    at: datetime
    """For `presence` the end of the minute."""


@dataclass(frozen=True, slots=True)
class Question:
    """A PM that somebody is owed an answer to."""

    sequence: int
    channel: str
    user: str
    text: str
    at: datetime


@dataclass(slots=True)
class Expected:
    """What should have come of the raw events."""

    payments: list[Payment] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    arrivals: list[tuple[str, str, datetime]] = field(default_factory=list)

    def balances(self) -> dict[tuple[str, str], int]:
        """Give coins by (channel, folded name)."""
        balances: dict[tuple[str, str], int] = defaultdict(int)
        for payment in self.payments:
            balances[payment.channel, payment.user] += payment.amount
        return dict(balances)

    def minutes(self, channel: str, user: str) -> list[datetime]:
        """Give the starts of the minutes a viewer is paid for."""
        ends = (p.at for p in self.payments if (p.channel, p.user, p.why) == (channel, user, "presence"))
        return sorted(datetime.fromtimestamp(end.timestamp() - 60, UTC) for end in ends)


class Rules:
    """The configured figures the model needs, with the defaults as they are documented."""

    def __init__(self, settings: dict[str, Any]) -> None:
        def section(*path: str) -> dict[str, Any]:
            found: Any = settings
            for name in path:
                found = found.get(name) or {}
            return dict(found)

        presence, night = section("presence"), section("presence", "night_watch")
        onboarding = section("onboarding")
        self.base = Decimal(str(presence.get("base_rate_per_minute", 1)))
        self.bonus = Decimal(str(presence.get("active_bonus_per_minute", 0)))
        self.active_for = MINUTE * int(presence.get("afk_threshold_minutes", 5))
        self.debounce = MINUTE * int(presence.get("join_debounce_minutes", 5))
        milestones = presence.get("hourly_milestones")
        if milestones is None:
            milestones = {1: 10, 3: 30, 6: 75, 12: 200, 24: 1000}
        self.milestones = {int(hours): int(amount) for hours, amount in milestones.items()}
        self.milestone_grace = int(presence.get("milestone_grace_minutes", 5))
        self.night_hours = set(night.get("hours", range(2, 8))) if night.get("enabled", False) else set()
        self.night_factor = Decimal(str(night.get("multiplier", "1.5")))
        self.zone = ZoneInfo(section("economy").get("timezone", "UTC"))
        self.wallet = int(onboarding.get("welcome_wallet", 100))
        self.new_for = MINUTE * int(onboarding.get("min_account_age_minutes", 0))
        self.new_until_messages = int(onboarding.get("min_messages_to_earn", 0))
        self.min_rank = float(section("eligibility").get("min_cytube_rank", 1))
        self.owner_level = float(section("admin").get("owner_level", 4))
        self.bot = str(section("bot").get("username", "ZCoinBot")).casefold()
        self.nobodies = {str(name).casefold() for name in settings.get("ignored_users") or []} | {self.bot}


@dataclass(slots=True)
class Viewer:
    name: str
    state: Literal["absent", "present", "suspended", "grace"] = "absent"
    since: int = 0
    """Present, suspended, or gone since."""
    open_from: int = 0
    """Suspended or gone: what ended before is decided, whatever comes."""
    last_leave: int = 0
    rank: float | None = None
    here: bool = False
    """In the room by joins, leaves and lists alone: whose rank in a PM can be told."""
    doubted: bool = False
    """Not ranked or seen since a gap: a rank in a PM can't be told."""
    afk: bool = False
    shadow: bool = False
    spoke: int | None = None
    first_seen: int | None = None
    messages: int = 0
    has_wallet: bool = False
    carry: Decimal = Decimal(0)
    paid: set[int] = field(default_factory=set)
    minutes: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    claimed: set[tuple[date, int]] = field(default_factory=set)
    came_at: int = 0
    """Raw sequence of the last sign of presence."""
    went_at: int = 0
    told_at: int = 0
    """Raw sequence of what last told rank or AFK."""


class Channel:
    def __init__(self, room: Room) -> None:
        self.room = room
        self.clock = 0
        self.proof: int | None = None
        self.viewers: dict[str, Viewer] = {}
        self.ids: set[str] = set()
        self.lines: dict[tuple[str, Any, str], int] = {}
        self.listed_at = 0
        """Raw sequence of the last user list."""
        self.heard = False
        self.broken_at = 0
        """When CyTube may last have begun to repeat old lines: the room's first word, an edge of a robot session, a gap."""

    def hear(self, at: int) -> None:
        if not self.heard:
            self.heard, self.broken_at = True, at

    def viewer(self, name: str) -> Viewer:
        return self.viewers.setdefault(name.casefold(), Viewer(name.casefold()))


def microseconds(moment: Any) -> int:
    """Give a time (a datetime, or ISO text) in microseconds since 1970; 0 where it is none."""
    if isinstance(moment, str):
        try:
            moment = datetime.fromisoformat(moment)
        except ValueError:
            return 0
    if not isinstance(moment, datetime):
        return 0
    since = moment.replace(tzinfo=moment.tzinfo or UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def time_of(microseconds: int) -> datetime:
    return datetime.fromtimestamp(microseconds // 1_000_000, UTC).replace(microsecond=microseconds % 1_000_000)
