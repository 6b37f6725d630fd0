import json
from collections.abc import Callable

import pytest

from libs.common.contracts.ledger_requests import HistoryAnswer, HistoryRow
from tests.support.api import Bench
from tests.support.commands import NOON

ROW = HistoryRow(id=0, number=0, key="k", at=NOON, caller="earning", account="Alice", amount=5, balance=5, type="earn")


def paged(newer_at_each_page: int) -> Callable[[bytes], HistoryAnswer]:
    """Answer as a ledger with 1,000 transactions does, to which some are added between one page and the next."""
    last = 1_000

    def answer(body: bytes) -> HistoryAnswer:
        nonlocal last
        asked = json.loads(body)
        first = last - asked["offset"]
        last += newer_at_each_page
        return HistoryAnswer(found=True, rows=[ROW.model_copy(update={"id": first - place}) for place in range(asked["limit"])])

    return answer


@pytest.mark.parametrize("newer", [0, 7])
async def test_a_long_history_is_read_page_by_page_without_gap_or_repetition(newer: int) -> None:
    bench = Bench(history=paged(newer))
    data = await bench.ask("transactions.list", username="alice", limit=500, offset=3)
    assert [row["id"] for row in data["transactions"]] == list(range(997, 497, -1))
    assert max(json.loads(body)["limit"] for body in bench.ledger.of("history")) == 100
