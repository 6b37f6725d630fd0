"""What the economy is called, what its days are, and who has no part in it."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from pydantic import Field

from libs.common.config.section import Section
from libs.common.config.times import Zone
from libs.common.names import is_valid

LONGEST_CURRENCY_NAME = 24


class Economy(Section):
    """What holds for the whole economy."""

    timezone: Zone = "UTC"
    """Where a day begins, and what the hours below are: an IANA name, such as Europe/Berlin."""

    @property
    def zone(self) -> ZoneInfo:
        """The time zone itself."""
        return ZoneInfo(self.timezone)


class Currency(Section):
    """The coin's names, for show."""

    name: str = "Z-Coin"
    """One of them."""
    symbol: str = "Z"
    """Behind figures."""
    plural: str = "Z-Coins"
    """Several of them."""

    def advice(self) -> Iterator[tuple[str, str]]:
        for key in ("name", "symbol", "plural"):
            if not 1 <= len(getattr(self, key).strip()) <= LONGEST_CURRENCY_NAME:
                yield key, f"reads badly; 1 to {LONGEST_CURRENCY_NAME} characters do"


class Bot(Section):
    """The robot's account on CyTube. It never earns."""

    username: str = "ZCoinBot"
    """Its name."""

    def advice(self) -> Iterator[tuple[str, str]]:
        if not is_valid(self.username):
            yield "username", "is no name that CyTube could have given"


class Eligibility(Section):
    """Who may earn."""

    min_cytube_rank: float = Field(1, ge=0, allow_inf_nan=False)
    """CyTube rank from which on: 1 registered; 0 guests too."""

    def advice(self) -> Iterator[tuple[str, str]]:
        if self.min_cytube_rank > 5:  # noqa: PLR2004 - the founder's rank
            yield "min_cytube_rank", "is above every rank of a room: nobody will earn"
