"""`onboarding.wallet`: the starting grant, at the first sight of somebody who may earn."""

from collections.abc import Iterator

from libs.common.config import Rules
from services.earning.notices import welcome
from services.earning.pay.awards import Award, Notice
from services.earning.presence.sights import Sight


def wallet(sight: Sight, rules: Rules) -> Iterator[Award]:
    """Open the account, and fill it if the configuration grants something."""
    onboarding = rules.onboarding
    coins = onboarding.welcome_wallet
    yield Award(
        user=sight.user,
        name=sight.name,
        key=f"{'wallet' if coins else 'open'}:{sight.channel}:{sight.user}",
        type="welcome_wallet",
        trigger="onboarding.wallet",
        reason="Welcome",
        amount=coins,
        at=sight.at,
        opens=True,
        notice=Notice(welcome(onboarding.welcome_message, coins, rules.currency), onboarding.welcome_delay_seconds),
        cause=sight.cause,
    )
