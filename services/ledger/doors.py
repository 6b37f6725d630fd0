"""The verbs: a request's body in, the answer out. Every request has an answer, and what can't be read is answered too."""

import json
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from pydantic import ValidationError
from pydantic_core import to_json

from libs.common.contracts.base import Contract
from libs.common.contracts.ledger import Outcome, Posting
from libs.common.contracts.ledger_requests import (
    AccountAnswer,
    AccountRequest,
    AccountsAnswer,
    AccountsRequest,
    ActionsAnswer,
    ActionsRequest,
    BanAnswer,
    BanRequest,
    CancelAnswer,
    CancelRequest,
    FreezeAnswer,
    FreezeRequest,
    HistoryAnswer,
    HistoryRequest,
    LeaderboardAnswer,
    LeaderboardRequest,
    PostingAnswer,
    PostingRequest,
    Refused,
    StatsRequest,
)
from services.ledger import callers, queries
from services.ledger.model import Leg, Refusing
from services.ledger.posting import Result, expect, would_undo
from services.ledger.posting import post as do_post
from services.ledger.reports.queries import actions as done_by_hand
from services.ledger.sanctions import sanction
from services.ledger.store import Connection, Desk

C = TypeVar("C", bound=Contract)
Answer = Contract | bytes


def post(db: Connection, channel: str, caller: str, body: bytes, now: int) -> Answer:
    """Do a posting and answer with its outcome."""
    return post_all(db, channel, [(caller, body)], now)[0]


def post_all(db: Connection, channel: str, asked: Sequence[tuple[str, bytes]], now: int) -> list[Answer]:
    """Do what (caller, body) ask for, in order, and answer each; what they need is looked up at once, and rows are written together."""
    desk = Desk(db, channel)
    read = [(caller, _posting(body)) for caller, body in asked]
    expect(desk, [posting for _, posting in read if isinstance(posting, Posting)])
    answers: list[Answer] = []
    for caller, posting in read:
        if isinstance(posting, Outcome):
            answers.append(posting)
            continue
        result = do_post(desk, posting, caller, now)
        if result.repeated and result.ok and result.number is not None:
            answers.append(queries.outcome(db, result.key, result.number))
        else:
            answers.append(told(result))
    desk.flush()
    return answers


def cancel(db: Connection, channel: str, caller: str, body: bytes, now: int) -> Answer:
    """Take back a key, or tell what came of it."""
    key = _read(CancelRequest, body).key
    if not callers.rights(caller).may_post:
        raise Refusing("not_allowed", f"{caller} posts nothing, and has nothing to cancel")
    desk = Desk(db, channel)
    bound = desk.bound(key)
    if bound is None:
        desk.cancel(key, caller, now)
        return CancelAnswer(cancelled=True)
    if bound.caller != caller and not callers.rights(caller).corrects:
        # The key stands for somebody else's posting: nothing of this caller's was, or will be, posted under it.
        return CancelAnswer(cancelled=True)
    if bound.kind == "refused":
        refused = Outcome(ok=False, key=key, number=bound.number, refusal=bound.refusal, detail=bound.detail, repeated=True)
        return CancelAnswer(cancelled=True, outcome=refused)
    return CancelAnswer(cancelled=False, outcome=queries.outcome(db, key, bound.number))


def ban(db: Connection, channel: str, caller: str, body: bytes, now: int) -> Answer:
    return _ban(db, channel, caller, body, now, banned=True)


def unban(db: Connection, channel: str, caller: str, body: bytes, now: int) -> Answer:
    return _ban(db, channel, caller, body, now, banned=False)


def freeze(db: Connection, channel: str, caller: str, body: bytes, now: int) -> Answer:
    """Freeze or thaw an account."""
    request = _read(FreezeRequest, body)
    desk = Desk(db, channel)
    done = sanction(desk, request, "frozen" if request.frozen else "unfrozen", caller, now)
    desk.flush()
    return FreezeAnswer(account=done.account, frozen=request.frozen, changed=done.changed)


def account(db: Connection, channel: str, body: bytes) -> Answer:
    request = _read(AccountRequest, body)
    state = queries.account(db, channel, request.account, request.as_of)
    return AccountAnswer(found=state is not None, account=state)


def accounts(db: Connection, channel: str, body: bytes) -> Answer:
    total, found = queries.accounts(db, channel, _read(AccountsRequest, body))
    return AccountsAnswer(total=total, accounts=found)


def leaderboard(db: Connection, channel: str, body: bytes) -> Answer:
    request = _read(LeaderboardRequest, body)
    if request.by == "earners" and request.since is None:
        raise Refusing("invalid", "earners of which time? `since` is missing")
    return LeaderboardAnswer(by=request.by, rows=queries.leaderboard(db, channel, request))


def history(db: Connection, channel: str, body: bytes) -> Answer:
    found, rows = queries.history(db, channel, _read(HistoryRequest, body))
    return HistoryAnswer(found=found, rows=rows)


