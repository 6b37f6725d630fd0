"""CyTube ranks for coins: paid once the room showed it.

| verb | request | answer |
|---|---|---|
| `level` | `LevelRequest` | `Ordered` (see `effects`) |
"""

from libs.common.contracts.owners import Asked


class LevelRequest(Asked):
    """Become a moderator of the channel."""

    level: float | None = None
    """The asker's CyTube rank, as ingest knows it; None where nothing is known."""
