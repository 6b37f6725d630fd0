"""What a report is asked for."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)
END: Final = datetime(9000, 1, 1, tzinfo=UTC)


class NobodyNamed(Exception):
    """A report about one viewer was asked for, and the viewer was not named."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which economy, which time, who. Times are UTC-aware."""

    channel: str
    at: datetime | None = None
    """The moment at which money is counted: all that was committed until then; None: now."""
    since: datetime | None = None
    until: datetime | None = None
    """A span of event time, the end not in it; None: without bound."""
    user: str | None = None
    limit: int = 20
    """Rows, of a report that could have very many."""

    @property
    def span(self) -> dict[str, object]:
        """The parameters of a question about a span of time."""
        return {"channel": self.channel, "since": utc(self.since or BEGINNING), "until": utc(self.until or END)}

    @property
    def moment(self) -> dict[str, object]:
        """The parameters of a question about a moment."""
        return {"channel": self.channel, "at": utc(self.at or END)}


def utc(moment: datetime) -> datetime:
    """Give a moment as the history has it: UTC, without saying so."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def aware(moment: datetime | None) -> datetime | None:
    """Give a moment of the history as the rest of the house has it."""
    return None if moment is None else moment.replace(tzinfo=UTC)
