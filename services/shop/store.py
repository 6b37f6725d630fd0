"""All the tables of `shop.db`, joined from those of its parts."""

from typing import Final

from libs.common import aliases, owner, rulebook
from services.shop.prices import store as prices

_SCHEMAS: Final = (rulebook.SCHEMA, owner.SCHEMA, aliases.SCHEMA, prices.SCHEMA)

MIGRATIONS: Final = ("".join(_SCHEMAS),)
"""The first is what stands today: each part's own `SCHEMA`. What changes later is a migration of its own."""
