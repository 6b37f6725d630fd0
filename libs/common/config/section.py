"""What all sections of the configuration have in common."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

MAX_COINS = 2**53 - 1
"""The largest amount anywhere: what every reader of JSON still reads exactly."""


class Section(BaseModel):
    """One group of keys: immutable, and without room for a key it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def advice(self) -> Iterator[tuple[str, str]]:
        """Give what is odd but not wrong, as (key within this section, remark)."""
        yield from ()


def _as_json(value: Decimal) -> int | float | str:
    """Give a JSON number where that is exact, as it is for whatever was written as one."""
    if value == value.to_integral_value():
        return int(value)
    number = float(value)
    return number if Decimal(str(number)) == value else str(value)


Coins = Annotated[int, Field(ge=0, le=MAX_COINS)]
"""Whole coins, 0 allowed."""

Minutes = Annotated[int, Field(ge=0, le=525_600)]
"""A span of minutes, up to a year."""

Seconds = Annotated[float, Field(ge=0, le=31_536_000, allow_inf_nan=False)]
"""A span of seconds, up to a year."""

Share = Annotated[Decimal, Field(ge=0, le=1), PlainSerializer(_as_json, when_used="json")]
"""A part of the whole, 0 to 1; also a chance."""

Rate = Annotated[Decimal, Field(ge=0, le=1_000_000), PlainSerializer(_as_json, when_used="json")]
"""Coins, or a factor on coins, exact to the last decimal written."""
