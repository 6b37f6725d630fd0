"""What a channel's style sheet is to say: who has which color, and what it says already."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from libs.common.config import Rules
from libs.common.durable import Unit
from libs.common.names import fold
from services.shop.colors import store, stylesheet
from services.shop.items import COLOR
from services.shop.saga import store as saga
from services.shop.saga.store import Sale
from services.shop.vanity import store as vanity
from services.shop.vanity.store import Owned

LATE: Final = timedelta(days=2)
"""So long after its purchase a color that came to nothing may still turn up in the sheet."""
IMPORTED: Final = "imported from the style sheet"
"""What stands in the place of a purchase's key."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Everybody's colors in one channel, as they are to be."""

    colors: dict[str, tuple[str, str]]
    """By folded name: the name as the room spells it, and `#RRGGBB`."""
    protected: frozenset[str]
    """Folded names that are none of ours."""


def wanted(unit: Unit, channel: str, rules: Rules) -> Wanted:
    """Give the colors that are paid, and those being bought."""
    protected = frozenset(fold(name) for name in (rules.bot.username, *rules.vanity_shop.chat_color.protected_users))
    colors = {fold(owned.name): (owned.name, owned.value) for owned in vanity.everybodys(unit.db, channel, COLOR.key)}
    colors |= {sale.user: (sale.name, sale.value) for sale in saga.under_way(unit.db, COLOR.key, channel)}
    return Wanted({user: color for user, color in colors.items() if user not in protected}, protected)


def text(base: str, wish: Wanted, rules: Rules) -> str:
    """Give a style sheet with these colors in it."""
    section = rules.vanity_shop.chat_color
    return stylesheet.write(stylesheet.read(base, section, wish.protected), wish.colors.values(), section)


def shown(css: str, sales: Sequence[Sale], rules: Rules) -> list[Sale]:
    """Give those of some sales whose buyers a sheet gives the color they bought; CyTube tells names apart by case."""
    colors = stylesheet.read(css, rules.vanity_shop.chat_color).colors if sales else {}
    return [sale for sale in sales if colors.get(sale.user) == (sale.name, sale.value)]


def take_over(unit: Unit, channel: str, css: str, rules: Rules, at: datetime) -> int:
    """Keep the colors that stand only in the sheet for their owners; give how many there were.

    A color that was taken over follows the sheet until its owner buys one: old sheets are read before newer ones. One that was taken away
    is not taken over from a sheet that never was without it since.
    """
    section = rules.vanity_shop.chat_color
    if not section.import_existing_colors:
        return 0
    wish = wanted(unit, channel, rules)
    gone = {(sale.user, sale.value) for sale in saga.undone(unit.db, COLOR.key, channel, at - LATE)}
    ours = set(wish.colors) - {fold(owned.name) for owned in vanity.everybodys(unit.db, channel, COLOR.key) if owned.key == IMPORTED}
    ours |= wish.protected | {sale.user for sale in saga.under_way(unit.db, COLOR.key, channel)}
    found = stylesheet.read(css, section, wish.protected).colors
    for user, color in store.struck(unit.db, channel).items():
        if user in found and found[user][1] == color:
            gone.add((user, color))
        else:
            store.forget_struck(unit.db, channel, user)
    count = 0
    for user, (name, color) in found.items():
        if user not in ours and wish.colors.get(user) != (name, color) and (user, color) not in gone:
            vanity.keep(unit.db, channel, COLOR.key, Owned(name, color, IMPORTED, at))
            count += 1
    return count
