"""What `rain` answers."""

from libs.common.config.economy import Currency
from libs.common.contracts.earning.rain import Rained
from services.commands.replies.coins import coins


def rained(rain: Rained, currency: Currency) -> str:
    """Tell what everybody got."""
    viewers = "1 viewer" if rain.recipients == 1 else f"{rain.recipients} viewers"
    more = f", and one more for the first {rain.more} by name" if rain.more else ""
    return f"It rains {coins(rain.total, currency)} on {viewers}: {coins(rain.each, currency)} each{more}."
