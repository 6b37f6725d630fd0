"""What `shop` answers."""

from typing import Final

from libs.common.config.economy import Currency
from libs.common.contracts.shop.vanity import Catalogue, Offer
from services.commands.replies.coins import coins

_WORTH_TELLING: Final = 0.01
_VALUE_CHARACTERS: Final = 60


def listed(catalogue: Catalogue, currency: Currency) -> str:
    """Tell what is for sale: how one buys it, what it costs this viewer and everybody else, and what the viewer has of it."""
    offers = [_line(offer, currency) for offer in catalogue.offers if offer.enabled]
    if not offers:
        return "Nothing is for sale right now."
    return "\n".join([_head(catalogue), *offers])


def times(factor: float) -> str:
    """Give a factor: `x1.5`."""
    return f"x{factor:.2f}".rstrip("0").rstrip(".")


def _head(catalogue: Catalogue) -> str:
    notes = []
    if abs(catalogue.multiplier - 1) >= _WORTH_TELLING:
        notes.append(f"prices stand at {times(catalogue.multiplier)}")
    if catalogue.discount:
        notes.append(f"your rank saves you {catalogue.discount:.0%}")
    return f"For sale ({', '.join(notes)}):" if notes else "For sale:"


def _line(offer: Offer, currency: Currency) -> str:
    beside = [f"else {coins(offer.usual, currency)}"] if offer.price != offer.usual else []
    beside += [f"base price {coins(offer.base, currency)}"] if offer.usual != offer.base else []
    usual = f" ({', '.join(beside)})" if beside else ""
    about = f" - {offer.description}" if offer.description else ""
    value = offer.value or ""
    shown = value if len(value) <= _VALUE_CHARACTERS else f"{value[: _VALUE_CHARACTERS - 1]}…"
    return f"{offer.how}: {coins(offer.price, currency)}{usual}{about}{f' [yours: {shown}]' if shown else ''}"
