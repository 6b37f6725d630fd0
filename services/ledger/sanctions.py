"""Bans and freezes: the ledger's own, so that no check goes stale between asking and posting."""

import hashlib
from dataclasses import dataclass
from typing import Final, Literal

from libs.common.contracts.ledger_requests import BanRequest, FreezeRequest
from libs.common.names import is_valid
from services.ledger import callers
from services.ledger.model import Account, Refusing
from services.ledger.store import Desk, Record
from services.ledger.times import micros

Sanction = Literal["banned", "unbanned", "frozen", "unfrozen"]
_PAIRS: Final[dict[Sanction, tuple[Sanction, Sanction]]] = {
    "banned": ("banned", "unbanned"),
    "unbanned": ("banned", "unbanned"),
    "frozen": ("frozen", "unfrozen"),
    "unfrozen": ("frozen", "unfrozen"),
}


@dataclass(frozen=True, slots=True)
class Sanctioned:
    """What came of it."""

    account: Account
    changed: bool
    """Whether this request changed the account; the same for every repetition of it."""


def sanction(desk: Desk, request: BanRequest | FreezeRequest, kind: Sanction, caller: str, now: int) -> Sanctioned:
    """Ban, unban, freeze or thaw an account, opening it if need be. Each key has its effect once.

    Raises:
        Refusing: the caller may not, the name is none, or the key stands for something else.
    """
    if not callers.rights(caller).bans:
        raise Refusing("not_allowed", f"{caller} may not ban or freeze")
    name = request.account.casefold()
    fingerprint = hashlib.blake2b(f"{kind}\0{caller}\0{name}".encode(), digest_size=16).digest()
    bound = desk.bound(request.key)
    if bound is not None and bound.fingerprint != fingerprint:
        raise Refusing("key_conflict", f"key {request.key!r} stands for other contents, number {bound.number}")
    if request.key[0] == "@":
        raise Refusing("invalid", "keys that begin with @ are the ledger's own")
    record = Record(
        kind, request.key, fingerprint, caller, micros(request.at), max(now, desk.last_committed), request.actor, detail=request.reason
    )
    account = _account(desk, request.account, record, viewer=isinstance(request, BanRequest))
    if bound is not None:
        return Sanctioned(account, _changed(desk.sanction_before(account, bound.number, _PAIRS[kind]), kind))
    changed = account.banned is not (kind == "banned") if kind in _PAIRS["banned"] else account.frozen is not (kind == "frozen")
    if kind in _PAIRS["banned"]:
        desk.mark(account, banned=kind == "banned", reason=request.reason)
    else:
        desk.mark(account, frozen=kind == "frozen")
    record.account = account
    desk.record(record)
    return Sanctioned(account, changed)


def _changed(before: str | None, kind: Sanction) -> bool:
    return kind in {"banned", "frozen"} if before is None else before != kind


def _account(desk: Desk, name: str, record: Record, *, viewer: bool) -> Account:
    account = desk.account(name.casefold())
    if account is None:
        if not is_valid(name):
            raise Refusing("invalid", f"{name!r} is no viewer's name")
        account = Account(0, name.casefold(), name)
        opening = Record("opened", record.key, b"", record.caller, record.at, record.committed, record.actor, bound=False, account=account)
        desk.open(account, opening)
    if viewer and not account.is_viewer:
        raise Refusing("invalid", f"{name!r} is no viewer")
    return account
