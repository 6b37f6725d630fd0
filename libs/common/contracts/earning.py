"""What earning is asked, verb by verb, and what it answers: `economy.earning.<channel>.<verb>`. Owner: earning.

| verb | request | answer |
|---|---|---|
| `quiet` | `QuietRequest` | `QuietAnswer` |

A request that can't be served is answered with a `Failure` (see `health`).
"""

from datetime import datetime

from libs.common.contracts.base import Contract


class QuietRequest(Contract):
    """Say whether a viewer wants to be spared what nobody asked for. The one said last (by `at`) holds, whichever comes first."""

    user: str
    quiet: bool
    at: datetime
    """When the viewer said so (event time)."""


class QuietAnswer(Contract):
    quiet: bool
    """How it stands now."""
