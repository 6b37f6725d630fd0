"""Challenging somebody: who may, whom, and what is held for it."""

import asyncio
import math
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from libs.common.aliases import Aliases
from libs.common.contracts.base import Contract
from libs.common.contracts.duels import CHALLENGE, DUELS, ChallengeRequest, DuelsAnswer, DuelsRequest, OfferAnswer, OpenDuel
from libs.common.contracts.ledger import AccountState, Outcome
from libs.common.contracts.owners import Declined
from libs.common.durable import Unit
from libs.common.names import fold
from libs.common.owner import Case, Errand, Verb, Wanted
from services.games import rounds
from services.games.duel import notices, postings, store
from services.games.duel.duel import GAME, WAGER_MAX, Duel
from services.games.eligibility import Player, Terms, declined, refused
from services.games.part import Tools

_SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Seen:
    """What others know of the two."""

    challenger: AccountState | None
    target: AccountState | None
    same: bool
    """Whether they are one person under two names."""


class Offers:
    """Makes offers, and lists them."""

    def __init__(self, tools: Tools, aliases: Aliases) -> None:
        """Take the surroundings, and who knows who is who."""
        self._tools = tools
        self._aliases = aliases
        self.verbs = (
            Verb(CHALLENGE, ChallengeRequest, self.judge, self.settle, self.look),
            Verb(DUELS, DuelsRequest, _listed),
        )

    async def look(self, channel: str, request: ChallengeRequest) -> Seen:
        """See both accounts, and whether they are one person's."""
        find = self._tools.accounts.find
        challenger, target, kinship = await asyncio.gather(
            find(channel, request.user), find(channel, request.target), self._aliases.kinship(request.user, request.target)
        )
        return Seen(challenger, target, kinship.same)

    def judge(self, unit: Unit, case: Case[ChallengeRequest]) -> Contract | Wanted:
        """Offer the duel on today's terms, or say what is against it."""
        request, challenge, seen = case.request, case.rules.gambling.challenge, case.seen
        terms = Terms(GAME, challenge.enabled, (challenge.min_wager, min(challenge.max_wager, WAGER_MAX)))
        player = Player(request.user, case.at, seen.challenger, request.wager)
        against = declined(player, terms, case.rules, _against(unit, case, seen))
        if against is not None:
            return against
        duel = Duel(
            id=request.key,
            channel=case.channel,
            challenger=request.user,
            target=seen.target.account,
            wager=request.wager,
            rake_percent=challenge.rake_percent,
            public=challenge.announce_public,
            deadline=case.at + challenge.accept_timeout_seconds * _SECOND,
            version=self._tools.version(unit),
        )
        store.put(unit.db, duel)
        commitment = self._tools.book.open_round(unit, duel.channel, duel.id, case.at)
        note = {"seconds": challenge.accept_timeout_seconds, "commitment": commitment, "balance": seen.challenger.balance}
        return Wanted(postings.offer(duel, case.at, commitment), note)

    def settle(self, unit: Unit, errand: Errand[ChallengeRequest], outcome: Outcome) -> Contract:
        """Let the offer stand once its stake is held, and tell the other one."""
        duel, note = store.get(unit.db, errand.key), errand.note
        if not outcome.ok:
            store.drop(unit.db, duel.id)
            self._tools.book.reveal_round(unit, duel.channel, duel.id)
            return refused(outcome, duel.wager)
        if not store.move(unit.db, duel.id, "asked", "open"):
            raise RuntimeError(f"duel {duel.id} is {duel.state}, not asked")
        rules = self._tools.rules(unit)
        if rules is not None:
            text = notices.offered(duel, note["seconds"], note["commitment"], rules.currency)
            unit.announce(notices.pm(duel, "offer", duel.target, text, errand.request.at, until=duel.deadline))
        return OfferAnswer(
            challenger=duel.challenger,
            target=duel.target,
            wager=duel.wager,
            prize=duel.prize,
            state="open",
            seconds=note["seconds"],
            balance=rounds.balance_after(outcome, duel.challenger, note["balance"]),
            commitment=note["commitment"],
        )


def _against(unit: Unit, case: Case[ChallengeRequest], seen: Seen) -> Declined | None:
    """Say what is against this opponent."""
    request, target = case.request, seen.target
    named: dict[str, int | float | str | None] = {"target": request.target if target is None else target.account}
    if fold(request.user) == fold(request.target):
        return Declined(code="duel_self")
    if fold(request.target) in case.rules.outsiders:
        return Declined(code="duel_unable", values=named)
    if target is None:
        return Declined(code="duel_stranger", values=named)
    if seen.same:
        return Declined(code="duel_same", values=named)
    asked = Player(target.account, case.at, target)
    if declined(asked, Terms(GAME, enabled=True), case.rules) is not None:
        return Declined(code="duel_unable", values=named)
    if target.balance < request.wager:
        return Declined(code="duel_poor", values=named)
    if store.is_between(unit.db, case.channel, request.user, request.target):
        return Declined(code="duel_pending", values=named)
    return None


def _listed(unit: Unit, case: Case[DuelsRequest]) -> Contract:
    """List what one got and made, as long as it can be answered."""
    channel, user = case.channel, case.request.user
    found = [*store.aimed_at(unit.db, channel, user), *store.offered_by(unit.db, channel, user)]
    duels = [
        OpenDuel(
            challenger=duel.challenger,
            target=duel.target,
            wager=duel.wager,
            seconds=math.ceil((duel.deadline - case.at) / _SECOND),
        )
        for duel in sorted(found, key=lambda duel: duel.deadline)
        if duel.deadline > case.at
    ]
    return DuelsAnswer(duels=duels)
