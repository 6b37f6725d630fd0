"""What the ledger tells of its books."""

import json
from datetime import timedelta
from typing import Any

import pytest

from libs.common.contracts.ledger import Open, Outcome, Transaction, Transfer
from libs.common.contracts.ledger_requests import (
    AccountRequest,
    AccountsRequest,
    BanRequest,
    HistoryRequest,
    LeaderboardRequest,
    PostingRequest,
    StatsRequest,
)
from services.ledger import background, queries, store
from services.ledger.journal import parts
from services.ledger.model import LEGS_MAX
from services.ledger.posting import CONTENTS_MAX
from services.ledger.times import micros
from tests.support.teller import CHANNEL, START, Teller, capture, give, hold, limit, pay, reverse


def names(answer: dict[str, Any], of: str = "rows") -> list[str]:
    return [row["account"] for row in answer[of]]


def test_an_unknown_account_is_not_found(teller: Teller) -> None:
    assert teller.ask("account", AccountRequest(account="nobody")) == {"ok": True, "found": False}


def test_an_account_tells_its_limits(teller: Teller) -> None:
    teller.viewers(alice=1)
    teller.done(limit("alice", 2, 5))
    assert teller.ask("account", AccountRequest(account="ALICE"))["account"]["limits"] == {"spins:2026-11-22": 2}


def test_a_balance_of_the_past_is_what_it_was(teller: Teller) -> None:
    teller.viewers(alice=100)
    teller.pass_time(hours=1)
    teller.done(pay("alice", "@burn", 30))
    asked = [START - timedelta(microseconds=1), START, START + timedelta(minutes=59), START + timedelta(hours=1)]
    answers = [teller.ask("account", AccountRequest(account="alice", as_of=moment)) for moment in asked]
    assert [answer["account"]["balance"] for answer in answers] == [0, 100, 100, 70]


def test_accounts_are_found_by_a_part_of_their_name(teller: Teller) -> None:
    teller.viewers(Alice=1, malice=2, Bob=3, a_b=4)
    assert names(teller.ask("accounts", AccountsRequest(containing="LIC")), "accounts") == ["malice", "Alice"]
    assert names(teller.ask("accounts", AccountsRequest(containing="_")), "accounts") == ["a_b"]
    assert names(teller.ask("accounts", AccountsRequest(containing="%")), "accounts") == []


def test_named_accounts_come_in_one_answer(teller: Teller) -> None:
    teller.viewers(alice=1, bob=3)
    answer = teller.ask("accounts", AccountsRequest(accounts=["BOB", "nobody", "alice"]))
    assert (names(answer, "accounts"), answer["total"]) == (["bob", "alice"], 2)


def test_accounts_come_in_pages(teller: Teller) -> None:
    teller.viewers(**{f"v{n}": n for n in range(7)})
    answer = teller.ask("accounts", AccountsRequest(limit=3, offset=3))
    assert (names(answer, "accounts"), answer["total"]) == (["v3", "v2", "v1"], 7)


def test_the_rich_stand_first(teller: Teller) -> None:
    teller.viewers(alice=1, bob=3, carol=2)
    assert names(teller.ask("leaderboard", LeaderboardRequest(by="rich", limit=2))) == ["bob", "carol"]


def test_the_lifetime_board_goes_by_what_was_earned(teller: Teller) -> None:
    teller.viewers(alice=10, bob=3)
    teller.done(pay("alice", "bob", 9, "tip_send"))
    assert names(teller.ask("leaderboard", LeaderboardRequest(by="lifetime"))) == ["alice", "bob"]


def test_earners_are_those_of_the_window_by_event_time(teller: Teller) -> None:
    teller.viewers(alice=0, bob=0)
    for hours, name, amount in ((0, "alice", 50), (25, "alice", 1), (26, "bob", 2), (50, "bob", 99)):
        teller.now = START + timedelta(hours=hours)
        teller.done(give(name, amount, "earn"))
    since, until = START + timedelta(hours=24), START + timedelta(hours=48)
    answer = teller.ask("leaderboard", LeaderboardRequest(by="earners", since=since, until=until))
    assert [(row["account"], row["earned"]) for row in answer["rows"]] == [("bob", 2), ("alice", 1)]


