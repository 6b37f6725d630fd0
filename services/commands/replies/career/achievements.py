"""What `achievements` answers."""

from zoneinfo import ZoneInfo

from libs.common.config.economy import Currency
from libs.common.contracts.earning.careers import Ahead, BadgesAnswer, Earned
from services.commands.replies.career.rank import bar
from services.commands.replies.coins import coins


def badges(found: BadgesAnswer, zone: ZoneInfo, currency: Currency) -> str:
    """Tell what somebody has, what is ahead, and how much more there is to find out."""
    lines = [f"Your badges ({len(found.earned)}):" if found.earned else "You have no badge yet."]
    lines += [_earned(badge, zone, currency) for badge in found.earned]
    if found.ahead:
        lines += ["Ahead:", *(_ahead(badge, currency) for badge in found.ahead)]
    if found.hidden:
        others = "is one more" if found.hidden == 1 else f"are {found.hidden} more"
        lines.append(f"There {others} to find out about.")
    return "\n".join(lines)


def _earned(badge: Earned, zone: ZoneInfo, currency: Currency) -> str:
    brought = f" (+{coins(badge.coins, currency)})" if badge.coins else ""
    return f"{badge.at.astimezone(zone):%d %b %Y}  {badge.words}{brought}"


def _ahead(badge: Ahead, currency: Currency) -> str:
    part = badge.now / badge.needed if badge.needed else 1.0
    brings = f", for {coins(badge.coins, currency)}" if badge.coins else ""
    return f"{badge.words}: {badge.now:,} of {badge.needed:,g} {bar(part)}{brings}"
