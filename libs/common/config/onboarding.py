"""How a newcomer starts."""

from typing import Annotated

from libs.common.config.section import Coins, Minutes, Seconds, Section
from libs.common.config.texts import Places


class Onboarding(Section):
    """The starting grant, and what must pass before somebody earns."""

    welcome_wallet: Coins = 100
    welcome_message: Annotated[str, Places("amount", "currency")] = (
        "Welcome! Here are {amount} {currency} to start with. Being here earns more; send me 'balance' to see."
    )
    """Sent to a newcomer."""
    welcome_delay_seconds: Seconds = 90
    """From the first sight of somebody to the message."""
    min_account_age_minutes: Minutes = 0
    """Counted from our own first sight of somebody."""
    min_messages_to_earn: Coins = 0
