"""`rain.ambient`: now and then the same few coins for everybody who is there."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from libs.common.config import Rules, fill
from services.earning.notices import coined
from services.earning.pay.awards import Award, Notice
from services.earning.pay.occasions import Drop

TRIGGER = "rain.ambient"


def rain(drop: Drop, rules: Rules) -> Iterator[Award]:
    """Pay what was drawn, times the events' factor, and more by rank: to the nearest whole coin, one at least."""
    exact = drop.coins * drop.factor * (100 + drop.bonus_percent) / Decimal(100)
    coins = max(1, int(exact.to_integral_value(ROUND_HALF_UP)))
    text = fill(rules.rain.message, amount=coins, currency=coined(coins, rules.currency))
    yield Award(
        user=drop.user,
        name=drop.name,
        key=f"rain:{drop.channel}:{drop.rain}:{drop.user}",
        type="rain",
        trigger=TRIGGER,
        amount=coins,
        at=drop.at,
        reason=f"Rain of {coins}",
        metadata=drop.metadata,
        notice=Notice(text, automatic=True) if drop.told else None,
        cause=drop.cause,
    )
