"""The three ends of a bounty: claimed by somebody, cancelled, or its time is over. Whoever is judged first has it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal

import structlog

from libs.common.aliases import Kinship
from libs.common.contracts.announcements import Announcement
from libs.common.contracts.base import Contract
from libs.common.contracts.events import Event, Tick
from libs.common.contracts.ledger import BURN, AccountState, Capture, Line, Outcome, Posting, Release
from libs.common.contracts.owners import Asked, Declined
from libs.common.contracts.shop.bounties import BountyAnswer, CancelBountyRequest, ClaimBountyAnswer, ClaimBountyRequest
from libs.common.names import fold
from libs.common.owner import Case, Errand, Verb, Wanted
from libs.common.unit import Unit
from services.shop.bounties import store
from services.shop.bounties.store import Bounty
from services.shop.part import Tools

log = structlog.get_logger()

NEWS_VALID: Final = timedelta(minutes=5)
"""How long it is worth saying how a bounty ended."""
_AGAIN: Final = timedelta(hours=1)
"""Where the ledger refuses an end by the clock, as for a frozen account, it is tried again after that."""
_AT_ONCE_MAX: Final = 100
"""So many bounties are ended at one tick; the others at the next."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What others know of a winner."""

    account: AccountState | None
    kinship: Kinship | None
    """With the bounty's creator."""


class Ends:
    """Ends bounties."""

    def __init__(self, tools: Tools) -> None:
        """Take the surroundings."""
        self._tools = tools
        self.verbs: tuple[Verb[Any], ...] = (
            Verb("claim_bounty", ClaimBountyRequest, _judge_claim, _settle_claim, self._look_claim),
            Verb("cancel_bounty", CancelBountyRequest, _judge_cancel, _settle_cancel),
            Verb("expire_bounty", Asked, _nobodys, _settle_expiry),
        )

    def hear(self, unit: Unit, event: Event) -> None:
        """End those whose time is over by this tick: it stands for the time of every channel."""
        if not isinstance(event, Tick):
            return
        for bounty in store.due(unit.db, event.at, _AT_ONCE_MAX):
            if store.move(unit.db, bounty.channel, bounty.number, "open", "ending"):
                key = f"{bounty.id}:expire"
                request = Asked(key=key, user=bounty.creator, at=event.at, epoch=event.epoch, raw=event.raw)
                posting = Posting(key=key, at=bounty.ends, lines=[_given_back(bounty, bounty.refund, "expired")], cause=event.id)
                self._tools.begin(unit, bounty.channel, "expire_bounty", request, Wanted(posting, {"number": bounty.number}))

    async def _look_claim(self, channel: str, request: ClaimBountyRequest) -> _Seen:
        winner = await self._tools.accounts.find(channel, request.winner)
        bounty = await self._tools.write(lambda unit: store.find(unit.db, channel, request.number))
        kinship = None if bounty is None or winner is None else await self._tools.aliases.kinship(bounty.creator, winner.account)
        return _Seen(winner, kinship)


# -- claimed --------------------------------------------------------------------------------------------------------------------------


def _judge_claim(unit: Unit, case: Case[ClaimBountyRequest]) -> Declined | Wanted:
    wanted, winner, kinship = case.request, case.seen.account, case.seen.kinship
    bounty = store.find(unit.db, case.channel, wanted.number)
    refused = _closed(bounty, case)
    if bounty is None or refused is not None:
        return refused or Declined(code="bounty_unknown")
    if fold(wanted.winner) == bounty.user or (kinship is not None and kinship.same):
        return Declined(code="bounty_own", values={"creator": bounty.creator})
    if winner is None or fold(wanted.winner) in case.rules.outsiders:
        return Declined(code="bounty_nobody", values={"winner": wanted.winner})
    store.move(unit.db, bounty.channel, bounty.number, "open", "ending")
    capture = Capture(
        hold=bounty.hold,
        target=winner.account,
        type="bounty_claim",
        trigger=f"bounty.claim.{bounty.number}",
        reason=bounty.text,
        related=bounty.creator,
        metadata=None if kinship is None else {"alias_check": kinship.source},
    )
    posting = Posting(key=wanted.key, at=case.at, lines=[capture], actor=wanted.user, cause=wanted.key)
    return Wanted(posting, {"number": bounty.number, "winner": winner.account})


def _settle_claim(unit: Unit, errand: Errand[ClaimBountyRequest], outcome: Outcome) -> Contract:
    bounty, winner = _ending(unit, errand), str(errand.note["winner"])
    if not outcome.ok:
        return _not_ended(unit, errand, bounty, outcome, winner)
    at = errand.posting.at
    store.end(unit.db, bounty.channel, bounty.number, "claimed", at, winner)
    values: dict[str, str | int] = {"user": winner, "creator": bounty.creator, "amount": bounty.amount, "text": bounty.text}
    unit.announce(
        Announcement(
            id=f"{bounty.id}:won",
            channel=bounty.channel,
            lane="chat",
            line="bounty_won",
            values=values,
            kind="result",
            at=at,
            until=at + NEWS_VALID,
        )
    )
    return ClaimBountyAnswer(
        number=bounty.number,
        amount=bounty.amount,
        text=bounty.text,
        creator=bounty.creator,
        winner=winner,
        balance=next(entry.balance for entry in outcome.entries if fold(entry.account) == fold(winner)),
    )


# -- cancelled ------------------------------------------------------------------------------------------------------------------------


