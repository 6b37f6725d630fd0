"""What `why` answers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from libs.common.config import Rules
from libs.common.contracts.earning import Obstacle, WhyAnswer
from libs.common.contracts.ledger_requests import HistoryRow
from services.commands.replies.history import entry
from services.commands.replies.paid_for import words

OBSTACLES: Final[dict[Obstacle, str]] = {
    "outsider": "takes no part in the economy",
    "no_name": "has a name no viewer can have",
    "banned": "suspended",
    "away": "not in the room",
    "robot_away": "the robot is out of the room",
    "rank_unknown": "rank not known yet",
    "guest": "rank too low",
    "too_new": "too new",
    "just_came": "came within this minute",
}
"""In a few words, for administrators."""


def why(seen: WhyAnswer, rows: Sequence[HistoryRow], rules: Rules) -> str:
    """Tell somebody how earning sees them, and their last entries."""
    zone = rules.economy.zone
    lines = [_standing(seen, rules, zone), _today(seen)]
    if seen.carried:
        parts = ", ".join(f"{amount:f} {rules.currency.symbol} for {words(trigger)}" for trigger, amount in seen.carried.items())
        lines.append(f"Carried over: {parts}.")
    if seen.claimed:
        lines.append(f"Had for today: {', '.join(map(words, seen.claimed))}.")
    if seen.capped:
        lines.append(f"Not paid again, the limit being reached: {', '.join(map(_capped, seen.capped.items()))}.")
    if rows:
        lines.append(f"Last (times in {zone.key}):")
    return "\n".join([*lines, *(entry(row, zone, rules.currency) for row in rows)])


def _standing(seen: WhyAnswer, rules: Rules, zone: ZoneInfo) -> str:
    match seen.obstacle:
        case None:
            until = "" if seen.paid_until is None else f", so far up to {_clock(seen.paid_until, zone)}"
            return f"You are here since {_clock(seen.since, zone)}, and every minute counts{until}. {_active(seen, rules)}"
        case "just_came":
            return "You came within this minute: the first one counts when it is over."
        case "away":
            return "I don't see you in the room, and minutes count only there."
        case "robot_away":
            return f"I have not been in the room since {_clock(seen.since, zone)}. Once I am back and see you, short gaps are made up for."
        case "rank_unknown":
            return "I don't know your rank yet. Minutes count as soon as I do."
        case "guest":
            return "Guests earn nothing here: log in to an account on the site."
        case "too_new":
            return f"You are new here: minutes are paid after {seen.minutes_left} more of them and {seen.messages_left} more chat lines."
        case "banned":
            return "Your account is suspended."
        case "outsider" | "no_name":
            return "You take no part in the economy here."


def _active(seen: WhyAnswer, rules: Rules) -> str:
    if seen.active:
        return "You chat, so you have the bonus for it."
    if not rules.presence.active_bonus_per_minute:
        return ""
    return "You are AFK: the bonus for being active waits." if seen.afk else "Say something in chat, and minutes bring more."


def _today(seen: WhyAnswer) -> str:
    return f"Today: {seen.present_minutes} min, {seen.active_minutes} of them active."


def _capped(found: tuple[str, int]) -> str:
    trigger, count = found
    return words(trigger) if count == 1 else f"{words(trigger)} ({count:,} times)"


def _clock(at: datetime | None, zone: ZoneInfo) -> str:
    return "?" if at is None else f"{at.astimezone(zone):%d %b %H:%M}"
