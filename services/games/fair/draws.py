"""Numbers from seeds: HMAC-SHA256, taken below a bound without bias."""

import hashlib
import hmac
from decimal import Decimal
from typing import Final, Protocol

SEED_BYTES: Final = 32
PLACES_MAX: Final = 60
"""Decimals of a probability that count; more of them than any draw could tell apart."""
_SPAN: Final = 2**256
"""How many values one HMAC can have."""


class RandomSource(Protocol):
    """Where a rule has its numbers from."""

    def below(self, bound: int) -> int:
        """Give a whole number, 0 <= number < bound, each as likely as any other."""


class Draws:
    """The numbers of one request, in order: the k-th is made of HMAC-SHA256(server seed, "client seed:nonce:game:k"), k from 0.

    A value at or above the largest multiple of the bound is passed over for the next one (which keeps every number equally likely),
    the rest is taken modulo the bound.
    """

    def __init__(self, seed: bytes, client_seed: str, nonce: int, game: str) -> None:
        """Take the seeds, the request's nonce, and what is played."""
        self.drawn: list[tuple[int, int]] = []
        """Each number so far, with its bound."""
        self._seed = seed
        self._what = f"{client_seed}:{nonce}:{game}"
        self._counter = 0

    def below(self, bound: int) -> int:
        """Give the next number below `bound`.

        Raises:
            ValueError: no number is, or more than one HMAC can tell apart.
        """
        if not 1 <= bound <= _SPAN:
            raise ValueError(f"no number is drawn below {bound}")
        limit = _SPAN - _SPAN % bound
        while (value := self._next()) >= limit:
            pass
        self.drawn.append((value % bound, bound))
        return value % bound

    def _next(self) -> int:
        digest = hmac.digest(self._seed, f"{self._what}:{self._counter}".encode(), "sha256")
        self._counter += 1
        return int.from_bytes(digest)


def commitment(seed: bytes) -> str:
    """Give what is shown of a server seed ahead: its SHA-256, hexadecimal."""
    return hashlib.sha256(seed).hexdigest()


def scale(*probabilities: Decimal) -> int:
    """Give the smallest power of ten in which all of these are whole numbers."""
    places = max(-int(each.as_tuple().exponent) for each in probabilities)
    return int(10 ** min(max(places, 0), PLACES_MAX))


def whole(probability: Decimal, of: int) -> int:
    """Give a probability as so many of `of`, rounded down."""
    numerator, denominator = probability.as_integer_ratio()
    return numerator * of // denominator
