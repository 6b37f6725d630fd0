"""The digests in words, where the configuration has none."""

from libs.common.config.economy import Currency
from services.earning.digests.week import Week


def missing_to(rank: str, coins: int, currency: Currency) -> str:
    """Tell what is missing to a rank."""
    return f"{rank}, {coins:,} {currency.symbol} more to earn"


def top_rank() -> str:
    """Tell that there is none above."""
    return "no rank is above yours"


def of_week(week: Week, currency: Currency) -> str:
    """Tell of a week."""
    symbol = currency.symbol
    lines = [
        f"The week from {week.first} to {week.last}: {week.earned:,} {symbol} earned, {week.spent:,} {symbol} spent.",
        f"Viewers have {week.circulation:,} {symbol}{_grown(week.grown)}.",
    ]
    if week.wagered:
        lines.append(f"Games: {week.wagered:,} {symbol} wagered, {week.won / week.wagered:.1%} of it came back.")
    for title, top in (("Earned most", week.earners), ("Spent most", week.spenders)):
        if top:
            lines.append(f"{title}: {', '.join(f'{name} {coins:,}' for name, coins in top)}.")
    return "\n".join(lines)


def _grown(coins: int | None) -> str:
    return "" if coins is None else f", {coins:+,} since the last digest"
