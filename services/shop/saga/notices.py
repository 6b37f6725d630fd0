"""What a buyer is told, by PM, of a sale that came to nothing."""

from datetime import datetime, timedelta
from typing import Final

from libs.common.config.economy import Currency
from libs.common.contracts.announcements import Announcement
from services.shop.saga.store import Sale

WORTH_SAYING: Final = timedelta(minutes=10)


def returned(sale: Sale, sorry: str, at: datetime, currency: Currency) -> Announcement:
    """Tell that it could not be done (`sorry`; empty where it was, but too late to be paid), and that the coins are back."""
    back = f"Your {sale.price:,} {currency.symbol} are back." if sale.price else ""
    return Announcement(
        id=f"returned:{sale.id}",
        channel=sale.channel,
        lane="pm",
        to=sale.name,
        text=f"{sorry} {back}".strip(),
        kind="notice",
        at=at,
        until=at + WORTH_SAYING,
    )
