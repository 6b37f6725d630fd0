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

    account: str
    """As the room spells it; as it was asked, where there is no account."""
    changed: bool
    """Whether this request changed the account; the same for every repetition of it."""


def sanction(desk: Desk, request: BanRequest | FreezeRequest, kind: Sanction, caller: str, now: int) -> Sanctioned:
    """Ban, unban, freeze or thaw an account. Each key has its effect once.

    A ban or freeze opens the account if need be; an unban or thaw of nobody changes nothing, and stands in the journal all the same.

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
    imposes = kind in {"banned", "frozen"}
    account = _account(desk, request.account, record, opens=imposes, viewer=isinstance(request, BanRequest))
    if account is None:
        if bound is None:
            record.about = request.account
            desk.record(record)
        return Sanctioned(request.account, changed=False)
    if bound is not None:
        before = desk.sanction_before(account, bound.number, _PAIRS[kind])
        return Sanctioned(account.display, imposes if before is None else before != kind)
    if kind in _PAIRS["banned"]:
        changed = account.banned is not imposes
        desk.mark(account, banned=imposes, reason=request.reason)
    else:
        changed = account.frozen is not imposes
        desk.mark(account, frozen=imposes)
    record.account = account
    desk.record(record)
    return Sanctioned(account.display, changed)


def _account(desk: Desk, name: str, record: Record, *, opens: bool, viewer: bool) -> Account | None:
    account = desk.account(name.casefold())
    if account is None:
        if not is_valid(name):
            raise Refusing("invalid", f"{name!r} is no viewer's name")
        if not opens:
            return None
        account = Account(0, name.casefold(), name)
        opening = Record("opened", record.key, b"", record.caller, record.at, record.committed, record.actor, bound=False, account=account)
        desk.open(account, opening)
    if viewer and not account.is_viewer:
        raise Refusing("invalid", f"{name!r} is no viewer")
    return account
