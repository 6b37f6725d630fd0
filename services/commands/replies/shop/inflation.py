"""What `inflation` answers."""

from zoneinfo import ZoneInfo

from libs.common.config.economy import Currency
from libs.common.contracts.shop.prices import InflationAnswer
from services.commands.replies.coins import coins
from services.commands.replies.shop.listing import times


def told(found: InflationAnswer, zone: ZoneInfo, currency: Currency) -> str:
    """Tell the multiplier, where it comes from, and sample prices."""
    if not found.enabled:
        return "Prices are as configured: inflation is switched off."
    lines = [f"Prices stand at {times(found.multiplier)}. {_why(found, zone, currency)}"]
    lines.append(f"Never below {times(found.minimum)} nor above {times(found.maximum)}; counted every {_span(found.seconds)}.")
    lines += [f"{sample.name}: {coins(sample.price, currency)} (configured: {sample.base:,})" for sample in found.samples]
    return "\n".join(lines)


def _why(found: InflationAnswer, zone: ZoneInfo, currency: Currency) -> str:
    if found.circulation is None or found.counted is None:
        return "The coins in circulation have not been counted yet."
    at = f"{found.counted.astimezone(zone):%d %b %H:%M}"
    return f"{coins(found.circulation, currency)} were in circulation at {at} ({zone.key}); x1 would be {coins(found.anchor, currency)}."


def _span(seconds: int) -> str:
    return f"{seconds} s" if seconds % 60 else f"{seconds // 60} min"
