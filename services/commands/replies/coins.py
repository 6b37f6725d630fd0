"""Amounts as they are shown."""

from libs.common.config.economy import Currency


def coins(amount: int, currency: Currency) -> str:
    """Give `1,234 Z`."""
    return f"{amount:,} {currency.symbol}"