def test_what_was_undone_lowers_the_lifetime_and_the_day(teller: Teller) -> None:
    teller.viewers(alice=0)
    teller.done(give("alice", 5, "earn"), key="k")
    teller.done(give("alice", 7, "earn"))
    teller.done(reverse("k"))
    (row,) = teller.ask("leaderboard", LeaderboardRequest(by="earners", since=START))["rows"]
    assert (row["earned"], row["lifetime_earned"]) == (7, 7)


def test_a_gift_that_is_undone_was_no_days_work_and_lowers_none(teller: Teller) -> None:
    teller.viewers(alice=0)
    teller.done(give("alice", 5, "earn"))
    teller.done(give("alice", 9, "admin_grant"), key="k")
    teller.done(reverse("k"))
    (row,) = teller.ask("leaderboard", LeaderboardRequest(by="earners", since=START))["rows"]
    assert (row["earned"], row["lifetime_earned"]) == (5, 5)


def test_history_is_newest_first_and_comes_in_pages(teller: Teller) -> None:
    teller.viewers(alice=100)
    for amount in (1, 2, 3):
        teller.done(pay("alice", "@burn", amount))
    rows = teller.ask("history", HistoryRequest(account="Alice", limit=2, offset=1))["rows"]
    assert [(row["amount"], row["balance"]) for row in rows] == [(-2, 97), (-1, 99)]


def test_the_channels_history_is_that_of_its_viewers(teller: Teller) -> None:
    teller.viewers(alice=5, bob=0)
    teller.done(pay("alice", "bob", 2, "tip_send"))
    assert [(row["account"], row["type"]) for row in teller.ask("history", HistoryRequest(limit=2))["rows"]] == [
        ("bob", "tip_receive"),
        ("alice", "tip_send"),
    ]


def test_ids_of_entries_rise_with_time(teller: Teller) -> None:
    teller.viewers(alice=5, bob=0)
    teller.done(pay("alice", "bob", 2, "tip_send"))
    ids = [row["id"] for row in teller.ask("history", HistoryRequest())["rows"]]
    assert ids == sorted(set(ids), reverse=True)


def test_the_figures_of_a_channel_add_up(teller: Teller) -> None:
    teller.viewers(alice=100, bob=50, carol=0)
    teller.done(hold("h", "alice", 20))
    teller.done(hold("i", "alice", 10), key="stake")
    teller.done(capture("i"), pay("@house", "bob", 4, "gamble_win"))
    teller.done(pay("bob", "@burn", 5), give("bob", 3, "earn"))
    told = teller.ask("stats", StatsRequest(since=START))
    assert told["circulation"] == told["minted"] - told["burnt"] - told["house"] == 142
    assert (told["spendable"], told["escrow"], told["house"], told["median_balance"]) == (122, 20, 6, 52)
    assert (told["lifetime_wagered"], told["lifetime_won"], told["gamblers"]) == (10, 4, 1)
    moved = {"minted": 153, "burnt": 5, "house": 6, "circulation": 142}
    assert told["window"] == {**moved, "earned": 3, "spent": 5, "wagered": 10, "won": 4, "postings": 6, "active": 2}


def test_a_posting_is_explained_by_its_key(teller: Teller) -> None:
    teller.viewers(alice=5)
    teller.done(pay("alice", "@burn", 2), key="k")
    teller.done(reverse("k"), key="sorry")
    told = teller.ask("posting", PostingRequest(key="k"))
    assert (told["transaction"]["entries"][0]["amount"], told["reversed_by"]) == (-2, "sorry")
    assert teller.ask("posting", PostingRequest(key="sorry"))["transaction"]["reverses"] == "k"


def test_a_posting_is_explained_by_its_number(teller: Teller) -> None:
    number = teller.done(Open(account="alice"), give("alice", 5), key="k").number
    assert teller.ask("posting", PostingRequest(number=number))["transaction"]["key"] == "k"


@pytest.mark.parametrize("request_", [PostingRequest(key="k"), PostingRequest(number=99)])
def test_what_is_not_there_is_not_found(teller: Teller, request_: PostingRequest) -> None:
    assert teller.ask("posting", request_)["found"] is False


def test_a_number_of_another_channel_is_not_told(teller: Teller) -> None:
    number = teller.done(Open(account="alice"), give("alice", 5), channel="other").number
    assert teller.ask("posting", PostingRequest(number=number))["found"] is False


