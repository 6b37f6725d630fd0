"""What `buy` answers."""

from typing import Final

from libs.common.config.economy import Currency
from libs.common.contracts.shop.vanity import Bought
from services.commands.replies.coins import coins

_NOW: Final = {
    "custom_greeting": "When you come back I will say “{value}”.",
    "rename_currency": "To you the coin is called {value} now.",
}
_ASKED_CHARACTERS: Final = 30


def bought(purchase: Bought, currency: Currency) -> str:
    """Tell what one has now, and what it cost."""
    now = _NOW.get(purchase.item, "It is yours: {value}").replace("{value}", purchase.value)
    if not purchase.changed:
        return f"It is so already, and cost you nothing. {now}"
    price = coins(purchase.charged, currency) if purchase.charged else "nothing"
    return f"{now} That cost you {price}; you have {coins(purchase.balance, currency)}."


def not_sold(thing: str) -> str:
    """Answer somebody who wants what is not for sale."""
    return f"{thing[:_ASKED_CHARACTERS]} is not for sale. 'shop' lists what is."


def words_missing() -> str:
    """Answer somebody who leaves the words out."""
    return "The words are missing."
