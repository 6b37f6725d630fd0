"""A spin, from its door to its answer: paid by a stake, or the free one of the day."""

from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from libs.common.config import Rules
from libs.common.config.gambling import Spin as SpinRules
from libs.common.contracts.base import Contract
from libs.common.contracts.facts import Player as Paid
from libs.common.contracts.facts import Round
from libs.common.contracts.games import SPIN, Proof, SpinAnswer, SpinRequest
from libs.common.contracts.ledger import Outcome, Posting
from libs.common.contracts.owners import Declined
from libs.common.durable import Unit
from libs.common.owner import Case, Errand, Verb, Wanted
from libs.common.parts import Part
from services.games import eligibility, rounds
from services.games.eligibility import Player, Terms
from services.games.fair.book import Request
from services.games.part import Tools
from services.games.spin import rule

FREE: Final = "free_spin"


def part(tools: Tools) -> Part:
    """Give the slots."""
    game = _Slots(tools)
    return Part(verbs=(Verb(SPIN, SpinRequest, game.judge, game.settle, rounds.asker(tools)),))


class _Slots:
    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def judge(self, unit: Unit, case: Case[SpinRequest]) -> Contract | Wanted:
        """Decide one spin, and give the one posting that stakes and pays."""
        request, spin, free = case.request, case.rules.gambling.spin, case.request.wager is None
        terms = _terms(case.rules, free=free)
        wager = case.rules.gambling.daily_free_spin.equivalent_wager if request.wager is None else request.wager
        day = eligibility.day(case.at, case.rules)
        since_last = rounds.since_last(unit, case.channel, request.user, terms.game, case.at)
        player = Player(request.user, case.at, case.seen, wager, since_last)
        used = free and since_last != timedelta.max and eligibility.day(case.at - since_last, case.rules) == day
        table_says = Declined(code="free_spin_used") if used else None
        if (declined := eligibility.declined(player, terms, case.rules, table_says)) is not None:
            return declined
        table = _table(spin)
        drawn_for = Request(case.channel, request.key, case.at, terms.game, rule.written(table), {"wager": wager})
        played = self._tools.book.play(unit, request.user, drawn_for)
        payout = played.result["payout"]
        metadata = {**played.metadata, "multiplier": played.result["multiplier"], "configuration": self._tools.version(unit)}
        moves = rounds.moves(request.user, 0 if free else wager, payout, terms.game, metadata)
        posting = Posting(key=request.key, at=case.at, lines=[*eligibility.limits(request.user, terms, day), *moves], cause=request.key)
        note = {
            "wager": wager,
            "played": played.result,
            "proof": played.proof.model_dump(),
            "shown": rule.shown(played.result["row"], table, request.key),
            "balance": case.seen.balance,
            "limit": terms.daily_limit,
            "day": day,
            "great": payout >= spin.jackpot_announce_threshold,
            "great_is_told": spin.announce_jackpots_public,
        }
        return Wanted(posting, note)

    def settle(self, unit: Unit, errand: Errand[SpinRequest], outcome: Outcome) -> Contract:
        """Tell what came of it; only a spin that was paid counts."""
        note, user, free = errand.note, errand.request.user, errand.request.wager is None
        if not outcome.ok:
            return _refused(outcome, note, free=free)
        wager, payout = note["wager"], note["played"]["payout"]
        stake = 0 if free else wager
        self._tools.book.done(unit, errand.channel, errand.key)
        round_ = Round(
            id=errand.key,
            channel=errand.channel,
            game=FREE if free else SPIN,
            players=[Paid(user=user, wager=stake, payout=payout)],
            at=errand.posting.at,
        )
        rounds.finish(unit, round_)
        if payout > stake and (note["great_is_told"] or not note["great"]):
            line = "jackpot" if note["great"] else "free_spin_win" if free else "spin_win"
            rounds.tell_of_win(unit, round_, line, _values(line, user, payout, stake), note["day"], always=note["great"])
        return SpinAnswer(
            symbols=note["shown"],
            result=rule.result(Decimal(note["played"]["multiplier"]), payout - stake),
            wager=wager,
            free=free,
            payout=payout,
            balance=rounds.balance_after(outcome, user, note["balance"]),
            proof=Proof.model_validate(note["proof"]),
        )


def _terms(rules: Rules, *, free: bool) -> Terms:
    spin, gambling = rules.gambling.spin, rules.gambling
    if free:
        return Terms(FREE, spin.enabled and gambling.daily_free_spin.enabled, daily_limit=1)
    return Terms(SPIN, spin.enabled, (spin.min_wager, spin.max_wager), spin.cooldown_seconds, spin.daily_limit)


def _table(spin: SpinRules) -> list[rule.Row]:
    return [rule.Row(row.symbols, row.multiplier, row.probability) for row in spin.payouts]


def _values(line: str, user: str, payout: int, stake: int) -> dict[str, str | int]:
    values: dict[str, str | int] = {"user": user, "amount": payout}
    return {**values, "wager": stake} if line == "spin_win" else values


def _refused(outcome: Outcome, note: Any, *, free: bool) -> Contract:
    if free and outcome.refusal == "limit_reached":
        return Declined(code="free_spin_used")
    return eligibility.refused(outcome, note["wager"], note["limit"])
