"""What the ledger is asked, verb by verb, and what it answers: `economy.ledger.<channel>.<caller>.<verb>`. Owner: ledger.

The channel and the caller stand in the subject. Two verbs carry a posting itself and answer with its `Outcome`:

| verb | request | answer |
|---|---|---|
| `post`, `hold` | `Posting` | `Outcome` |
| `cancel` | `CancelRequest` | `CancelAnswer` |
| `account` | `AccountRequest` | `AccountAnswer` |
| `accounts` | `AccountsRequest` | `AccountsAnswer` |
| `leaderboard` | `LeaderboardRequest` | `LeaderboardAnswer` |
| `history` | `HistoryRequest` | `HistoryAnswer` |
| `stats` | `StatsRequest` | `StatsAnswer` |
| `posting` | `PostingRequest` | `PostingAnswer` |
| `actions` | `ActionsRequest` | `ActionsAnswer` |
| `ban`, `unban` | `BanRequest` | `BanAnswer` |
| `freeze` | `FreezeRequest` | `FreezeAnswer` |

Any verb but `post` and `hold` may answer with `Refused` instead: read `ok` first.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from libs.common.contracts.base import Contract
from libs.common.contracts.ledger import Account, AccountState, Entry, Key, Moment, Outcome, Refusal, Transaction, Word

Limit = Annotated[int, Field(ge=1, le=500)]
Offset = Annotated[int, Field(ge=0, le=20_000_000)]
Reason = Annotated[str, Field(max_length=2_000)]


class Answer(Contract):
    """What every answer has: whether the request was served."""

    ok: bool = True


class Refused(Answer):
    """The request could not be read, or was not served, and why."""

    ok: bool = False
    refusal: Refusal
    detail: str | None = None


class CancelRequest(Contract):
    """Take back a key that may or may not have reached the ledger: a posting that comes later under it is refused as `cancelled`."""

    key: Key


class CancelAnswer(Answer):
    cancelled: bool
    """Whether nothing was, or ever will be, posted under the key."""
    outcome: Outcome | None = None
    """What the posting came to, where it was there first."""


class AccountRequest(Contract):
    account: Account
    as_of: datetime | None = None
    """Ask for the balance as it stood when this moment ended (by the ledger's clock); all else in the answer is as it stands now."""


class AccountAnswer(Answer):
    found: bool
    account: AccountState | None = None


class AccountsRequest(Contract):
    """Several viewers' accounts: those named, or those whose name holds `containing` (any casing), or all; richest first."""

    accounts: Annotated[list[Account], Field(max_length=500)] | None = None
    containing: str | None = None
    limit: Limit = 50
    offset: Offset = 0


class AccountsAnswer(Answer):
    total: int
    """How many there are, whatever limit and offset."""
    accounts: list[AccountState] = Field(default_factory=list)
    """Without their limit counters; named ones that do not exist are left out."""


class LeaderboardRequest(Contract):
    by: Literal["rich", "lifetime", "earners"]
    """By balance; by lifetime earned; by what was earned between `since` and `until`."""
    since: datetime | None = None
    """Needed by `earners`: event time from which on earnings count. Like `until`, a whole quarter of an hour: every zone's days are."""
    until: datetime | None = None
    limit: Limit = 10


class LeaderboardRow(Contract):
    account: str
    balance: int
    lifetime_earned: int
    earned: int | None = None
    """What was earned in the window, where that was asked."""


class LeaderboardAnswer(Answer):
    by: Literal["rich", "lifetime", "earners"]
    rows: list[LeaderboardRow] = Field(default_factory=list)


class HistoryRequest(Contract):
    """The entries of one account, or of all viewers of the channel; newest first."""

    account: Account | None = None
    limit: Limit = 50
    offset: Offset = 0
    since: Moment | None = None
    """Event time from which on entries are told."""
    until: Moment | None = None
    """Event time before which entries are told."""


class HistoryRow(Entry):
    """One entry with the posting it belongs to."""

    id: int
    """The entry's own number: rises with time, the same for ever."""
    number: int
    """The posting's number in the ledger's numbering."""
    key: str
    at: datetime
    """When its cause happened."""
    caller: str
    actor: str | None = None


class HistoryAnswer(Answer):
    found: bool
    """Whether the account exists."""
    rows: list[HistoryRow] = Field(default_factory=list)


class StatsRequest(Contract):
    """The channel's money; with `since`, also what happened in that window of event time, of whole quarters of an hour."""

    since: datetime | None = None
    until: datetime | None = None
    active_since: datetime | None = None
    """Asks also how the coins are spread over viewers; whose coins moved since then counts as active. A whole quarter, too."""


class Flow(Contract):
    """What moved in a window, in coins."""

    minted: int = 0
    burnt: int = 0
    earned: int = 0
    spent: int = 0
    wagered: int = 0
    won: int = 0
    postings: int = 0
    active: int = 0
    """Viewers with at least one entry."""
    house: int = 0
    """What the house gained."""
    circulation: int = 0
    """What circulation rose by; added up by itself, so that it can be held against minted - burnt - house."""


class Spread(Contract):
    """How the coins that viewers have at hand are spread."""

    gini: float
    """0: all have the same; near 1: one has all. Over all viewers' accounts."""
    top_ten: int
    """Coins of the ten richest."""
    active: int = 0
    """Viewers with at least one entry since `active_since`."""
    active_median: int = 0
    """Their median balance."""


class Held(Contract):
    """Coins in escrow by what they are held as."""

    type: str
    """The type of the movement that held them: gamble_wager, bounty_create, spend."""
    holds: int
    """How many are open."""
    coins: int


class StatsAnswer(Answer):
    accounts: int
    """Viewers' accounts."""
    circulation: int
    """Issued less burnt, without the house: what viewers have, and what is held for them."""
    spendable: int
    """What viewers have at hand."""
    escrow: int
    house: int
    minted: int
    """All ever issued."""
    burnt: int
    median_balance: int
    lifetime_earned: int
    lifetime_spent: int
    lifetime_wagered: int
    lifetime_won: int
    gamblers: int = 0
    """Viewers who ever wagered."""
    postings: int
    """The last number of the ledger's numbering (over all channels)."""
    held: list[Held] = Field(default_factory=list)
    """What escrow is made of."""
    window: Flow | None = None
    spread: Spread | None = None


class ActionsRequest(Contract):
    """What people did to the books by hand, newest first: grants, deductions, corrections, bans; with `user`, by or to that person."""

    user: Account | None = None
    limit: Limit = 10


class Action(Contract):
    number: int
    """Its place in the ledger's numbering: what `undo` takes."""
    kind: Literal["posting", "banned", "unbanned", "frozen", "unfrozen"]
    at: datetime
    caller: str
    """The service that asked."""
    actor: str | None = None
    """Who wanted it."""
    account: str | None = None
    """The viewer concerned; of several, the first."""
    viewers: int = 0
    """How many viewers' accounts it moved."""
    amount: int = 0
    """What all these came to; positive is coming in."""
    postings: int = 1
    """How many postings one command made of it; `number` is the last one's."""
    type: str | None = None
    reason: str | None = None
    reverses: int | None = None
    """The number of the posting it undoes."""
    undone: bool = False


class ActionsAnswer(Answer):
    actions: list[Action] = Field(default_factory=list)


class PostingRequest(Contract):
    """One posting by its key or its number."""

    key: Key | None = None
    number: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None
    undoing: bool = False
    """Whether it is also asked what undoing it would come to."""


class PostingAnswer(Answer):
    found: bool
    transaction: Transaction | None = None
    reversed_by: str | None = None
    """The key of the posting that undid it."""
    cancelled: bool = False
    """Whether the key was cancelled before anything came under it."""
    undoing: Outcome | None = None
    """How a reversal would be answered now; nothing is done."""


class BanRequest(Contract):
    """Ban or unban a viewer from the economy. A ban opens the account if need be; one without a reason keeps that of the ban before."""

    key: Key
    account: Account
    at: Moment
    reason: Reason | None = None
    actor: Word | None = None


class BanAnswer(Answer):
    account: str
    banned: bool
    changed: bool
    """Whether this request (or an earlier one with its key) changed it."""
    reason: str | None = None


class FreezeRequest(Contract):
    """Freeze an account, so that nothing moves in or out of it; or thaw it."""

    key: Key
    account: Account
    at: Moment
    frozen: bool = True
    reason: Reason | None = None
    actor: Word | None = None


class FreezeAnswer(Answer):
    account: str
    frozen: bool
    changed: bool