def test_the_journal_tells_everything_in_one_numbering(teller: Teller) -> None:
    teller.done(Open(account="alice"), give("alice", 5))
    teller.done(Open(account="bob"), channel="other")
    teller.list_of(teller.posting(pay("alice", "@burn", 99, "decay")))
    teller.ask("ban", BanRequest(key="b", account="alice", at=START))
    told = [(row["number"], row["kind"], row["channel"]) for row in teller.journal()]
    assert told == [
        (1, "opened", CHANNEL),
        (2, "posting", CHANNEL),
        (3, "opened", "other"),
        (4, "posting", "other"),
        (5, "refused", CHANNEL),
        (6, "banned", CHANNEL),
    ]


def test_the_journal_is_made_of_transactions(teller: Teller) -> None:
    teller.viewers(alice=5)
    teller.done(Transfer(source="@mint", target="alice", amount=1, type="earn", reason="ü\n", metadata={"a": [1]}), key="k")
    bodies = [body for _, _, body in queries.journal(teller.db, 0, 100)]
    assert [json.loads(Transaction.model_validate_json(body).model_dump_json(exclude_none=True)).keys() for body in bodies] == [
        json.loads(body).keys() for body in bodies
    ]


def test_an_answer_says_the_same_as_the_journal(teller: Teller) -> None:
    teller.viewers(alice=100, bob=0)
    outcome = teller.done(pay("alice", "bob", 3, "tip_send"), hold("h", "alice", 5), key="k")
    told = Transaction.model_validate(teller.journal()[-1])
    assert outcome.entries == [entry.model_copy(update={"counts": None, "owner": None}) for entry in told.entries]


def test_the_journal_says_what_counts_towards_a_lifetime(teller: Teller) -> None:
    teller.viewers(alice=100, bob=0)
    teller.done(pay("alice", "bob", 3, "tip_send"), key="k")
    told = Transaction.model_validate(teller.journal()[-1])
    assert [(entry.account, entry.counts) for entry in told.entries] == [("alice", "spent"), ("bob", None)]


def test_the_journals_clock_never_goes_back(teller: Teller) -> None:
    teller.viewers(alice=5)
    teller.pass_time(hours=-3)
    teller.done(give("alice", 1))
    told = [Transaction.model_validate(row).committed for row in teller.journal()]
    assert told == sorted(told)


# -- limits on everything ------------------------------------------------------------------------------------------------------------


def test_a_posting_that_says_too_much_is_refused(teller: Teller) -> None:
    teller.viewers(alice=0)
    outcome = teller.post(Transfer(source="@mint", target="alice", amount=1, type="earn", reason="x" * CONTENTS_MAX))
    assert outcome.refusal == "invalid"


def test_a_reversal_of_more_than_a_posting_may_hold_is_refused(teller: Teller) -> None:
    teller.viewers(alice=0)
    for number in range(6):
        teller.done(*(give("alice", 1) for _ in range(100)), key=f"k{number}")
    assert LEGS_MAX < 6 * 200
    assert teller.post(*(reverse(f"k{number}") for number in range(6))).refusal == "invalid"


def test_a_reversal_that_repeats_long_words_too_often_is_refused(teller: Teller) -> None:
    teller.viewers(alice=0)
    teller.done(*(give("alice", 1) for _ in range(100)), key="k")
    wordy = reverse("k").model_copy(update={"reason": "🪙" * 3_000})
    assert teller.post(wordy).refusal == "invalid"


def test_rows_are_cut_into_parts_that_fit() -> None:
    rows = [(number, "room", b"x" * size) for number, size in enumerate((400_000, 400_000, 400_000, 5))]
    assert [[row[0] for row in part] for part in parts(rows)] == [[0, 1], [2, 3]]


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"id":"x"}', b'{"id":1,"postings":[]}', b"\xff", b'{"id":"x","postings":[%s]}' % b",".join([b"1"] * 501)]
)
def test_a_message_that_is_no_list_of_postings_is_a_dead_letter(body: bytes) -> None:
    with pytest.raises(ValueError):
        background.decode(body)


def test_an_outcome_can_be_read_back(teller: Teller) -> None:
    answer = teller.ask("post", teller.posting(Open(account="alice")))
    assert Outcome.model_validate(answer).ok


def test_counters_are_forgotten_in_time(teller: Teller) -> None:
    teller.viewers(alice=1)
    teller.done(limit("alice", 2, 5))
    gone = teller.committed(lambda: store.forget_limits(teller.db, micros(teller.now) + 1, 10))
    assert (gone, teller.account("alice").limits) == (1, {})
