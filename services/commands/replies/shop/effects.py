"""What is answered about lines said for somebody, and about colors for names."""

from libs.common.config.economy import Currency
from libs.common.contracts.shop.effects import ColorVerdict, Ordered
from services.commands.replies.coins import coins
from services.commands.replies.declined import WORDS

_SOON = {
    "shoutout": "I'll say “{value}”.",
    "chat_color": "Your name will be {value} in a moment.",
    "cytube_promotion": "You will be a moderator in a moment.",
}


def ordered(order: Ordered, currency: Currency) -> str:
    """Tell what is under way, and what is held for it."""
    parts = [_SOON.get(order.item, "It is under way: {value}").replace("{value}", order.value)]
    if order.level == "warn":
        parts.append("It is not easy to read, mind.")
    if order.price:
        parts.append(f"{coins(order.price, currency)} are put aside for it; you have {coins(order.balance, currency)} left.")
    return " ".join(parts)


def looked_at(verdict: ColorVerdict, currency: Currency) -> str:
    """Tell how well a color can be read, what it costs, and which one would be better."""
    found = verdict.found
    if found is None:
        return WORDS["no_color"]
    refused = found.level == "reject" and verdict.enforced
    said = {"ok": "reads well", "warn": "can be read, but not well", "reject": "can hardly be read"}[found.level]
    parts = [f"{found.color} {said} here ({found.score:g} points; {verdict.minimum:g} are needed)."]
    if not refused and verdict.price is not None:
        price = coins(verdict.price, currency) if verdict.price else "nothing"
        parts.append(f"It costs you {price}: 'buy color {found.color}'.")
    if verdict.nearest is not None:
        parts.append(f"The nearest that reads well is {verdict.nearest}.")
    return " ".join(parts)
