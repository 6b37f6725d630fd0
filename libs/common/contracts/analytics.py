"""What analytics is asked: `economy.analytics.<channel>.<report>`. Owner: analytics.

Each report has its own rows (see `libs/analysis/reports`); the answer to a request that can't be served is `Declined` or a `Failure`.
"""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from libs.common.contracts.base import Contract
from libs.common.contracts.owners import Done, Name


class ReportRequest(Contract):
    """Which time, and who; a report takes of it what it needs."""

    at: datetime | None = None
    """The moment at which money is counted; None: now."""
    since: datetime | None = None
    until: datetime | None = None
    """A span of event time, the end not in it."""
    user: Name | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 20


class ReportAnswer(Done):
    """A report's rows."""

    number: int
    """The last transaction that is in it."""
    rows: list[dict[str, Any]]
