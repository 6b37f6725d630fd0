"""What the ledger's rules work on: accounts, legs, holds, limits; and what they may ask of what is kept."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, Protocol

from libs.common.contracts.ledger import Refusal, Why
from services.ledger.classes import Total

SYSTEM: Final = frozenset({"@mint", "@burn", "@house", "@escrow"})
SYSTEM_BALANCE_MAX: Final = 2**62
"""What the accounts of the system may reach, either way; far beyond all coins there can be, and still a whole number in SQLite."""
LEGS_MAX: Final = 1_000
"""Legs of one posting; a reversal may have more lines to undo than a posting may have."""

Part = Literal["transfer", "hold", "capture", "rest", "release", "burn", "set", "reverse"]
"""What a pair of legs was part of: `rest` is what a capture in part gives back, `burn` what a deadline burns."""
HoldState = Literal["open", "captured", "released", "expired"]


class Refusing(Exception):
    """A posting can't be done as it stands, for one of the closed set of reasons."""

    def __init__(self, refusal: Refusal, detail: str, balance: int | None = None) -> None:
        """Name the reason, and say for operators what was there; `balance` where that was too little."""
        super().__init__(detail)
        self.refusal: Refusal = refusal
        self.detail = detail
        self.balance = balance


@dataclass(slots=True, eq=False)
class Account:
    """An account as a draft works on it; `id` 0 until it is written for the first time."""

    id: int
    name: str
    """Folded, or one of the system's."""
    display: str
    balance: int = 0
    held: int = 0
    """Coins of its own in escrow."""
    earned: int = 0
    spent: int = 0
    wagered: int = 0
    won: int = 0
    banned: bool = False
    frozen: bool = False
    touched: bool = False
    """Whether it differs from what is written."""

    @property
    def is_viewer(self) -> bool:
        return self.name[0] != "@"


@dataclass(slots=True, eq=False)
class Leg:
    """One side of a movement."""

    account: Account
    amount: int
    balance: int
    """After it."""
    part: Part
    why: "Words"
    counts: Total | None = None
    """The lifetime total it counts towards: its own account's, or the owner's."""
    owner: Account | None = None
    """Whose money it is, for a leg of escrow."""


class Words(NamedTuple):
    """What a movement is called, as it is kept."""

    type: str
    trigger: str | None = None
    reason: str | None = None
    related: str | None = None
    metadata: str | None = None
    """JSON."""


@dataclass(slots=True, eq=False)
class Hold:
    """Money of one account in escrow."""

    id: int
    name: str
    account: Account
    amount: int
    deadline: int
    """Microseconds since the epoch."""
    burn: int
    """Coins burnt at the deadline."""
    caller: str
    state: HoldState = "open"
    number: int = 0
    """The posting that made it; 0 until it is written."""
    leg: int = 0
    """The place of its escrow leg in that posting."""
    settled: int | None = None
    """The posting that settled it."""
    settled_leg: int | None = None


@dataclass(slots=True, frozen=True)
class Use:
    """One rise of a limit's counter."""

    account: Account
    name: str
    window: str
    add: int


@dataclass(slots=True, frozen=True)
class KeptLeg:
    """A leg of an earlier posting."""

    account: Account
    amount: int
    part: Part
    counts: Total | None
    owner: Account | None
    type: str


@dataclass(slots=True, frozen=True)
class Kept:
    """An earlier posting, as a reversal needs it."""

    number: int
    caller: str
    reversed: bool
    reverses: bool
    legs: Sequence[KeptLeg]


class Shelf(Protocol):
    """What is known of the channel so far, looked up as it is needed. The same account is always the same object."""

    def account(self, name: str) -> Account | None:
        """Give an account by its folded name; those of the system are always there."""

    def hold(self, name: str) -> Hold | None: ...

    def holds_made_by(self, number: int) -> Sequence[Hold]: ...

    def holds_settled_by(self, number: int) -> Sequence[Hold]: ...

    def counter(self, account: Account, name: str, window: str) -> int: ...

    def uses(self, number: int) -> Sequence[Use]:
        """Give what a posting added to limits, as far as it was not taken back."""

    def kept(self, key: str) -> Kept | None:
        """Give the posting kept under a key; None if there is none, or it was refused."""


_compact: Final = json.JSONEncoder(separators=(",", ":"), sort_keys=True, allow_nan=False).encode


def words(why: Why) -> Words:
    """Give what a movement is called, as it is kept.

    Raises:
        Refusing: it carries a number that is none, which a strict reader of the journal could not read.
    """
    text = None
    if why.metadata is not None:
        try:
            text = _compact(why.metadata)
        except ValueError as error:
            raise Refusing("invalid", f"metadata: {error}") from error
    return Words(why.type, why.trigger, why.reason, why.related, text)


def undoing(why: Words, kind: str) -> Words:
    """Give what the undoing of a movement of this type is called, with the type in its metadata."""
    return why._replace(metadata=_compact({**json.loads(why.metadata or "{}"), "undoes": kind}))
