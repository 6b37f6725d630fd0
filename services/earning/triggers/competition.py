"""`competition.{id}`: the prize of a day that ended."""

from collections.abc import Iterator

from libs.common.config import Rules
from services.earning.notices import won
from services.earning.pay.awards import REASON_MAX, Award, Notice
from services.earning.pay.occasions import Win


def competition(win: Win, rules: Rules) -> Iterator[Award]:
    """Pay one winner: what is set out, or for who has most a part of the day's own earnings, one coin at least."""
    contest, day = win.competition, win.day
    coins = contest.reward
    if contest.condition.type == "daily_top" and contest.reward_percent_of_earnings:
        coins = max(1, int(day.earned * contest.reward_percent_of_earnings / 100))
        coins = coins if contest.max_reward is None else min(coins, contest.max_reward)
    title = (contest.description or contest.id)[:REASON_MAX]
    yield Award(
        user=day.user,
        name=win.name,
        key=f"comp:{win.channel}:{day.date}:{contest.id}:{day.user}",
        type="competition",
        trigger=f"competition.{contest.id}",
        amount=coins,
        at=win.at,
        reason=title,
        notice=Notice(won(title, coins, rules.currency), automatic=True) if win.told else None,
        cause=win.cause,
    )
