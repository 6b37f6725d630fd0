"""All the tables of `shop.db`, joined from those of its parts."""

from typing import Final

from libs.common import aliases, owner, rankbook, rulebook
from services.shop.bounties import store as bounties
from services.shop.colors import store as colors
from services.shop.levels import store as levels
from services.shop.prices import store as prices
from services.shop.queue import store as queue
from services.shop.robots import store as robots
from services.shop.saga import store as saga
from services.shop.tips import store as tips
from services.shop.vanity import store as vanity

_SCHEMAS: Final = (
    rulebook.SCHEMA,
    owner.SCHEMA,
    aliases.SCHEMA,
    prices.SCHEMA,
    tips.SCHEMA,
    vanity.SCHEMA,
    bounties.SCHEMA,
    queue.SCHEMA,
    robots.SCHEMA,
    saga.SCHEMA,
    colors.SCHEMA,
)

MIGRATIONS: Final = ("".join(_SCHEMAS), queue.QUICKER, rankbook.SCHEMA, queue.VOIDS, levels.SCHEMA)
"""The first is what stands today: each part's own `SCHEMA`. What changes later is a migration of its own."""
