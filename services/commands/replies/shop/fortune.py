"""What `fortune` answers."""

from libs.common.config.economy import Currency
from libs.common.contracts.shop.vanity import Fortune
from services.commands.replies.coins import coins


def told(fortune: Fortune, currency: Currency) -> str:
    """Tell somebody's fortune, and what it cost."""
    if fortune.again:
        return f"Your fortune today: {fortune.text} (Ask again tomorrow.)"
    cost = f" ({coins(fortune.charged, currency)}; you have {coins(fortune.balance, currency)}.)" if fortune.charged else ""
    return f"Your fortune today: {fortune.text}{cost}"
