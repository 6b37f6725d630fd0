"""When it happened: what the journal could not tell of is refused, for the ledger must read its last message at each start."""

import json

import pytest

from libs.common.contracts.ledger import Open, Transaction
from services.ledger import queries
from tests.support.teller import Teller

IMPOSSIBLE = ("1969-12-31T23:59:59.5Z", "1900-01-01T00:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00")


def read_back(teller: Teller) -> list[Transaction]:
    return [Transaction.model_validate_json(body) for _, _, body in queries.journal(teller.db, 0, 100)]


@pytest.mark.parametrize("at", IMPOSSIBLE)
def test_a_posting_of_an_impossible_time_is_refused(teller: Teller, at: str) -> None:
    posting = json.loads(teller.posting(Open(account="alice")).encode()) | {"at": at}
    assert teller.ask("post", json.dumps(posting).encode())["refusal"] == "invalid"
    teller.take(json.dumps({"id": "list", "postings": [posting]}).encode())
    [told] = read_back(teller)
    assert (told.kind, told.refusal) == ("refused", "invalid")


@pytest.mark.parametrize("at", IMPOSSIBLE)
@pytest.mark.parametrize("verb", ["ban", "unban", "freeze"])
def test_a_sanction_of_an_impossible_time_is_refused(teller: Teller, verb: str, at: str) -> None:
    told = teller.ask(verb, json.dumps({"key": "k", "account": "alice", "at": at}).encode())
    assert (told["ok"], read_back(teller)) == (False, [])


@pytest.mark.parametrize("at", ["1970-01-01T00:00:00Z", "2026-11-22T12:00:00", "9998-12-31T23:59:59.999999Z"])
def test_any_other_time_is_told_as_it_was(teller: Teller, at: str) -> None:
    posting = json.loads(teller.posting(Open(account="alice")).encode()) | {"at": at}
    assert teller.ask("post", json.dumps(posting).encode())["ok"]
    assert {told.at.isoformat()[:19] for told in read_back(teller)} == {at[:19]}
