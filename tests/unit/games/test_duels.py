"""Duels, as two viewers live them."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from libs.common.contracts.base import Contract
from libs.common.contracts.ledger_requests import BanRequest, FreezeRequest
from libs.common.contracts.owners import Declined
from libs.common.owner import Case
from services.games.duel import play
from tests.support.duel_stage import Stage
from tests.support.teller import CHANNEL


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage()
    stage.viewers(alice=1_000, Bob=1_000, carol=1_000)
    yield stage
    stage.close()


def challenge(stage: Stage, by: str = "alice", target: str = "bob", wager: int = 100) -> dict[str, Any]:
    return stage.say("challenge", by, target=target, wager=wager)


def code(answer: dict[str, Any]) -> str:
    assert answer["ok"] is False, answer
    found: str = answer["code"]
    return found


def purses(stage: Stage) -> tuple[int, int]:
    return stage.has("alice"), stage.has("bob")


def sanction(stage: Stage, verb: str, user: str, request: type[Contract] = BanRequest) -> None:
    stage.teller.ask(verb, request.model_validate({"key": f"{verb}:{user}", "account": user, "at": stage.now}))


# -- the offer ----------------------------------------------------------------------------------------------------------------------


def test_an_offer_holds_the_challengers_stake_and_tells_the_other(stage: Stage) -> None:
    answer = challenge(stage)

    assert (answer["target"], answer["wager"], answer["prize"], answer["seconds"], answer["balance"]) == ("Bob", 100, 190, 120, 900)
    assert purses(stage) == (900, 1_000)
    assert stage.teller.account("alice").held == 100
    [(to, text)] = stage.told
    assert to == "Bob"
    assert "alice" in text
    assert "100 Z" in text
    assert answer["commitment"] in (stage.announced[0].text or "")


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ({"target": "ALICE", "wager": 100}, "duel_self"),
        ({"target": "nobody", "wager": 100}, "duel_stranger"),
        ({"target": "ZCoinBot", "wager": 100}, "duel_unable"),
        ({"target": "bob", "wager": 49}, "wager_low"),
        ({"target": "bob", "wager": 5_001}, "wager_high"),
        ({"target": "bob", "wager": 1_001}, "duel_poor"),
        ({"target": "carol", "wager": 2_000}, "duel_poor"),
    ],
)
def test_what_can_not_be_offered_is_declined_and_costs_nothing(stage: Stage, wanted: dict[str, Any], why: str) -> None:
    assert code(stage.say("challenge", "alice", **wanted)) == why
    assert stage.has("alice") == 1_000
    assert (stage.told, stage.states) == ([], [])


def test_who_has_not_enough_is_told_by_the_ledger_and_may_try_again(stage: Stage) -> None:
    stage.viewers(rich=5_000)
    assert code(challenge(stage, target="rich", wager=1_001)) == "too_dear"
    assert stage.states == []

    assert challenge(stage, target="rich", wager=1_000)["ok"]


@pytest.mark.parametrize("who", ["alice", "bob"])
@pytest.mark.parametrize(("verb", "request_"), [("ban", BanRequest), ("freeze", FreezeRequest)])
def test_nobody_duels_who_is_suspended(stage: Stage, who: str, verb: str, request_: type[Contract]) -> None:
    sanction(stage, verb, who, request_)

    assert code(challenge(stage)) == {"alice": {"ban": "banned", "freeze": "frozen"}[verb], "bob": "duel_unable"}[who]


def test_nobody_duels_who_is_new(stage: Stage) -> None:
    stage.teller.viewers(dave=500)

    assert code(challenge(stage, target="dave")) == "duel_unable"
    assert code(challenge(stage, by="dave")) == "too_new"


def test_two_names_of_one_person_do_not_duel(stage: Stage) -> None:
    stage.family = {"bob": "alice"}

    assert code(challenge(stage)) == "duel_same"


def test_one_challenges_another_once_at_a_time(stage: Stage) -> None:
    challenge(stage)

    assert code(challenge(stage, target="BOB")) == "duel_pending"
    assert challenge(stage, by="bob", target="alice")["ok"], "the other way round is another duel"


def test_switched_off_there_are_no_new_offers_but_open_ones_go_on() -> None:
    stage = Stage()
    stage.viewers(alice=1_000, bob=1_000)
    challenge(stage)
    stage.configure(challenge={"enabled": False})

    assert code(challenge(stage, by="bob", target="alice")) == "off"
    assert stage.say("accept", "bob")["ok"]
    stage.close()


# -- the duel -----------------------------------------------------------------------------------------------------------------------


def test_the_winner_has_the_prize_and_both_are_told_the_truth(stage: Stage) -> None:
    challenge(stage)
    answer = stage.say("accept", "bob")

    assert (answer["wager"], answer["prize"], answer["rake"]) == (100, 190, 10)
    alice, bob = purses(stage)
    assert {alice, bob} == {1_090, 900}
    assert answer["winner"] == ("alice" if alice == 1_090 else "Bob")
    assert answer["balance"] == bob
    [text] = [text for to, text in stage.told if to == "alice"]
    assert ("+90 Z" if alice == 1_090 else "-100 Z") in text
    assert f"{alice:,} Z" in text
    assert stage.teller.account("@burn").balance == 10
    assert stage.states == ["settled"]


def test_the_seed_that_is_shown_is_the_one_that_was_sealed(stage: Stage) -> None:
    sealed = challenge(stage)["commitment"]
    answer = stage.say("accept", "bob")

    assert hashlib.sha256(bytes.fromhex(answer["seed"])).hexdigest() == sealed
    assert answer["seed"] in (stage.announced[-1].text or "")


def test_the_room_is_told_and_the_round_is_counted(stage: Stage) -> None:
    challenge(stage)
    winner = stage.say("accept", "bob")["winner"]

    [line] = [said for said in stage.announced if said.lane == "chat"]
    assert (line.line, line.values["winner"], line.values["amount"]) == ("challenge_win", winner, 190)
    [fact] = stage.facts
    assert fact["rake"] == 10
    assert {player["user"]: player["payout"] for player in fact["players"]} == {"alice": 0, "Bob": 0} | {winner: 190}
    rows = stage.db.execute("SELECT user, rounds, wagered, won, biggest_win, biggest_loss FROM totals ORDER BY user").fetchall()
    assert sorted(row[1:] for row in rows) == [(1, 100, 0, 0, 100), (1, 100, 190, 90, 0), (1, 200, 190, 90, 100)]


def test_a_duel_goes_by_the_terms_it_was_offered_on() -> None:
    stage = Stage(challenge={"announce_public": False, "rake_percent": 0})
    stage.viewers(alice=1_000, bob=1_000)
    challenge(stage)
    stage.configure(challenge={"rake_percent": 50, "max_wager": 60, "announce_public": True})

    assert stage.say("accept", "bob")["prize"] == 200
    assert [said for said in stage.announced if said.lane == "chat"] == []
    stage.close()


def test_where_everything_is_kept_nobody_is_paid() -> None:
    stage = Stage(challenge={"rake_percent": 100})
    stage.viewers(alice=1_000, bob=1_000)
    challenge(stage)

    assert stage.say("accept", "bob")["prize"] == 0
    assert purses(stage) == (900, 900)
    stage.close()


def test_lifetime_totals_count_stakes_and_winnings_and_never_earnings(stage: Stage) -> None:
    earned = stage.teller.account("alice").lifetime_earned
    challenge(stage)
    stage.say("decline", "bob")
    assert stage.teller.account("alice").lifetime_wagered == 0

    challenge(stage)
    stage.say("accept", "bob")
    alice, bob = stage.teller.account("alice"), stage.teller.account("bob")
    assert (alice.lifetime_wagered, bob.lifetime_wagered) == (100, 100)
    assert sorted((alice.lifetime_won, bob.lifetime_won)) == [0, 190]
    assert alice.lifetime_earned == earned


# -- answers ------------------------------------------------------------------------------------------------------------------------


def test_without_an_offer_there_is_nothing_to_answer(stage: Stage) -> None:
    assert [code(stage.say(verb, "bob")) for verb in ("accept", "decline", "withdraw")] == ["duel_none"] * 3


def test_of_several_offers_one_has_to_be_named(stage: Stage) -> None:
    challenge(stage)
    challenge(stage, by="carol", wager=200)
    answer = stage.say("accept", "bob")
    assert code(answer) == "duel_which"
    assert answer["values"]["offers"] == "@alice (100), @carol (200)"

    assert stage.say("accept", "bob", challenger="CAROL")["challenger"] == "carol"
    assert stage.say("decline", "bob")["challenger"] == "alice"


def test_a_declined_stake_goes_back_and_the_challenger_hears_of_it(stage: Stage) -> None:
    challenge(stage)

    assert stage.say("decline", "bob")["state"] == "declined"
    assert purses(stage) == (1_000, 1_000)
    assert stage.told[1:] == [("alice", "Bob declined your duel. Your 100 Z are back.")]


@pytest.mark.parametrize("verb", ["withdraw", "decline"])
def test_a_challenger_takes_the_offer_back(stage: Stage, verb: str) -> None:
    challenge(stage)

    assert stage.say(verb, "alice")["state"] == "withdrawn"
    assert purses(stage) == (1_000, 1_000)
    assert stage.told[1:] == [("Bob", "alice took the challenge back.")]
    assert code(stage.say("accept", "bob")) == "duel_none"


def test_an_offer_that_came_while_accounts_were_looked_up_is_not_the_one_meant(stage: Stage) -> None:
    verb = next(verb for verb in stage.part.verbs if verb.name == "accept")
    request = stage.request("accept", "bob")
    assert verb.look is not None
    seen = stage.run(verb.look(CHANNEL, request))
    challenge(stage)

    answer = stage.run(stage.write(lambda unit: verb.judge(unit, Case(CHANNEL, request, stage.configuration, stage.now, seen))))

    assert answer == Declined(code="duel_none")
    assert stage.states == ["open"]


def test_offers_are_listed_as_long_as_they_can_be_answered(stage: Stage) -> None:
    challenge(stage)
    stage.tick(60)
    challenge(stage, by="carol", target="alice", wager=50)

    listed = stage.say("duels", "alice")["duels"]
    assert [(each["challenger"], each["target"], each["seconds"]) for each in listed] == [("alice", "Bob", 60), ("carol", "alice", 120)]


def test_a_target_who_can_not_pay_any_more_ends_it_at_once(stage: Stage) -> None:
    challenge(stage, wager=800)
    challenge(stage, by="bob", target="carol", wager=900)

    answer = stage.say("accept", "bob")
    assert (answer["code"], answer["values"]) == ("duel_off_poor", {"price": 800, "balance": 100})
    assert stage.has("alice") == 1_000
    assert stage.told[-1] == ("alice", "Your duel with Bob is off: the stakes could not be paid. Your 800 Z are back.")
    assert stage.states == ["void", "open"]


@pytest.mark.parametrize(("verb", "request_"), [("ban", BanRequest), ("freeze", FreezeRequest)])
def test_a_challenger_who_was_suspended_since_duels_nobody(stage: Stage, verb: str, request_: type[Contract]) -> None:
    challenge(stage)
    sanction(stage, verb, "alice", request_)

    assert code(stage.say("accept", "bob")) == "duel_off"
    assert stage.has("bob") == 1_000
    assert stage.states == ["void"]


def test_a_stake_that_is_frozen_goes_back_by_the_ledgers_deadline(stage: Stage) -> None:
    challenge(stage)
    sanction(stage, "freeze", "alice", FreezeRequest)
    stage.say("decline", "bob")
    assert stage.states == ["declined"]
    assert "later" in stage.told[-1][1]

    thaw = FreezeRequest(key="thaw", account="alice", at=stage.now, frozen=False)
    stage.teller.ask("freeze", thaw)
    stage.teller.pass_time(hours=3)
    assert stage.teller.settle_deadlines() == ["duel:pm-1"]
    assert stage.has("alice") == 1_000


def test_a_stake_the_ledger_gave_back_by_itself_voids_the_duel(stage: Stage) -> None:
    stage.configure(challenge={"accept_timeout_seconds": 7_200})
    challenge(stage)
    stage.teller.pass_time(hours=5)  # by its own clock only: here the offer is still open
    assert stage.teller.settle_deadlines() == ["duel:pm-1"]

    assert code(stage.say("accept", "bob")) == "duel_off"
    assert purses(stage) == (1_000, 1_000)
    assert stage.states == ["void"]
    assert stage.told[-1][0] == "alice"


# -- time ---------------------------------------------------------------------------------------------------------------------------


def test_an_offer_runs_out_with_the_first_event_at_its_deadline(stage: Stage) -> None:
    challenge(stage)
    stage.tick(119.999999)
    assert purses(stage) == (900, 1_000)

    stage.tick(0.000001)
    assert purses(stage) == (1_000, 1_000)
    assert stage.told[1:] == [
        ("alice", "Your duel with Bob has run out unanswered. Your 100 Z are back."),
        ("Bob", "Your duel with alice has run out unanswered."),
    ]
    assert stage.states == ["expired"]


def test_an_answer_after_the_deadline_is_too_late_whether_or_not_it_was_swept(stage: Stage) -> None:
    challenge(stage)
    stage.now += timedelta(seconds=120)

    assert code(stage.say("accept", "bob")) == "duel_expired"
    assert purses(stage) == (900, 1_000)


def test_who_answered_in_time_while_it_was_down_is_heard_before_the_offer_runs_out(stage: Stage) -> None:
    challenge(stage)
    stage.now += timedelta(seconds=60)
    answer = stage.request("accept", "bob")
    stage.part = play.part(stage, lambda: stage.clock)  # a new process, which reads on
    stage.tick(300)
    assert stage.states == ["open"]

    assert stage.repeat("accept", answer)["ok"]
    stage.clock += play.HEARING_SECONDS
    stage.tick(2)
    assert stage.states == ["settled"]


def test_after_a_long_absence_offers_run_out_all_the_same(stage: Stage) -> None:
    challenge(stage)
    stage.kill()
    stage.tick(3_600)

    assert stage.states == ["expired"]
    assert purses(stage) == (1_000, 1_000)


# -- once -------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["challenge", "accept", "decline"])
def test_the_same_message_again_has_the_same_answer(stage: Stage, verb: str) -> None:
    request = stage.request("challenge", "alice", target="bob", wager=100)
    first = stage.repeat("challenge", request)
    if verb != "challenge":
        request = stage.request(verb, "bob")
        first = stage.repeat(verb, request)
    before = purses(stage), stage.announced
    stage.kill()

    assert stage.repeat(verb, request) == first
    assert (purses(stage), stage.announced) == before


def test_what_the_ledger_refused_stays_refused_when_it_is_asked_again(stage: Stage) -> None:
    challenge(stage, wager=800)
    challenge(stage, by="bob", target="carol", wager=900)
    request = stage.request("accept", "bob")
    stage.repeat("accept", request)
    stage.kill()

    assert code(stage.repeat("accept", request)) == "duel_off"


def test_every_coin_is_explained(stage: Stage) -> None:
    challenge(stage)
    winner = stage.say("accept", "bob")["winner"]

    journal = [row for row in stage.teller.journal() if row["caller"] == "games"]
    assert [row["key"] for row in journal] == ["duel:pm-1:offer", "duel:pm-1:settled"]
    [prize] = [entry for entry in journal[1]["entries"] if entry["type"] == "gamble_win" and entry["amount"] > 0]
    assert (prize["account"], prize["trigger"], prize["amount"]) == (winner, "gambling.challenge", 190)
    assert {"duel", "pot", "rake", "configuration", "commitment", "client_seed", "numbers"} <= set(prize["metadata"])
    assert {entry["type"] for entry in journal[1]["entries"]} == {"gamble_wager", "gamble_win", "gamble_rake"}
