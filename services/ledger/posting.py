"""One posting: its key, its lines, its outcome. All of it, or nothing."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from pydantic_core import to_json

from libs.common.contracts.ledger import Capture, Hold, Limit, Line, Open, Posting, Refusal, Release, Reverse, Set, Transfer
from libs.common.names import is_valid
from services.ledger import callers, model
from services.ledger.books import Draft
from services.ledger.callers import Rights
from services.ledger.model import Account, Leg, Refusing, Use, Words
from services.ledger.store import Bound, Desk, Record
from services.ledger.times import HOUR, micros

HOLD_SHORTEST: Final = HOUR
"""No hold goes back sooner than this after it was made: its owner ends it; the deadline is the net below."""
KEY_MAX: Final = 200
CONTENTS_MAX: Final = 64 * 1024
JOURNAL_MAX: Final = 400 * 1024
"""What the entries of one posting may say in all, in bytes: its message in the journal must fit into one of the server's."""
_ENTRY_OVERHEAD: Final = 200


class Result(NamedTuple):
    """What came of a posting; `legs` only where it was done just now."""

    key: str
    number: int | None = None
    refusal: Refusal | None = None
    detail: str | None = None
    repeated: bool = False
    legs: tuple[Leg, ...] = ()
    balance: int | None = None
    """What was too little, where that is why it was refused just now."""

    @property
    def ok(self) -> bool:
        return self.refusal is None


def post(desk: Desk, posting: Posting, caller: str, now: int, *, background: bool = False) -> Result:
    """Do a posting, or say why not.

    Args:
        desk: the channel's books; flushed by whoever opened it.
        posting: what is to be done.
        caller: the service that asks.
        now: the ledger's clock, microseconds.
        background: whether nobody waits for the answer: a refusal is then an outcome too, recorded under the key.
    """
    contents = canonical(posting, caller)
    fingerprint = hashlib.blake2b(contents, digest_size=16).digest()
    bound = desk.bound(posting.key)
    if bound is not None and bound.fingerprint == fingerprint:
        return Result(posting.key, bound.number, bound.refusal, bound.detail, repeated=True)
    clock = max(now, desk.last_committed)
    record = Record("posting", posting.key, fingerprint, caller, micros(posting.at), clock, posting.actor, posting.cause)
    draft = Draft(desk)
    try:
        _check(desk, posting, caller, bound, len(contents) + len(posting.cause or ""))
        lines = _Lines(draft, callers.rights(caller), caller, clock)
        for line in posting.lines:
            _LINES[type(line)](lines, line)
        _fits(draft, len(contents))
    except Refusing as refusing:
        draft.undo()
        if not background:
            return Result(posting.key, None, refusing.refusal, refusing.detail, balance=refusing.balance)
        return _refused(desk, posting, record, refusing, binds=bound is None and posting.key[0] != "@")
    for account in draft.opened:
        desk.open(account, _opening(record, account))
    return Result(posting.key, desk.write(draft, record), legs=tuple(draft.legs))


def would_undo(desk: Desk, key: str) -> Result:
    """Say how a reversal of what a key stands for would be answered now; nothing is done, and the desk is of no further use."""
    draft, kept = Draft(desk), desk.kept(key)
    if kept is None:
        return Result(key, None, "unknown_posting", f"there is no posting {key!r}")
    try:
        draft.reverse(kept, Reverse(key=key, type="reversal"))
    except Refusing as refusing:
        return Result(key, None, refusing.refusal, refusing.detail)
    return Result(key, legs=tuple(draft.legs))


def expect(desk: Desk, postings: Sequence[Posting]) -> None:
    """Have a desk look up what these postings will ask it for; a single one asks by itself just as well."""
    if len(postings) > 1:
        names = (name.casefold() for posting in postings for line in posting.lines for name in _named(line))
        desk.expect([posting.key for posting in postings], names)


