"""What a round against the house moves, and nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from libs.common.contracts.ledger import HOUSE, MAX_AMOUNT, Transfer
from services.games import rounds

COINS = st.integers(0, MAX_AMOUNT)


@given(stake=COINS, payout=COINS)
def test_a_viewer_has_the_payout_more_and_the_stake_less(stake: int, payout: int) -> None:
    moves = rounds.moves("alice", stake, payout, "spin", {})
    net = {"alice": 0, HOUSE: 0}
    for move in moves:
        assert isinstance(move, Transfer)
        net[move.source] -= move.amount
        net[move.target] += move.amount

    assert net == {"alice": payout - stake, HOUSE: stake - payout}


@given(stake=COINS, payout=COINS)
def test_a_stake_is_a_wager_and_only_the_stake_itself_comes_back_as_a_push(stake: int, payout: int) -> None:
    kinds = {move.type: move.amount for move in rounds.moves("alice", stake, payout, "spin", {}) if isinstance(move, Transfer)}
    expected = {"gamble_wager": stake, "gamble_push" if payout == stake else "gamble_win": payout}

    assert kinds == {kind: amount for kind, amount in expected.items() if amount}
