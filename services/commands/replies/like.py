"""What `like` answers."""

from libs.common.config.economy import Currency
from libs.common.contracts.earning.likes import Liked
from services.commands.replies.coins import coins


def liked(like: Liked, currency: Currency) -> str:
    """Tell what is liked, and what that brought."""
    brought = f" {coins(like.coins, currency)} for you." if like.coins else ""
    return f"Glad you like “{like.title}”.{brought}"