def refuse_unreadable(desk: Desk, key: str, contents: str, why: str, caller: str, now: int) -> None:
    """Record that what came under a key is no posting, so that its sender sees the outcome; nothing if the key stands for something."""
    if not key or len(key) > KEY_MAX or key[0] == "@" or desk.bound(key) is not None:
        return
    clock = max(now, desk.last_committed)
    fingerprint = hashlib.blake2b(contents.encode(), digest_size=16).digest()
    desk.record(Record("refused", key, fingerprint, caller, now, clock, refusal="invalid", detail=why))


def expire(desk: Desk, name: str, now: int) -> Result | None:
    """Settle a hold whose deadline has passed, as it asked at its making; None if that is not so (any more)."""
    hold = desk.hold(name)
    if hold is None or hold.state != "open" or hold.deadline > now:
        return None
    clock = max(now, desk.last_committed)
    draft = Draft(desk)
    try:
        draft.expire(hold, Words("hold_expired", "ledger.deadline", hold.name))
    except Refusing:
        draft.undo()
        return None
    key = f"@expired:{hold.id}"
    record = Record("posting", key, key.encode(), callers.LEDGER, hold.deadline, clock, cause=hold.name)
    return Result(key, desk.write(draft, record), legs=tuple(draft.legs))


def canonical(posting: Posting, caller: str) -> bytes:
    """Give what makes two postings the same: who asks, for whom, and the lines. When it happened, and why it was sent, do not count.

    Fields stand in the order of their models, which therefore stays; those without a value are left out, so that a field added by a later
    version changes nothing for older postings.
    """
    lines = [
        {name: _PLAIN[name](value) if name in _PLAIN else value for name, value in vars(line).items() if value is not None}
        for line in posting.lines
    ]
    return to_json([caller, posting.actor, lines])


_PLAIN: Final[dict[str, Callable[[Any], Any]]] = {"deadline": micros, "metadata": json.JSONEncoder(sort_keys=True).encode}
"""Fields of lines that can be said in more than one way, and the one that counts."""


def _check(desk: Desk, posting: Posting, caller: str, bound: Bound | None, size: int) -> None:
    if bound is not None:
        raise Refusing("key_conflict", f"key {posting.key!r} stands for other contents, number {bound.number}")
    if desk.is_cancelled(posting.key, caller):
        raise Refusing("cancelled", f"key {posting.key!r} was cancelled")
    if posting.key[0] == "@":
        raise Refusing("invalid", "keys that begin with @ are the ledger's own")
    if size > CONTENTS_MAX:
        raise Refusing("invalid", f"the posting is {size} bytes long, at most {CONTENTS_MAX} are kept")
    if not callers.rights(caller).may_post:
        raise Refusing("not_allowed", f"{caller} may not post")


def _fits(draft: Draft, size: int) -> None:
    # Every leg says at most what the contents say: only where that is not plainly enough are they counted.
    if (size + _ENTRY_OVERHEAD) * len(draft.legs) > JOURNAL_MAX:
        said = sum(_ENTRY_OVERHEAD + len(repr(leg.why).encode()) for leg in draft.legs)
        if said > JOURNAL_MAX:
            raise Refusing("invalid", f"the entries would say {said} bytes, at most {JOURNAL_MAX} are kept")


def _opening(record: Record, account: Account) -> Record:
    return Record(
        "opened",
        record.key,
        b"",
        record.caller,
        record.at,
        record.committed,
        record.actor,
        record.cause,
        bound=False,
        account=account,
    )


def _refused(desk: Desk, posting: Posting, record: Record, why: Refusing, *, binds: bool) -> Result:
    """Record a refusal. One that can't bind its key, because that stands for something else, is told once all the same."""
    if not binds and desk.conflict_told(posting.key, record.fingerprint):
        return Result(posting.key, None, why.refusal, why.detail, repeated=True)
    about = concerned(posting)
    account = None if about is None else desk.account(about.casefold())
    row = Record(
        "refused",
        record.key,
        record.fingerprint,
        record.caller,
        record.at,
        record.committed,
        record.actor,
        record.cause,
        bound=binds,
        account=account,
        about=None if account else about,
        refusal=why.refusal,
        detail=why.detail,
    )
    return Result(posting.key, desk.record(row), why.refusal, why.detail)


