"""All the tables of `games.db`, joined from those of its parts."""

from typing import Final

from libs.common import owner, rulebook

MIGRATIONS: Final = (rulebook.SCHEMA + owner.SCHEMA,)
"""The first is what stands today: each part's own `SCHEMA`. What changes later is a migration of its own."""