def _judge_cancel(unit: Unit, case: Case[CancelBountyRequest]) -> Declined | Wanted:
    wanted = case.request
    bounty = store.find(unit.db, case.channel, wanted.number)
    refused = _closed(bounty, case)
    if bounty is None or refused is not None:
        return refused or Declined(code="bounty_unknown")
    own = fold(wanted.user) == bounty.user
    if not own and not wanted.by_admin:
        return Declined(code="bounty_not_yours", values={"creator": bounty.creator})
    refund = bounty.refund if own else bounty.amount
    store.move(unit.db, bounty.channel, bounty.number, "open", "ending")
    lines, actor = [_given_back(bounty, refund, "cancel")], None if own else wanted.user
    posting = Posting(key=wanted.key, at=case.at, lines=lines, actor=actor, cause=wanted.key)
    return Wanted(posting, {"number": bounty.number, "refund": refund})


def _settle_cancel(unit: Unit, errand: Errand[CancelBountyRequest], outcome: Outcome) -> Contract:
    bounty = _ending(unit, errand)
    if not outcome.ok:
        return _not_ended(unit, errand, bounty, outcome, bounty.creator)
    store.end(unit.db, bounty.channel, bounty.number, "cancelled", errand.posting.at)
    return standing(bounty, "cancelled", int(errand.note["refund"]), outcome)


# -- its time is over -----------------------------------------------------------------------------------------------------------------


def _nobodys(_unit: Unit, _case: Case[Asked]) -> Declined:
    """Only the clock ends a bounty so."""
    return Declined(code="not_allowed")


def _settle_expiry(unit: Unit, errand: Errand[Asked], outcome: Outcome) -> Contract:
    bounty = _ending(unit, errand)
    if not outcome.ok:
        return _not_ended(unit, errand, bounty, outcome, bounty.creator)
    _tell_expired(unit, bounty)
    return Declined(code="bounty_over")


# -- all of them ----------------------------------------------------------------------------------------------------------------------


def _closed(bounty: Bounty | None, case: Case[Any]) -> Declined | None:
    """Say why a bounty can't be ended now; None if it can."""
    if bounty is None or bounty.state == "making":
        return Declined(code="bounty_unknown", values={"number": str(case.request.number)})
    if bounty.state == "expired" or (bounty.state == "open" and case.at >= bounty.ends):
        return Declined(code="bounty_over", values={"number": str(bounty.number)})
    if bounty.state != "open":
        return Declined(code=f"bounty_{bounty.state}", values={"number": str(bounty.number)})
    return None


def standing(bounty: Bounty, state: Literal["open", "cancelled"], refund: int, outcome: Outcome) -> BountyAnswer:
    """Give how a bounty stands after a posting."""
    return BountyAnswer(
        state=state,
        number=bounty.number,
        amount=bounty.amount,
        text=bounty.text,
        creator=bounty.creator,
        hours=(bounty.ends - bounty.made) // timedelta(hours=1),
        refund=refund,
        balance=next((entry.balance for entry in outcome.entries if fold(entry.account) == bounty.user), None),
    )


def _given_back(bounty: Bounty, refund: int, why: str) -> Line:
    """Give the line that gives back so much of what is held, and burns the rest."""
    kind, trigger = "bounty_expired_refund", f"bounty.{why}.{bounty.number}"
    if refund == bounty.amount:
        return Release(hold=bounty.hold, type=kind, trigger=trigger, reason=bounty.text)
    return Capture(hold=bounty.hold, target=BURN, amount=bounty.amount - refund, type=kind, trigger=trigger, reason=bounty.text)


def _ending(unit: Unit, errand: Errand[Any]) -> Bounty:
    """Give the bounty an errand ends; it is in that state since the errand was kept."""
    bounty = store.find(unit.db, errand.channel, int(errand.note["number"]))
    if bounty is None or bounty.state != "ending":
        raise RuntimeError(f"errand {errand.key!r} ends a bounty that is not being ended")
    return bounty


def _not_ended(
    unit: Unit,
    errand: Errand[Any],
    bounty: Bounty,
    outcome: Outcome,
    for_: str,
) -> Declined:
    """Bring a bounty whose end the ledger refused into the state it has there: open again, or ended by somebody else."""
    values: dict[str, int | float | str | None] = {"number": str(bounty.number), "winner": for_}
    match outcome.refusal:
        case "expired":
            _tell_expired(unit, bounty)
            return Declined(code="bounty_over", values=values)
        case "hold_settled" | "unknown_hold":
            store.end(unit.db, bounty.channel, bounty.number, "cancelled", errand.posting.at)
            log.warning(
                "the coins of a bounty are not held any more: it counts as cancelled",
                channel=bounty.channel,
                bounty=bounty.number,
                detail=outcome.detail,
                cure="the journal tells who settled the hold",
            )
            return Declined(code="bounty_cancelled", values=values)
        case "unknown_account":
            code = "bounty_nobody"
        case "banned":
            code = "bounty_banned"
        case refusal:
            code = refusal or "invalid"
    due = max(bounty.ends, errand.request.at + _AGAIN) if errand.verb == "expire_bounty" else bounty.ends
    store.postpone(unit.db, bounty.channel, bounty.number, due)
    log.warning("a bounty can't be ended", channel=bounty.channel, bounty=bounty.number, refusal=outcome.refusal, detail=outcome.detail)
    return Declined(code=code, values=values)


def _tell_expired(unit: Unit, bounty: Bounty) -> None:
    """End a bounty whose time is over, and tell its creator."""
    store.end(unit.db, bounty.channel, bounty.number, "expired", bounty.ends)
    unit.announce(
        Announcement(
            id=f"{bounty.id}:expired",
            channel=bounty.channel,
            lane="pm",
            to=bounty.creator,
            line="bounty_expired",
            values={"number": str(bounty.number), "text": bounty.text, "amount": bounty.refund, "total": bounty.amount},
            kind="notice",
            at=bounty.ends,
            until=bounty.ends + timedelta(days=1),
        )
    )
