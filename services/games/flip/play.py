"""A toss of the coin, from its door to its answer."""

from libs.common.contracts.base import Contract
from libs.common.contracts.facts import Player as Paid
from libs.common.contracts.facts import Round
from libs.common.contracts.games import FLIP, FlipAnswer, FlipRequest, Proof
from libs.common.contracts.ledger import Outcome, Posting
from libs.common.durable import Unit
from libs.common.owner import Case, Errand, Verb, Wanted
from libs.common.parts import Part
from services.games import eligibility, rounds
from services.games.eligibility import Player, Terms
from services.games.fair.book import Request
from services.games.part import Tools


def part(tools: Tools) -> Part:
    """Give the coin."""
    game = _Coin(tools)
    return Part(verbs=(Verb(FLIP, FlipRequest, game.judge, game.settle, rounds.asker(tools)),))


class _Coin:
    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def judge(self, unit: Unit, case: Case[FlipRequest]) -> Contract | Wanted:
        """Decide one toss, and give the one posting that stakes and pays."""
        request, flip = case.request, case.rules.gambling.flip
        terms = Terms(FLIP, flip.enabled, (flip.min_wager, flip.max_wager), flip.cooldown_seconds, flip.daily_limit)
        since_last = rounds.since_last(unit, case.channel, request.user, FLIP, case.at)
        player = Player(request.user, case.at, case.seen, request.wager, since_last)
        if (declined := eligibility.declined(player, terms, case.rules)) is not None:
            return declined
        drawn_for = Request(case.channel, request.key, case.at, FLIP, {"win_chance": str(flip.win_chance)}, {"wager": request.wager})
        played = self._tools.book.play(unit, request.user, drawn_for)
        day = eligibility.day(case.at, case.rules)
        metadata = {**played.metadata, "configuration": self._tools.version(unit)}
        moves = rounds.moves(request.user, request.wager, played.result["payout"], FLIP, metadata)
        posting = Posting(key=request.key, at=case.at, lines=[*eligibility.limits(request.user, terms, day), *moves], cause=request.key)
        note = {
            "played": played.result,
            "proof": played.proof.model_dump(),
            "balance": case.seen.balance,
            "limit": terms.daily_limit,
            "day": day,
        }
        return Wanted(posting, note)

    def settle(self, unit: Unit, errand: Errand[FlipRequest], outcome: Outcome) -> Contract:
        """Tell how it fell; only a toss that was paid counts."""
        note, user, wager = errand.note, errand.request.user, errand.request.wager
        if not outcome.ok:
            return eligibility.refused(outcome, wager, note["limit"])
        won, payout = note["played"]["won"], note["played"]["payout"]
        self._tools.book.done(unit, errand.channel, errand.key)
        players = [Paid(user=user, wager=wager, payout=payout)]
        round_ = Round(id=errand.key, channel=errand.channel, game=FLIP, players=players, at=errand.posting.at)
        rounds.finish(unit, round_)
        if won:
            rounds.tell_of_win(unit, round_, "flip_win", {"user": user, "amount": payout, "wager": wager}, note["day"], always=False)
        return FlipAnswer(
            won=won,
            wager=wager,
            payout=payout,
            balance=rounds.balance_after(outcome, user, note["balance"]),
            proof=Proof.model_validate(note["proof"]),
        )
