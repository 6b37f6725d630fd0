"""How a newcomer starts."""

from collections.abc import Iterator

from libs.common.config.section import Coins, Minutes, Seconds, Section
from libs.common.config.texts import strangers


class Onboarding(Section):
    """The starting grant, and what must pass before somebody earns."""

    welcome_wallet: Coins = 100
    welcome_message: str = "Welcome! Here are {amount} {currency} to start with. Being here earns more; send me 'balance' to see."
    """May hold {amount} and {currency}."""
    welcome_delay_seconds: Seconds = 90
    """From the first sight of somebody to the message."""
    min_account_age_minutes: Minutes = 0
    """Counted from our own first sight of somebody."""
    min_messages_to_earn: Coins = 0

    def advice(self) -> Iterator[tuple[str, str]]:
        for name in strangers(self.welcome_message, {"amount", "currency"}):
            yield "welcome_message", f"{{{name}}} stands for nothing here and will be said as it is"
