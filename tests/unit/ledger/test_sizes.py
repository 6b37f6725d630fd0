"""A row of the journal is small beside what one message of the server holds: one that did not fit would hold up all behind it."""

import json

import pytest

from libs.common.contracts.ledger import Posting
from services.ledger import queries
from tests.support.teller import Teller, give

LONG = "x" * 500_000
SMALL = 10_000


def largest(teller: Teller) -> int:
    return max((len(body) for _, _, body in queries.journal(teller.db, 0, 10_000)), default=0)


def message(posting: Posting, **more: object) -> bytes:
    return json.dumps({"id": "list", "postings": [json.loads(posting.encode()) | more]}).encode()


@pytest.mark.parametrize("field", ["reason", "actor"])
@pytest.mark.parametrize("verb", ["ban", "unban", "freeze"])
def test_a_sanction_of_too_many_words_is_refused(teller: Teller, verb: str, field: str) -> None:
    asked = {"key": "k", "account": "alice", "at": teller.now.isoformat(), field: LONG}
    told = teller.ask(verb, json.dumps(asked).encode())
    assert (told["ok"], told.get("refusal"), largest(teller)) == (False, "invalid", 0)


@pytest.mark.parametrize(
    "odd", [{"actor": LONG}, {"cause": LONG}, {"lines": [{"line": LONG}]}, {"lines": [{"line": "open", "account": LONG}]}]
)
def test_a_posting_of_too_many_words_is_refused_in_a_few(teller: Teller, odd: dict[str, object]) -> None:
    teller.take(message(teller.posting(give("alice", 5, "earn"), key="k"), **odd))
    [told] = teller.journal()
    assert (told["key"], told["refusal"]) == ("k", "invalid")
    assert largest(teller) < SMALL
