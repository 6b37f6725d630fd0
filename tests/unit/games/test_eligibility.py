"""Who may play: each check, and which of several answers."""

from datetime import timedelta
from typing import Any

import pytest

from libs.common.config import Rules
from libs.common.contracts.ledger import AccountState, Outcome
from libs.common.contracts.owners import Declined
from services.games import eligibility
from services.games.eligibility import Player, Terms
from tests.support.teller import START

KNOWN = START - timedelta(hours=2)
TERMS = Terms("flip", enabled=True, wagers=(10, 100), cooldown_seconds=15, daily_limit=5)


def account(**changes: Any) -> AccountState:
    return AccountState(account="alice", balance=500, opened_at=KNOWN).model_copy(update=changes)


def player(**changes: Any) -> Player:
    return Player(**{"name": "alice", "at": START, "account": account(), "wager": 50, **changes})


def said(player: Player, terms: Terms = TERMS, table: Declined | None = None, **gambling: Any) -> tuple[str, dict[str, Any]] | None:
    rules = Rules.model_validate({"gambling": gambling, "ignored_users": ["Robby"]})
    declined = eligibility.declined(player, terms, rules, table)
    return None if declined is None else (declined.code, declined.values)


def off() -> Terms:
    return Terms("flip", enabled=False)


@pytest.mark.parametrize(
    ("who", "code", "values"),
    [
        (player(name="robby"), "silent", {}),
        (player(name="zcoinbot"), "silent", {}),
        (player(account=None), "no_account", {}),
        (player(account=account(banned=True)), "banned", {}),
        (player(account=account(frozen=True)), "frozen", {}),
        (player(account=account(opened_at=START - timedelta(minutes=59, seconds=30))), "too_new", {"minutes": 1}),
        (player(wager=9), "wager_low", {"minimum": 10}),
        (player(wager=-5), "wager_low", {"minimum": 10}),
        (player(wager=101), "wager_high", {"maximum": 100}),
        (player(since_last=timedelta(seconds=14.2)), "cooldown", {"seconds": 1}),
    ],
)
def test_what_is_in_the_way_is_told(who: Player, code: str, values: dict[str, Any]) -> None:
    assert said(who) == (code, values)


@pytest.mark.parametrize("who", [player(), player(wager=10), player(wager=100), player(since_last=timedelta(seconds=15))])
def test_who_meets_every_bound_may_play(who: Player) -> None:
    assert said(who) is None


def test_an_account_is_old_enough_to_the_second() -> None:
    assert said(player(account=account(opened_at=START - timedelta(minutes=60)))) is None


def test_what_is_switched_off_is_off_whoever_asks() -> None:
    assert said(player(name="robby"), off()) == ("off", {})
    assert said(player(), enabled=False) == ("off", {})


def test_nobody_stakes_nothing_however_low_the_bound() -> None:
    assert said(player(wager=0), Terms("flip", enabled=True, wagers=(0, 100))) == ("wager_low", {"minimum": 1})


def test_the_first_in_order_answers() -> None:
    hurdles = [
        (player(name="robby", account=None), "silent"),
        (player(account=None, wager=1), "no_account"),
        (player(account=account(banned=True, opened_at=START), wager=1), "banned"),
        (player(account=account(opened_at=START), wager=1), "too_new"),
        (player(wager=1, since_last=timedelta(0)), "wager_low"),
        (player(since_last=timedelta(0)), "closed"),
    ]
    assert [(said(who, table=Declined(code="closed")) or ("",))[0] for who, _ in hurdles] == [code for _, code in hurdles]


def test_no_daily_limit_gives_the_ledger_nothing_to_count() -> None:
    assert eligibility.limits("alice", Terms("spin", enabled=True), "2026-11-22") == []


def test_a_day_is_one_of_where_the_economy_lives() -> None:
    assert eligibility.day(START, Rules.model_validate({"economy": {"timezone": "Pacific/Auckland"}})) == "2026-11-23"


def test_the_ledgers_limit_is_the_days() -> None:
    outcome = Outcome(ok=False, key="k", refusal="limit_reached")
    assert eligibility.refused(outcome, wager=50, limit=5) == Declined(code="daily_limit", values={"limit": 5})


def test_who_has_not_enough_is_told_how_much_there_is() -> None:
    outcome = Outcome(ok=False, key="k", refusal="insufficient_funds", balance=20)
    assert eligibility.refused(outcome, wager=50) == Declined(code="too_dear", values={"price": 50, "balance": 20})
