"""Setting out a bounty, and the list of those that are open."""

from datetime import timedelta
from typing import Any, Final

from libs.common.contracts.announcements import Announcement
from libs.common.contracts.base import Contract
from libs.common.contracts.ledger import Hold, Outcome, Posting
from libs.common.contracts.owners import Declined, refused
from libs.common.contracts.shop.bounties import BountiesAnswer, BountiesRequest, BountyRequest, OpenBounty
from libs.common.owner import Case, Errand, Verb, Wanted
from libs.common.unit import Unit
from services.shop.bounties import rules, store
from services.shop.bounties.ends import NEWS_VALID, Ends, standing
from services.shop.part import Part, Tools

SHOWN_MAX: Final = 15
"""Open bounties in one list."""
NET: Final = timedelta(days=1)
"""So long behind a bounty's end the ledger would end it by itself: the shop may have been down, and reads its events first."""


def bounties(tools: Tools) -> Part:
    """Give all the shop does about bounties."""
    ends = Ends(tools)
    verbs: tuple[Verb[Any], ...] = (
        Verb("bounty", BountyRequest, _judge, _settle),
        Verb("bounties", BountiesRequest, _list),
        *ends.verbs,
    )
    return Part(verbs, on_event=lambda unit, event, _rules: ends.hear(unit, event))


def _judge(unit: Unit, case: Case[BountyRequest]) -> Declined | Wanted:
    wanted, section = case.request, case.rules.bounties
    text = rules.said(wanted.text)
    refused = rules.refused(wanted.amount, text, store.unended(unit.db, case.channel, wanted.user), section)
    if refused is not None:
        return refused
    refund, ends = rules.refund(wanted.amount, section), case.at + rules.lasts(section)
    bounty = store.add(unit.db, case.channel, wanted.user, wanted.amount, refund, text, case.at, ends)
    hold = Hold(
        hold=bounty.hold,
        account=wanted.user,
        amount=bounty.amount,
        deadline=ends + NET,
        burn_at_deadline=bounty.amount - refund,
        type="bounty_create",
        trigger="bounty.create",
        reason=text,
        metadata={"bounty": bounty.number, "ends": ends.isoformat(timespec="seconds"), "refund": refund},
    )
    posting = Posting(key=wanted.key, at=case.at, lines=[hold], cause=wanted.key)
    return Wanted(posting, {"number": bounty.number})


def _settle(unit: Unit, errand: Errand[BountyRequest], outcome: Outcome) -> Contract:
    number = int(errand.note["number"])
    bounty = store.find(unit.db, errand.channel, number)
    if bounty is None or bounty.state != "making":
        raise RuntimeError(f"errand {errand.key!r} sets out a bounty that is not being set out")
    if not outcome.ok:
        store.drop(unit.db, errand.channel, number)
        return Declined(code="no_account") if outcome.refusal == "unknown_account" else refused(outcome, bounty.amount)
    store.move(unit.db, errand.channel, number, "making", "open")
    unit.announce(
        Announcement(
            id=f"{bounty.id}:open",
            channel=bounty.channel,
            lane="chat",
            line="bounty",
            values={"user": bounty.creator, "amount": bounty.amount, "text": bounty.text, "number": str(number)},
            kind="notice",
            at=bounty.made,
            until=bounty.made + NEWS_VALID,
        )
    )
    return standing(bounty, "open", bounty.refund, outcome)


def _list(unit: Unit, case: Case[BountiesRequest]) -> Contract:
    if not case.rules.bounties.enabled:
        return Declined(code="off")
    total, found = store.newest(unit.db, case.channel, SHOWN_MAX)
    listed = [
        OpenBounty(number=each.number, amount=each.amount, text=each.text, creator=each.creator, made_at=each.made, ends_at=each.ends)
        for each in found
    ]
    return BountiesAnswer(at=case.at, total=total, bounties=listed)
