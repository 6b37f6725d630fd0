"""The services there are, in the order in which they are started."""

from importlib.util import find_spec
from typing import Final

ORDER: Final = ("ingest", "ledger", "earning", "games", "shop", "commands", "announcer", "analytics")
"""What others build on comes first."""


def existing() -> tuple[str, ...]:
    """Give those that are built, in order."""
    return tuple(name for name in ORDER if find_spec(f"services.{name}") and find_spec(f"services.{name}.__main__"))
