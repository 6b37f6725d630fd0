"""How an offer ends that leads to no duel: declined, withdrawn, run out, or void. The stake goes back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import structlog

from libs.common.contracts.base import Contract
from libs.common.contracts.duels import DECLINE, WITHDRAW, AnswerRequest, OfferAnswer, StakeState, WithdrawRequest
from libs.common.contracts.events import Event
from libs.common.contracts.ledger import Outcome
from libs.common.contracts.owners import Asked, Declined
from libs.common.durable import Unit
from libs.common.names import fold
from libs.common.owner import Case, Errand, Verb, Wanted
from libs.common.subjects import ALL
from services.games.duel import notices, postings, store
from services.games.duel.duel import Duel, End, State
from services.games.part import Tools

log = structlog.get_logger()

SETTLED: Final[Mapping[str, StakeState]] = {"expired": "back", "hold_settled": "settled"}
"""Where a stake is that the ledger says is held no more: it went back at its deadline, or was settled by somebody else."""


class EndRequest(Asked):
    """An end nobody asked for: by the clock, or because the ledger refused."""

    duel: str
    how: End


class Endings:
    """Ends offers, each once."""

    def __init__(self, tools: Tools) -> None:
        """Take the surroundings."""
        self._tools = tools
        self.verbs = (
            Verb(DECLINE, AnswerRequest, self.judge_decline, self.settle),
            Verb(WITHDRAW, WithdrawRequest, self.judge_withdrawal, self.settle),
            Verb("end", EndRequest, _judge_nothing, self.settle),
        )

    def expire(self, unit: Unit, event: Event) -> None:
        """End the offers whose time has run out by an event's time."""
        for duel in store.due(unit.db, event.at, None if event.channel == ALL else event.channel):
            self.begin(unit, duel, "open", "expired", event.at)

    def begin(self, unit: Unit, duel: Duel, before: State, how: End, at: datetime, answer: str | None = None) -> None:
        """Have an offer ended that is in the state `before`; `answer` is the key of who meant to take it, if anybody did."""
        if store.move(unit.db, duel.id, before, "ending", answer):
            request = EndRequest(key=postings.key(duel, how), user=duel.challenger, at=at, duel=duel.id, how=how)
            self._tools.begin(unit, duel.channel, "end", request, _wanted(duel, how, at))

    def judge_decline(self, unit: Unit, case: Case[AnswerRequest]) -> Contract | Wanted:
        """Decline what one got; with nothing to decline, one's own offer is meant."""
        request = case.request
        got = store.aimed_at(unit.db, case.channel, request.user, request.challenger)
        if got or not (made := store.offered_by(unit.db, case.channel, request.user, request.challenger)):
            return self._judge(unit, case, got, "declined")
        return self._judge(unit, case, made, "withdrawn")

    def judge_withdrawal(self, unit: Unit, case: Case[WithdrawRequest]) -> Contract | Wanted:
        """Take one's own offer back."""
        made = store.offered_by(unit.db, case.channel, case.request.user, case.request.target)
        return self._judge(unit, case, made, "withdrawn")

    def settle(self, unit: Unit, errand: Errand[Any], outcome: Outcome) -> Contract:
        """Let it be over, whatever the ledger says: what can't go back now does so by the ledger's own deadline."""
        duel = store.get(unit.db, errand.note["duel"])
        how: End = errand.note["how"]
        stake: StakeState = "back" if outcome.ok else SETTLED.get(outcome.refusal or "", "later")
        if stake == "later":
            about = {"duel": duel.id, "refusal": outcome.refusal, "detail": outcome.detail}
            cure = "thaw the account, if it is frozen; the ledger gives the stake back two hours after the duel's deadline"
            log.warning("a duel's stake can't go back yet", **about, cure=cure)
        self.finish(unit, duel, "ending", how, errand.request, stake)
        return _told(duel, how, stake)

    def finish(self, unit: Unit, duel: Duel, before: State, how: End, request: Asked, stake: StakeState) -> None:
        """End it, and tell whoever did not ask for that."""
        if not store.move(unit.db, duel.id, before, how):
            raise RuntimeError(f"duel {duel.id} is not {before}")
        self._tools.book.reveal_round(unit, duel.channel, duel.id)
        rules = self._tools.rules(unit)
        if rules is None:
            return
        for to in _concerned(duel, how):
            text = notices.ended(duel, how, to, rules.currency, stake)
            unit.announce(notices.pm(duel, how, to, text, request.at))

    def _judge(self, unit: Unit, case: Case[Any], found: Sequence[Duel], how: End) -> Contract | Wanted:
        # Asked again after a kill, when the ledger had refused: it is over all the same.
        over = store.answered_by(unit.db, case.request.key)
        if over is not None:
            return _told(over, "withdrawn" if over.state == "withdrawn" else "declined", "later")
        if len(found) != 1:
            return which(found, case.request.user)
        duel = found[0]
        store.move(unit.db, duel.id, "open", "ending", case.request.key)
        return _wanted(duel, how, case.at)


def which(found: Sequence[Duel], user: str) -> Declined:
    """Say that there is no offer, or too many to know which is meant."""
    if not found:
        return Declined(code="duel_none")
    others = ((duel.target if fold(duel.challenger) == fold(user) else duel.challenger, duel.wager) for duel in found)
    return Declined(code="duel_which", values={"offers": ", ".join(f"@{other} ({wager:,})" for other, wager in others)})


def _judge_nothing(_unit: Unit, _case: Case[EndRequest]) -> Contract:
    return Declined(code="duel_none")


def _wanted(duel: Duel, how: End, at: datetime) -> Wanted:
    return Wanted(postings.refund(duel, how, at), {"duel": duel.id, "how": how})


def _told(duel: Duel, how: End, stake: StakeState) -> OfferAnswer:
    return OfferAnswer(challenger=duel.challenger, target=duel.target, wager=duel.wager, prize=duel.prize, state=how, stake=stake)


def _concerned(duel: Duel, how: End) -> tuple[str, ...]:
    """Give who is to be told beside the one who asked, or beside the one whose taking the offer came to nothing."""
    match how:
        case "declined" | "void":
            return (duel.challenger,)
        case "withdrawn":
            return (duel.target,)
        case "expired":
            return (duel.challenger, duel.target)
