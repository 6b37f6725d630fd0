"""How a newcomer starts."""

from typing import Annotated

from libs.common.config.section import Coins, Minutes, Seconds, Section
from libs.common.config.texts import Places


class Onboarding(Section):
    """The starting grant, and what must pass before somebody earns."""

    welcome_wallet: Coins = 100
    """Coins to start with, once for everybody."""
    welcome_message: Annotated[str, Places("amount", "currency")] = (
        "Welcome! Here are {amount} {currency} to start with. Being here earns more; send me 'balance' to see."
    )
    """The PM to a newcomer."""
    welcome_delay_seconds: Seconds = 90
    """From our first sight of somebody to that PM."""
    min_account_age_minutes: Minutes = 0
    """Who is newer does not earn yet. Counted from our own first sight of somebody."""
    min_messages_to_earn: Coins = 0
    """Who has said less does not earn yet."""