def stats(db: Connection, channel: str, body: bytes) -> Answer:
    return queries.stats(db, channel, _read(StatsRequest, body))


def actions(db: Connection, channel: str, body: bytes) -> Answer:
    return ActionsAnswer(actions=done_by_hand(db, channel, _read(ActionsRequest, body)))


def posting(db: Connection, channel: str, body: bytes) -> Answer:
    """Tell of one posting: what `explain` shows."""
    request = _read(PostingRequest, body)
    if (request.key is None) is (request.number is None):
        raise Refusing("invalid", "either a key or a number")
    found = queries.transaction(db, channel, request.key, request.number)
    if found is None:
        cancelled = request.key is not None and queries.is_cancelled(db, channel, request.key)
        return PostingAnswer(found=False, cancelled=cancelled)
    undoing = told(would_undo(Desk(db, channel), found[0].key)) if request.undoing else None
    return PostingAnswer(
        found=True,
        transaction=found[0],
        reversed_by=found[1],
        undoing=None if undoing is None else Outcome.model_validate_json(undoing),
    )


Write = Callable[[Connection, str, str, bytes, int], Answer]
Read = Callable[[Connection, str, bytes], Answer]

POSTS: Final = frozenset({"post", "hold"})
"""Verbs that are answered with an `Outcome`."""

WRITES: Final[dict[str, Write]] = {"post": post, "hold": post, "cancel": cancel, "ban": ban, "unban": unban, "freeze": freeze}
"""Verbs that change the books: (db, channel, caller, body, now)."""

READS: Final[dict[str, Read]] = {
    "account": account,
    "accounts": accounts,
    "leaderboard": leaderboard,
    "history": history,
    "stats": stats,
    "posting": posting,
    "actions": actions,
}
"""Verbs that only look: (db, channel, body)."""


def failed(verb: str, error: Exception) -> Contract:
    """Answer a request that could not be served, in the form its verb answers in."""
    if isinstance(error, Refusing):
        refused = Refused(refusal=error.refusal, detail=error.detail)
    elif isinstance(error, ValidationError):
        refused = Refused(refusal="invalid", detail=described(error))
    else:
        refused = Refused(refusal="invalid", detail=f"{type(error).__name__}: {error}")
    if verb in POSTS:
        return Outcome(ok=False, key="", refusal=refused.refusal, detail=refused.detail)
    return refused


def told(result: Result) -> bytes:
    """Give the `Outcome` of a posting done just now, or refused, as it is sent: put together without a model, once."""
    metadata: dict[str, Any] = {}
    answer: dict[str, Any] = {"ok": result.ok, "key": result.key, "entries": [_entry(leg, metadata) for leg in result.legs]}
    if result.number is not None:
        answer["number"] = result.number
    if result.refusal is not None:
        answer["refusal"] = result.refusal
        answer["detail"] = result.detail
    if result.balance is not None:
        answer["balance"] = result.balance
    answer["repeated"] = result.repeated
    return to_json(answer)


def described(error: ValidationError) -> str:
    """Say in one line what is wrong with a body: the first three things."""
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(f"{'.'.join(str(place) for place in problem['loc']) or 'body'}: {problem['msg']}" for problem in problems[:3])


def _entry(leg: Leg, read: dict[str, Any]) -> dict[str, Any]:
    """Give an entry as it is told; `read` is the metadata read so far, since both ends of a transfer carry the same."""
    why = leg.why
    entry: dict[str, Any] = {"account": leg.account.display, "amount": leg.amount, "balance": leg.balance, "type": why.type}
    if why.trigger is not None:
        entry["trigger"] = why.trigger
    if why.reason is not None:
        entry["reason"] = why.reason
    if why.related is not None:
        entry["related"] = why.related
    if why.metadata is not None:
        if why.metadata not in read:
            read[why.metadata] = json.loads(why.metadata)
        entry["metadata"] = read[why.metadata]
    return entry


def _posting(body: bytes) -> Posting | Outcome:
    """Read a posting; what can't be read has its outcome at once."""
    try:
        return Posting.model_validate_json(body)
    except ValidationError as error:
        return Outcome(ok=False, key=_key(body), refusal="invalid", detail=described(error))


def _ban(db: Connection, channel: str, caller: str, body: bytes, now: int, *, banned: bool) -> Answer:
    request = _read(BanRequest, body)
    desk = Desk(db, channel)
    done = sanction(desk, request, "banned" if banned else "unbanned", caller, now)
    desk.flush()
    return BanAnswer(account=done.account, banned=banned, changed=done.changed, reason=request.reason)


def _read(contract: type[C], body: bytes) -> C:
    return contract.model_validate_json(body or b"{}")


def _key(body: bytes) -> str:
    """Give the key of a posting that can't be read, if that much can."""
    try:
        key = json.loads(body)["key"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""
    return key if isinstance(key, str) else ""
