"""What a command takes: a frozen dataclass whose annotated fields say how each word is read."""

import re
import types
from collections.abc import Callable, Sequence
from dataclasses import MISSING, dataclass, fields
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Final, TypeVar, get_args, get_type_hints

from libs.common.contracts.ledger import MAX_AMOUNT
from libs.common.names import is_valid


class Kind(Enum):
    """How the words of one argument are read."""

    USER = "user"
    COINS = "coins"
    WORD = "word"
    REST = "rest"
    OWN_COINS = "own coins"


@dataclass(frozen=True, slots=True)
class Amount:
    """So many coins, or a part of all one has."""

    coins: int = 0
    part: int = 0
    """1: all of it, 2: half; 0: `coins` says how many."""

    def of(self, balance: int) -> int:
        """Give the coins, for somebody who has so many at hand."""
        return balance // self.part if self.part else self.coins


Username = Annotated[str, Kind.USER]
"""One word, a viewer's name; leading `@` are taken off."""
Coins = Annotated[int, Kind.COINS]
"""One word, a whole number of coins as Python writes one: `50`, `1_000`, `+5`."""
Word = Annotated[str, Kind.WORD]
"""One word, as it is."""
Rest = Annotated[str, Kind.REST]
"""All that is left, with single blanks between the words. Stands last."""

OwnCoins = Annotated[Amount, Kind.OWN_COINS]
"""One word, so many of one's own coins: `50`, `1,000`, `2.5k`, `half`, `all`."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """A command without arguments; words after it are let pass."""


class BadArgumentsError(Exception):
    """The words do not fit; its text is a friendly word to the viewer, without the usage line."""


A = TypeVar("A")


def read(shape: type[A], words: Sequence[str]) -> A:
    """Read the words after a command.

    Raises:
        BadArgumentsError: a word is missing or too many, is no name, or no whole number.
    """
    left = list(words)
    values: dict[str, object] = {}
    for name, kind, optional in _arguments(shape):
        if not left:
            if optional:
                continue
            raise BadArgumentsError("Something is missing.")
        if kind is Kind.REST:
            values[name] = " ".join(left)
            left = []
        else:
            word = left.pop(0)
            values[name] = _READERS[kind](word)
    if left and values:
        raise BadArgumentsError("There is a word too many.")
    return shape(**values)


def viewers_name(word: str) -> str:
    """Read a name, without the `@` before it.

    Raises:
        BadArgumentsError: no viewer could be called so.
    """
    name = word.lstrip("@")
    if not is_valid(name):
        raise BadArgumentsError("That is not a name a viewer could have.")
    return name


def whole_coins(word: str) -> int:
    """Read an amount, of either sign.

    Raises:
        BadArgumentsError: it is no whole number, or larger than any account can hold.
    """
    try:
        coins = int(word)
    except ValueError:
        raise BadArgumentsError("The amount is a whole number, such as 50.") from None
    if abs(coins) > MAX_AMOUNT:
        raise BadArgumentsError("That is more than there could ever be.")
    return coins


def own_coins(word: str) -> Amount:
    """Read how many of one's own coins are meant.

    Raises:
        BadArgumentsError: it is neither a whole number nor a part of what one has.
    """
    said = word.lower()
    if said in _PARTS:
        return Amount(part=_PARTS[said])
    if _GROUPED.fullmatch(said):
        said = said.replace(",", "")
    if (short := _SHORT.fullmatch(said)) and (coins := Decimal(short[1]) * _UNITS[short[2]]) == int(coins):
        said = str(int(coins))
    try:
        return Amount(whole_coins(said))
    except BadArgumentsError as error:
        if said.lstrip("+-").isdecimal():
            raise
        raise BadArgumentsError("The amount is a whole number such as 50 or 1k, or half, or all.") from error


_PARTS: Final = {"all": 1, "half": 2}
_UNITS: Final = {"k": 1_000, "m": 1_000_000}
_GROUPED: Final = re.compile(r"\d{1,3}(,\d{3})+", re.ASCII)
_SHORT: Final = re.compile(r"(\d{1,12}(?:\.\d{1,6})?)([km])", re.ASCII)
_READERS: Final[dict[Kind, Callable[[str], object]]] = {
    Kind.USER: viewers_name,
    Kind.COINS: whole_coins,
    Kind.WORD: str,
    Kind.OWN_COINS: own_coins,
}


def usage(name: str, shape: type[object]) -> str:
    """Give the usage line of a command: `grant @user amount [reason]`."""
    parts = [name]
    for argument, kind, optional in _arguments(shape):
        shown = f"@{argument}" if kind is Kind.USER else argument
        parts.append(f"[{shown}]" if optional else shown)
    return " ".join(parts)


def _arguments(shape: type[object]) -> list[tuple[str, Kind, bool]]:
    hints: dict[str, Any] = get_type_hints(shape, include_extras=True)
    return [(field.name, _kind(hints[field.name]), field.default is not MISSING) for field in fields(shape)]  # type: ignore[arg-type]


def _kind(hint: Any) -> Kind:
    if not hasattr(hint, "__metadata__"):  # or None
        hint = next(part for part in get_args(hint) if part is not types.NoneType)
    kind: Kind = hint.__metadata__[0]
    return kind
