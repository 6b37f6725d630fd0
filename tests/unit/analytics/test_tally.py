from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from libs.analysis.archive import Archive
from libs.analysis.writing import Writer
from libs.common.contracts.ledger import Entry, Transaction
from services.analytics.queries import Counter
from services.analytics.tally import Tally

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = date(2026, 11, 22)


def leg(account: str, amount: int, kind: str = "earn", **more: Any) -> Entry:
    return Entry(account=account, amount=amount, balance=0, type=kind, **more)


class Sums:
    """Counts postings."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __call__(self, *postings: list[Entry], zone: str = "UTC") -> Tally:
        common = {"kind": "posting", "channel": "lounge", "at": NOON, "committed": NOON, "caller": "earning"}
        numbered = enumerate(postings, 1)
        bodies = [Transaction.model_validate({**common, "number": n, "key": str(n), "entries": legs}).encode() for n, legs in numbered]
        writer = Writer(Archive(self.root))
        writer.open()
        file = writer.load(bodies)
        assert file is not None
        return Counter(self.root).tally([file.path], 0, zone)


@pytest.fixture
def sums(tmp_path: Path) -> Sums:
    return Sums(tmp_path)


def test_what_is_earned_counts_for_the_day_the_total_and_the_viewer(sums: Sums) -> None:
    found = sums([leg("@mint", -5), leg("Alice", 5, counts="earned")])
    assert found.lifetime == [("lounge", "earned", 5)]
    assert found.days == [(DAY, "lounge", "earned", 5)]
    assert found.earned == [("lounge", "alice", 5)]


@pytest.mark.parametrize("kind", ["admin_grant", "welcome_wallet", "interest"])
def test_gifts_the_welcome_and_interest_count_towards_ranks_and_for_no_day(sums: Sums, kind: str) -> None:
    found = sums([leg("@mint", -5, kind), leg("alice", 5, kind, counts="earned")])
    assert found.lifetime == [("lounge", "earned", 5)]
    assert found.days == []
    assert found.earned == [("lounge", "alice", 5)]


def test_what_is_spent_counts_as_a_positive_number(sums: Sums) -> None:
    assert sums([leg("alice", -7, "spend", counts="spent"), leg("@burn", 7, "spend")]).lifetime == [("lounge", "spent", 7)]


def test_a_gift_that_is_taken_back_lowers_what_a_viewer_earned_and_no_figure_of_the_day(sums: Sums) -> None:
    found = sums([leg("alice", -5, "reversal", counts="earned"), leg("@mint", 5, "reversal")])
    assert (found.lifetime, found.days, found.earned) == ([], [], [("lounge", "alice", -5)])


def test_what_was_earned_and_is_taken_back_lowers_the_figure_of_the_day(sums: Sums) -> None:
    undone = {"undoes": "presence"}
    found = sums([leg("alice", -5, "reversal", counts="earned", metadata=undone), leg("@mint", 5, "reversal", metadata=undone)])
    assert found.days == [(DAY, "lounge", "earned", -5)]


def test_a_movement_is_counted_where_it_arrives(sums: Sums) -> None:
    found = sums([leg("alice", -9, "tip_send"), leg("bob", 9, "tip_receive", trigger="earn.tip")])
    assert found.movements == [("lounge", "tip_receive", "earn.tip", 1, 9)]


def test_a_stake_counts_when_it_is_captured_not_while_it_is_held(sums: Sums) -> None:
    wager: dict[str, Any] = {"kind": "gamble_wager", "trigger": "gambling.spin"}
    found = sums([leg("alice", -9, **wager), leg("@escrow", 9, **wager)], [leg("@escrow", -9, **wager), leg("@house", 9, **wager)])
    assert found.movements == [("lounge", "gamble_wager", "gambling.spin", 1, 9)]


def test_several_coins_of_a_kind_are_added_up(sums: Sums) -> None:
    found = sums([leg("alice", 1, trigger="chat.gif"), leg("bob", 2, trigger="chat.gif")])
    assert found.movements == [("lounge", "earn", "chat.gif", 2, 3)]


def test_a_day_is_one_of_the_zone(sums: Sums) -> None:
    found = sums([leg("alice", 5, counts="earned")], zone="Pacific/Kiritimati")
    assert found.days == [(date(2026, 11, 23), "lounge", "earned", 5)]


FAMILIES = {
    None: "",
    "presence.base": "presence.base",
    "spend.queue.4711": "spend.queue",
    "spend.vanity.fortune": "spend.vanity.fortune",
    "spend.vanity.chat_color.refund": "spend.vanity.chat_color",
    "bounty.claim.17": "bounty.claim",
    "event.movie night.presence": "event.movie night",
}


def test_a_family_names_no_single_thing(sums: Sums) -> None:
    movements = sums([leg("alice", 1, f"type {n}", trigger=trigger) for n, trigger in enumerate(FAMILIES)]).movements
    assert {kind: family for _, kind, family, *_ in movements} == {f"type {n}": family for n, family in enumerate(FAMILIES.values())}


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (leg("alice", 1, trigger="presence.base"), False),
        (leg("alice", 1, trigger="chat.first"), True),
        (leg("alice", 5, "tip_receive", trigger="earn.tip"), False),
        (leg("alice", -5, "tip_send"), True),
        (leg("alice", -5, "admin_deduct"), False),
        (leg("alice", -5, "decay"), False),
    ],
)
def test_being_there_is_no_choice_and_giving_is(sums: Sums, entry: Entry, expected: bool) -> None:
    assert sums([entry]).active == [(DAY, "lounge", "alice", expected)]


def test_a_bounty_is_counted_when_it_is_set_out_and_when_it_is_earned(sums: Sums) -> None:
    found = sums(
        [leg("alice", -9, "bounty_create", trigger="bounty.create"), leg("@escrow", 9, "bounty_create", trigger="bounty.create")],
        [leg("@escrow", -9, "bounty_claim", trigger="bounty.claim.1"), leg("bob", 9, "bounty_claim", trigger="bounty.claim.1")],
    )
    assert sorted(found.movements) == [
        ("lounge", "bounty_claim", "bounty.claim", 1, 9),
        ("lounge", "bounty_create", "bounty.create", 1, 9),
    ]


def test_a_stake_is_counted_when_it_is_played_for_and_not_while_it_is_held(sums: Sums) -> None:
    found = sums(
        [leg("alice", -9, "gamble_wager"), leg("@escrow", 9, "gamble_wager")],
        [leg("@escrow", -9, "gamble_wager"), leg("@house", 9, "gamble_wager", trigger="gambling.challenge")],
    )
    assert found.movements == [("lounge", "gamble_wager", "gambling.challenge", 1, 9)]
