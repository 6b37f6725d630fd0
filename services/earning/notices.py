"""What viewers are told, by PM."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from libs.common.config import fill
from libs.common.config.economy import Currency
from libs.common.contracts.announcements import Announcement, Kind

WORTH_SAYING = timedelta(minutes=10)
"""From then on a notice is old news."""


def welcome(template: str, coins: int, currency: Currency) -> str:
    """Greet a newcomer with their starting grant, or somebody who is back."""
    return fill(template, amount=coins, currency=coined(coins, currency))


def milestone(hours: int, coins: int, currency: Currency) -> str:
    """Tell of a milestone."""
    spent = "An hour" if hours == 1 else f"{hours} hours"
    return f"{spent} here today: {coins} {coined(coins, currency)} for you. Good to have you around!"


def streak_day(days: int, coins: int, currency: Currency) -> str:
    """Tell of a day in a row."""
    return f"{days} days in a row: {coins} {coined(coins, currency)} for you. See you tomorrow!"


def streak_milestone(days: int, coins: int, currency: Currency) -> str:
    """Tell of a streak worth celebrating."""
    return f"{days} days in a row, every single one! That is {coins} {coined(coins, currency)} on top. Thank you for being here."


def bridged(coins: int, currency: Currency) -> str:
    """Tell of a week with a weekend day and a weekday."""
    return f"At the weekend and on a weekday: this week is complete, and {coins} {coined(coins, currency)} are yours."


def promotion(rank: str, brings: Iterable[str]) -> str:
    """Tell of a rank that was reached, and what it brings."""
    listed = ", ".join(brings)
    return f"You are {rank} now, congratulations!{f' That brings you: {listed}.' if listed else ''}"


def badge(words: str, coins: int, currency: Currency) -> str:
    """Tell of an achievement."""
    return f"You earned a badge: {words}.{f' {coins:,} {coined(coins, currency)} come with it.' if coins else ''}"


def won(title: str, coins: int, currency: Currency) -> str:
    """Tell of a competition of the day that ended."""
    return f"You won yesterday's {title}: {coins:,} {coined(coins, currency)} for you. Well done!"


def attended(event: str, coins: int, currency: Currency) -> str:
    """Tell of the coins for being there when an event began."""
    return f"{event} is on, and you are there: {coins:,} {coined(coins, currency)} for you."


def several(names: Sequence[str], most: int) -> str:
    """Name a few, and say how many more there are."""
    more = len(names) - most
    named = [*names[:most], f"{more} more"] if more > 0 else list(names)
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"


def hint(text: str) -> str:
    """Add to what comes again and again how to stop it."""
    return f"{text} ('quiet' stops these messages.)"


def pm(key: str, channel: str, name: str, text: str, at: datetime, kind: Kind = "notice") -> Announcement:
    """Address a notice."""
    return Announcement(id=key, channel=channel, lane="pm", to=name, text=text, kind=kind, at=at, until=at + WORTH_SAYING)


def coined(coins: int, currency: Currency) -> str:
    """Give the currency's name as it goes with so many coins."""
    return currency.name if coins == 1 else currency.plural
