"""The things for oneself that are sold: one line each, and from it what every door knows of it.

Titles and pictures of one's own are not among them: there is no place yet where they would be seen.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from libs.common.config import Rules
from libs.common.config.shop import Item as Section


@dataclass(frozen=True, slots=True)
class Item:
    """One thing for sale."""

    key: str
    """What it is called in the configuration, in the API, and where it is kept."""
    how: str
    """The PM that buys it."""
    trigger: str
    section: Callable[[Rules], Section]
    """Its price and whether it is sold, by the configuration."""


GREETING: Final = Item(
    "custom_greeting", "buy greeting <text>", "spend.vanity.custom_greeting", lambda rules: rules.vanity_shop.custom_greeting
)
COLOR: Final = Item("chat_color", "buy color <color>", "spend.vanity.chat_color", lambda rules: rules.vanity_shop.chat_color)
SHOUTOUT: Final = Item("shoutout", "shoutout <text>", "spend.vanity.shoutout", lambda rules: rules.vanity_shop.shoutout)
FORTUNE: Final = Item("fortune", "fortune", "spend.vanity.fortune", lambda rules: rules.vanity_shop.daily_fortune)
RENAME: Final = Item(
    "rename_currency", "buy rename <name>", "spend.vanity.rename_currency", lambda rules: rules.vanity_shop.rename_currency_personal
)
LEVEL: Final = Item("cytube_promotion", "buy cytube2", "spend.cytube_promotion", lambda rules: rules.cytube_promotion.sold)

ITEMS: Final = (GREETING, COLOR, SHOUTOUT, FORTUNE, RENAME, LEVEL)


def priced(rules: Rules) -> Iterator[tuple[str, int]]:
    """Give everything whose price follows inflation: what it is called, and its price as configured."""
    for item in ITEMS:
        section = item.section(rules)
        if section.enabled:
            yield item.key, section.cost
    for tier in rules.spending.queue_tiers:
        yield f"queue up to {tier.max_minutes} min", tier.cost
