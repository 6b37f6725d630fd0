"""What viewers are told, by PM."""

from datetime import datetime, timedelta

from libs.common.config import fill
from libs.common.config.economy import Currency
from libs.common.contracts.announcements import Announcement

WORTH_SAYING = timedelta(minutes=10)
"""From then on a notice is old news."""


def welcome(template: str, coins: int, currency: Currency) -> str:
    """Greet a newcomer with their starting grant."""
    return fill(template, amount=coins, currency=_named(coins, currency))


def milestone(hours: int, coins: int, currency: Currency) -> str:
    """Tell of a milestone."""
    spent = "An hour" if hours == 1 else f"{hours} hours"
    return f"{spent} here today: {coins} {_named(coins, currency)} for you. Good to have you around!"


def hint(text: str) -> str:
    """Add to what comes again and again how to stop it."""
    return f"{text} ('quiet' stops these messages.)"


def pm(key: str, channel: str, name: str, text: str, at: datetime) -> Announcement:
    """Address a notice."""
    return Announcement(id=key, channel=channel, lane="pm", to=name, text=text, kind="notice", at=at, until=at + WORTH_SAYING)


def _named(coins: int, currency: Currency) -> str:
    return currency.name if coins == 1 else currency.plural
