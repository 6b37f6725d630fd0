"""Postings and what comes of them. Owner: ledger.

An account is named by a string: `@mint`, `@burn`, `@house`, `@escrow`, or a viewer's name (any casing; the last seen is for show).
Amounts are whole coins, at least 1.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from libs.common.contracts.base import Contract

MAX_AMOUNT = 2**53 - 1
"""The largest amount: what every JSON reader holds exactly."""

MINT, BURN, HOUSE, ESCROW = "@mint", "@burn", "@house", "@escrow"

DAYS_EARNINGS = frozenset({"earn", "event_bonus", "milestone", "presence", "rain", "streak_bonus"})
"""The types that count as earned on a day. Of what counts towards lifetime earned, gifts, wallets and interest are no day's work.

What undoes one of these lowers the day on which it is undone; its entries name the type in their metadata, as `undoes`."""

BY_HAND = frozenset(
    {
        "admin_adjust",
        "admin_deduct",
        "admin_grant",
        "admin_rain",
        "admin_set_balance",
        "bounty_claim",
        "bounty_expired_refund",
        "reversal",
    }
)
"""The types of what somebody with the right to it decided, where it names who; a posting of another type was one's own to decide."""

Amount = Annotated[int, Field(ge=1, le=MAX_AMOUNT)]
Key = Annotated[str, Field(min_length=1, max_length=200)]
Account = Annotated[str, Field(min_length=1, max_length=64)]
Word = Annotated[str, Field(max_length=500)]
"""What stands in every row of the journal it concerns, whose message must fit into one of the server's."""


Moment = Annotated[datetime, Field(ge=datetime(1970, 1, 1, tzinfo=UTC), lt=datetime(9999, 1, 1, tzinfo=UTC))]
"""What the journal can tell of, whatever the time zone."""


class Why(Contract):
    """What a movement is called: the older program's words, see the transaction vocabulary."""

    type: str
    trigger: str | None = None
    reason: str | None = None
    related: str | None = None
    """The other person concerned, if any."""
    metadata: dict[str, Any] | None = None


class Open(Contract):
    """An account and its spelling; nothing happens if it exists (the spelling is kept up)."""

    line: Literal["open"] = "open"
    account: Account


class Transfer(Why):
    line: Literal["transfer"] = "transfer"
    source: Account
    target: Account
    amount: Amount


class Hold(Why):
    """Moves money to escrow until it is captured or released, at the latest at `deadline`."""

    line: Literal["hold"] = "hold"
    hold: Key
    account: Account
    amount: Amount
    deadline: datetime
    burn_at_deadline: int = 0
    """Coins burnt at the deadline; the rest goes back to the account."""


class Capture(Why):
    """Moves held money on: to one target, whole or in part (what is left goes back to the holder)."""

    line: Literal["capture"] = "capture"
    hold: Key
    target: Account
    amount: Amount | None = None


class Release(Why):
    """Gives held money back to whom it was taken from."""

    line: Literal["release"] = "release"
    hold: Key


class Set(Why):
    """The balance becomes `balance`; the difference comes from the mint or is burnt."""

    line: Literal["set"] = "set"
    account: Account
    balance: Annotated[int, Field(ge=0, le=MAX_AMOUNT)]


class Limit(Contract):
    """A counter that rises with the posting, or refuses it as `limit_reached` where it would pass `maximum`."""

    line: Literal["limit"] = "limit"
    account: Account
    name: str
    window: str
    """The caller's text, such as `2026-11-22`."""
    add: Annotated[int, Field(ge=1, le=MAX_AMOUNT)]
    maximum: Annotated[int, Field(ge=0, le=MAX_AMOUNT)]


class Reverse(Why):
    """Undoes another posting, once: its transfers run backwards, its holds are released, its limits taken back."""

    line: Literal["reverse"] = "reverse"
    key: Key
    """The key of the posting to undo."""


Line = Annotated[Open | Transfer | Hold | Capture | Release | Set | Limit | Reverse, Field(discriminator="line")]


class Posting(Contract):
    """Lines that happen together or not at all, under one key."""

    key: Key
    at: Moment
    """When its cause happened (event time)."""
    lines: Annotated[list[Line], Field(min_length=1, max_length=100)]
    actor: Word | None = None
    """Who decided it for others: an admin's name, an API caller's. What viewers do with their own coins names nobody: there is much of it,
    and by this is found what was done by hand."""
    cause: Word | None = None
    """The id of the event or request behind it."""


class Postings(Contract):
    """A message on `ECONOMY_POSTINGS`: independent postings, each kept or refused by itself."""

    id: str
    postings: Annotated[list[Posting], Field(max_length=500)]


Refusal = Literal[
    "insufficient_funds",
    "unknown_account",
    "banned",
    "frozen",
    "limit_reached",
    "unknown_hold",
    "expired",
    "hold_settled",
    "already_reversed",
    "unknown_posting",
    "cancelled",
    "key_conflict",
    "not_allowed",
    "amount_out_of_range",
    "answer_too_large",
    "invalid",
]
"""Why a request was refused: the whole list. `answer_too_large` says only that the answer can't be sent."""


class Entry(Contract):
    """One leg of a movement, with the account's balance after it."""

    account: str
    amount: int
    """Signed: positive is money coming in."""
    balance: int
    type: str
    trigger: str | None = None
    reason: str | None = None
    related: str | None = None
    metadata: dict[str, Any] | None = None
    counts: Literal["earned", "spent", "wagered", "won"] | None = None
    """Which of a viewer's lifetime totals it counts towards; told in transactions only."""
    owner: str | None = None
    """The viewer whose coins they are, where the account is `@escrow`; told in transactions only."""


class Outcome(Contract):
    """The answer to a posting: done (`ok`), or refused and why. `repeated` marks the kept answer of an earlier one with this key."""

    ok: bool
    key: str
    number: int | None = None
    """The posting's place in the ledger's one numbering, where it was kept."""
    entries: list[Entry] = []
    refusal: Refusal | None = None
    detail: str | None = None
    """For operators: which line, which account, how much was there."""
    balance: int | None = None
    """What the account has whose coins were not enough."""
    repeated: bool = False


class Transaction(Contract):
    """One message of the ledger's journal, `economy.transactions.<channel>`; one numbering over all channels, in commit order."""

    number: int
    kind: Literal["posting", "refused", "opened", "banned", "unbanned", "frozen", "unfrozen"]
    channel: str
    key: str
    at: datetime
    """When its cause happened."""
    committed: datetime
    """When the ledger committed it."""
    caller: str
    """The service that asked."""
    actor: str | None = None
    cause: str | None = None
    reverses: str | None = None
    entries: list[Entry] = []
    refusal: Refusal | None = None
    detail: str | None = None
    account: str | None = None
    """The account concerned, where `kind` is not a posting; and for a refused posting the account it would have been for."""


class AccountState(Contract):
    """An account as it stands."""

    account: str
    """The spelling for show."""
    balance: int
    held: int = 0
    lifetime_earned: int = 0
    lifetime_spent: int = 0
    lifetime_wagered: int = 0
    lifetime_won: int = 0
    banned: bool = False
    ban_reason: str | None = None
    frozen: bool = False
    opened_at: datetime
    limits: dict[str, int] = {}
    """Counters by `name:window`."""


TRANSACTION: TypeAdapter[Transaction] = TypeAdapter(Transaction)
