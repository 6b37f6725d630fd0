"""Taking an offer: one draw, one posting, and it is decided."""

import asyncio
from collections.abc import Mapping

import structlog

from libs.common.contracts.base import Contract
from libs.common.contracts.duels import ACCEPT, AnswerRequest, DuelAnswer
from libs.common.contracts.facts import Player as Played
from libs.common.contracts.facts import Round
from libs.common.contracts.ledger import AccountState, Outcome
from libs.common.contracts.owners import Declined
from libs.common.durable import Unit
from libs.common.names import fold
from libs.common.owner import Case, Errand, Verb, Wanted
from services.games import rounds
from services.games.duel import notices, postings, store
from services.games.duel.duel import GAME, Duel
from services.games.duel.endings import SETTLED, Endings, which
from services.games.duel.rule import Fight, read
from services.games.eligibility import Player, Terms, declined
from services.games.fair.book import Request
from services.games.part import Tools

log = structlog.get_logger()

Seen = Mapping[str, AccountState | None]
"""Accounts by folded names."""


class Answers:
    """Has duels fought."""

    def __init__(self, tools: Tools, endings: Endings) -> None:
        """Take the surroundings, and how an offer ends that comes to nothing."""
        self._tools = tools
        self._endings = endings
        self.verbs = (Verb(ACCEPT, AnswerRequest, self.judge, self.settle, self.look),)

    async def look(self, channel: str, request: AnswerRequest) -> Seen:
        """See the account of who answers, and those of whose offers may be meant."""
        offers = await self._tools.write(lambda unit: store.aimed_at(unit.db, channel, request.user, request.challenger))
        names = list(dict.fromkeys(fold(name) for name in (request.user, *(duel.challenger for duel in offers))))
        found = await asyncio.gather(*(self._tools.accounts.find(channel, name) for name in names))
        return dict(zip(names, found, strict=True))

    def judge(self, unit: Unit, case: Case[AnswerRequest]) -> Contract | Wanted:
        """Draw, if there is one offer that can be taken; what it comes to is kept before any coin moves."""
        request, seen = case.request, case.seen
        if store.answered_by(unit.db, request.key) is not None:
            return Declined(code="duel_off")  # asked again after a kill, when the ledger had refused
        found = store.aimed_at(unit.db, case.channel, request.user, request.challenger)
        offers = [duel for duel in found if fold(duel.challenger) in seen]  # what came since was not meant
        timely = [duel for duel in offers if case.at < duel.deadline]
        if len(timely) != 1:
            return Declined(code="duel_expired") if offers and not timely else which(timely, request.user)
        duel = timely[0]
        target = Player(request.user, case.at, seen.get(fold(request.user)))
        against = declined(target, Terms(GAME, enabled=True), case.rules)
        if against is not None:
            return against
        challenger = seen[fold(duel.challenger)]
        if challenger is not None and (challenger.banned or challenger.frozen):
            self._endings.begin(unit, duel, "open", "void", case.at, request.key)
            return Declined(code="duel_off")
        store.move(unit.db, duel.id, "open", "accepted", request.key)
        return self._drawn(unit, case, duel, {"challenger": challenger, "target": target.account})

    def settle(self, unit: Unit, errand: Errand[AnswerRequest], outcome: Outcome) -> Contract:
        """Tell how it came out; or, where the ledger refused, that it is off for good."""
        note = errand.note
        duel = store.get(unit.db, note["duel"])
        if not outcome.ok:
            return self._off(unit, errand, duel, outcome)
        if not store.move(unit.db, duel.id, "accepted", "settled"):
            raise RuntimeError(f"duel {duel.id} is {duel.state}, not accepted")
        seed = self._tools.book.reveal_round(unit, duel.channel, duel.id) or ""
        self._tools.book.done(unit, duel.channel, errand.posting.key)
        fight = read(note["result"], duel.wager)
        balance = {name: rounds.balance_after(outcome, name, note["balances"][name]) for name in (duel.challenger, duel.target)}
        self._tell(unit, errand, duel, fight, notices.proof(duel, seed, note["client_seed"]), balance[duel.challenger])
        return DuelAnswer(
            challenger=duel.challenger,
            target=duel.target,
            winner=fight.winner,
            wager=duel.wager,
            prize=fight.prize,
            rake=fight.rake,
            balance=balance[duel.target],
            seed=seed,
            client_seed=note["client_seed"],
        )

    def _drawn(self, unit: Unit, case: Case[AnswerRequest], duel: Duel, accounts: Mapping[str, AccountState | None]) -> Wanted:
        key = postings.key(duel, "settled")
        client_seed = duel.client_seed(case.request.key)
        drawn = self._tools.book.play_round(unit, duel.id, client_seed, Request(duel.channel, key, case.at, GAME, duel.rule, duel.terms))
        posting = postings.settlement(duel, read(drawn.result, duel.wager), case.at, drawn.metadata)
        balances = {
            getattr(duel, role): 0 if account is None else account.balance - (duel.wager if role == "target" else 0)
            for role, account in accounts.items()
        }
        return Wanted(posting, {"duel": duel.id, "result": drawn.result, "client_seed": client_seed, "balances": balances})

    def _tell(self, unit: Unit, errand: Errand[AnswerRequest], duel: Duel, fight: Fight, proof: str, balance: int) -> None:
        at = errand.posting.at
        players = [Played(user=user, wager=duel.wager, payout=fight.payout(user)) for user in (duel.challenger, duel.target)]
        round_ = Round(id=f"duel:{duel.id}", channel=duel.channel, game=GAME, players=players, rake=fight.rake, at=at)
        rounds.finish(unit, round_, cooldown=False)
        if duel.public:
            told: dict[str, str | int] = {"winner": fight.winner, "loser": fight.loser, "amount": fight.prize}
            rounds.tell(unit, round_, "challenge_win", {**told, "wager": duel.wager, "rake": fight.rake})
        rules = self._tools.rules(unit)
        if rules is not None:
            words = notices.won if fight.winner == duel.challenger else notices.lost
            text = f"{words(fight, balance, rules.currency)}\n{proof}"
            unit.announce(notices.pm(duel, "settled", duel.challenger, text, at, kind="result"))

    def _off(self, unit: Unit, errand: Errand[AnswerRequest], duel: Duel, outcome: Outcome) -> Declined:
        if outcome.refusal != "insufficient_funds":
            cure = "none is needed: the stake goes back"
            log.warning("a duel is off: the ledger refused", duel=duel.id, refusal=outcome.refusal, detail=outcome.detail, cure=cure)
        stake = SETTLED.get(outcome.refusal or "")
        if stake is not None:
            self._endings.finish(unit, duel, "accepted", "void", errand.request, stake)
        else:
            self._endings.begin(unit, duel, "accepted", "void", errand.posting.at)
        if outcome.balance is None:
            return Declined(code="duel_off")
        return Declined(code="duel_off_poor", values={"price": duel.wager, "balance": outcome.balance})
