"""What all sections of the configuration have in common."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

MAX_COINS = 2**53 - 1
"""The largest amount anywhere: what every reader of JSON still reads exactly."""

Remark = tuple[str, str]
"""A key within its section, and what is odd about its value."""


class Section(BaseModel):
    """One group of keys: immutable, and without room for a key it does not know."""

    # Defaults are validated too, so that a default and the same value given are one and the same.
    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    def advice(self) -> Iterator[Remark]:
        """Give what is odd but not wrong."""
        yield from ()


def _as_json(value: Decimal) -> int | float | str:
    """Give a JSON number where that is exact, as it is for whatever was written as one."""
    if value == value.to_integral_value():
        return int(value)
    number = float(value)
    return number if Decimal(str(number)) == value else str(value)


Coins = Annotated[int, Field(ge=0, le=MAX_COINS)]
"""Whole coins, 0 allowed."""

Count = Annotated[int, Field(ge=0, le=1_000_000_000)]
"""How many of something; also whole seconds and days."""

Minutes = Annotated[int, Field(ge=0, le=525_600)]
"""A span of minutes, up to a year."""

Seconds = Annotated[float, Field(ge=0, le=31_536_000, allow_inf_nan=False)]
"""A span of seconds, up to a year."""

Positive = Annotated[float, Field(gt=0, le=1_000_000, allow_inf_nan=False)]
"""More than nothing."""

Hour = Annotated[int, Field(ge=0, le=23)]
"""Of a day."""

Percent = Annotated[int, Field(ge=0, le=100)]
"""Of a whole."""

_JSON = PlainSerializer(_as_json, when_used="json")

Share = Annotated[Decimal, Field(ge=0, le=1), _JSON]
"""A part of the whole, 0 to 1; also a chance."""

Rate = Annotated[Decimal, Field(ge=0, le=1_000_000), _JSON]
"""Coins, or a factor on coins, exact to the last decimal written."""

Amount = Annotated[Decimal, Field(ge=0, le=MAX_COINS), _JSON]
"""How much of something is needed, such as coins of a lifetime."""

EMPTY = BeforeValidator(lambda value: {} if value is None else value)
"""For a section that may stand empty."""


def upside_down(section: Section, low: str, high: str, otherwise: str) -> Iterator[Remark]:
    """Give a remark when the lower of two bounds is above the upper."""
    below, above = getattr(section, low), getattr(section, high)
    if below > above:
        yield low, f"is {below}, above {high}, {above}: {otherwise}"


def twice(key: str, names: Iterable[str], otherwise: str) -> Iterator[Remark]:
    """Give a remark for each name that stands in a list more than once."""
    listed = list(names)
    for name in sorted({name for name in listed if listed.count(name) > 1}):
        yield key, f"{name} stands there more than once: {otherwise}"


def slower(section: Section, key: str = "multiplier") -> Iterator[Remark]:
    """Give a remark when a multiplier makes less of it."""
    if getattr(section, key) < 1:
        yield key, "is below 1: it will count for less"


def free(section: Section, key: str = "cost") -> Iterator[Remark]:
    """Give a remark when a price is nothing."""
    if not getattr(section, key):
        yield key, "is 0: it will be free"