def concerned(posting: Posting) -> str | None:
    """Give the viewer a posting is about: the first that a line names, who receives before who gives."""
    names = (name for line in posting.lines for name in _named(line))
    return next((name for name in names if name[0] != "@"), None)


def _named(line: Line) -> list[str]:
    """Give the accounts a line names, who receives before who gives."""
    said = vars(line)
    return [said[role] for role in ("target", "source", "account") if role in said]


@dataclass(slots=True)
class _Lines:
    """The lines as a caller may have them done."""

    draft: Draft
    rights: Rights
    caller: str
    now: int

    def open(self, line: Open) -> None:
        if not is_valid(line.account):
            raise Refusing("invalid", f"{line.account!r} is no viewer's name")
        self.draft.open(line.account, keep_spelling=self.rights.sees_viewers)

    def transfer(self, line: Transfer) -> None:
        self._may_move(line.type)
        source, target = self.draft.known(line.source), self.draft.known(line.target)
        if source.name == "@mint":
            if not self.rights.may_mint(line.type):
                raise Refusing("not_allowed", f"{self.caller} may not issue coins as {line.type!r}")
        elif source.name in {"@burn", "@escrow"} or (source.name == "@house" and not self.rights.banks):
            raise Refusing("not_allowed", f"{self.caller} may not spend what {source.name} has")
        if target.name in {"@mint", "@escrow"}:
            raise Refusing("not_allowed", f"nothing is paid to {target.name}")
        self.draft.transfer(source, target, line.amount, line)

    def hold(self, line: Hold) -> None:
        self._may_move(line.type)
        deadline = max(micros(line.deadline), self.now + HOLD_SHORTEST)
        account = self.draft.known(line.account)
        self.draft.hold(model.Hold(0, line.hold, account, line.amount, deadline, line.burn_at_deadline, self.caller), line)

    def capture(self, line: Capture) -> None:
        self._may_move(line.type)
        hold = self._own(line.hold)
        target = self.draft.known(line.target)
        if target.name in {"@mint", "@escrow"}:
            raise Refusing("not_allowed", f"nothing is paid to {target.name}")
        self.draft.capture(hold, target, line.amount, line)

    def release(self, line: Release) -> None:
        self._may_move(line.type)
        self.draft.release(self._own(line.hold), line)

    def set(self, line: Set) -> None:
        if not self.rights.sets:
            raise Refusing("not_allowed", f"{self.caller} may not set balances")
        self._may_move(line.type)
        self.draft.set(self.draft.known(line.account), line.balance, line)

    def limit(self, line: Limit) -> None:
        self.draft.limit(Use(self.draft.known(line.account), line.name, line.window, line.add), line.maximum)

    def reverse(self, line: Reverse) -> None:
        self._may_move(line.type)
        kept = self.draft.shelf.kept(line.key)
        if kept is None:
            raise Refusing("unknown_posting", f"there is no posting {line.key!r}")
        self._owns(kept.caller, f"posting {line.key!r}")
        self.draft.reverse(kept, line)

    def _own(self, name: str) -> model.Hold:
        hold = self.draft.wanted(name)
        self._owns(hold.caller, f"hold {name!r}")
        return hold

    def _owns(self, caller: str, what: str) -> None:
        if caller != self.caller and not self.rights.corrects:
            raise Refusing("not_allowed", f"{what} is of {caller}, not {self.caller}")

    def _may_move(self, kind: str) -> None:
        if not self.rights.may_move(kind):
            raise Refusing("not_allowed", f"{self.caller} may not post {kind!r}")


_LINES: Final[dict[type, Callable[[_Lines, Any], None]]] = {
    Open: _Lines.open,
    Transfer: _Lines.transfer,
    Hold: _Lines.hold,
    Capture: _Lines.capture,
    Release: _Lines.release,
    Set: _Lines.set,
    Limit: _Lines.limit,
    Reverse: _Lines.reverse,
}
