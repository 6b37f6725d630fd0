"""The price of a thing: base, inflation, rank discount, in this order, each step a whole number."""

from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal, localcontext
from typing import Any, Final

from libs.common.config.circulation import Inflation

_WORTH_TELLING: Final = Decimal("0.01")
_DIGITS: Final = 40
"""More than the largest price times the longest rate has: nothing is rounded but where a step says so."""


@dataclass(frozen=True, slots=True)
class Price:
    """What is charged, and how it came about. What is configured as free is free."""

    base: int
    """As configured."""
    usual: int
    """With inflation: what somebody without a discount pays."""
    due: int
    """With the discount too: what is charged."""
    multiplier: Decimal
    discount: Decimal
    """The part of the usual price that is let off, 0 to 1."""

    @property
    def is_inflated(self) -> bool:
        """Whether the multiplier is worth telling."""
        return abs(self.multiplier - 1) >= _WORTH_TELLING

    def waived(self) -> "Price":
        """Give the price of what is let off whole."""
        return replace(self, due=0, discount=Decimal(1))

    def explained(self, version: str) -> dict[str, Any]:
        """Give what a posting's metadata says of it; `version` is the configuration's."""
        by = {"base": self.base, "multiplier": f"{self.multiplier.normalize():f}", "discount": f"{self.discount.normalize():f}"}
        return {**by, "configuration": version}


def price(base: int, multiplier: Decimal, discount: Decimal) -> Price:
    """Work out a price: base by multiplier to the nearest whole (halves to even), less the discount rounded down; at least 1 each."""
    if not base or (multiplier == 1 and not discount):
        return Price(base, base, base, multiplier, discount)
    with localcontext(prec=_DIGITS):
        usual = max(int((base * multiplier).to_integral_value(ROUND_HALF_EVEN)), 1)
        due = max(int((usual * (1 - discount)).to_integral_value(ROUND_FLOOR)), 1)
    return Price(base, usual, due, multiplier, discount)


def multiplier(circulation: int | None, rules: Inflation) -> Decimal:
    """Give what prices are multiplied by, with so many coins in circulation; 1 until somebody has counted them."""
    if not rules.enabled or circulation is None:
        return Decimal(1)
    with localcontext(prec=_DIGITS):
        return min(max(Decimal(circulation) / rules.anchor_float, rules.min_multiplier), rules.max_multiplier)
