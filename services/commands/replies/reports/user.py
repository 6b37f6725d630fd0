"""What `econ:user` answers."""

from datetime import datetime
from zoneinfo import ZoneInfo

from libs.common.config.economy import Currency
from libs.common.contracts.earning import WhyAnswer
from libs.common.contracts.ledger import AccountState
from services.commands import reports
from services.commands.replies.coins import coins
from services.commands.replies.common import because
from services.commands.replies.reports.why import OBSTACLES


def account(found: AccountState, rank: str, zone: ZoneInfo, currency: Currency) -> str:
    """Tell how an account stands."""
    lines = [
        f"{found.account}: {coins(found.balance, currency)} at hand, {found.held:,} held. Rank: {rank}.",
        _ever(found.lifetime_earned, found.lifetime_spent, found.lifetime_wagered, found.lifetime_won),
        f"Has an account since {found.opened_at.astimezone(zone):%d %b %Y}.",
    ]
    if found.banned:
        lines.append(f"Suspended{because(found.ban_reason)}")
    if found.frozen:
        lines.append("Frozen: nothing moves in or out.")
    return "\n".join(lines)


def seen(found: WhyAnswer, zone: ZoneInfo) -> str:
    """Tell whether the viewer's minutes are paid."""
    if found.obstacle is None:
        since = "" if found.since is None else f" since {found.since.astimezone(zone):%d %b %H:%M}"
        return f"Here{since}, and paid every minute."
    gone = f" since {_moment(found.since, zone)}" if found.obstacle == "away" and found.since is not None else ""
    return f"Earns no minutes now: {OBSTACLES[found.obstacle]}{gone}."


def then(found: "reports.User", at: datetime, zone: ZoneInfo, currency: Currency) -> str:
    """Tell how an account stood."""
    lines = [
        f"{found.account} at {_moment(at, zone)}: {coins(found.balance, currency)} at hand, {found.held:,} held.",
        _ever(found.earned, found.spent, found.wagered, found.won),
    ]
    if found.first is not None:
        lines.append(f"Entries until then: {found.entries:,}, the first on {found.first.astimezone(zone):%d %b %Y}.")
    return "\n".join(lines)


def nobody_then(name: str, at: datetime, zone: ZoneInfo) -> str:
    """Tell that there was no such account."""
    return f"{name} had no account at {_moment(at, zone)}."


def not_yet() -> str:
    """Tell that the moment is yet to come."""
    return "That time is yet to come."


def _ever(earned: int, spent: int, wagered: int, won: int) -> str:
    return f"Ever earned {earned:,}, spent {spent:,}; staked {wagered:,}, won {won:,} (net {won - wagered:+,})."


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%d %b %Y %H:%M} {zone.key}"
