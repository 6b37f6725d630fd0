from contextlib import suppress
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common.contracts.ledger import MAX_AMOUNT
from services.commands.arguments import BadArgumentsError, Coins, Nothing, Rest, Username, read, usage, whole_coins


@dataclass(frozen=True, slots=True)
class Gift:
    user: Username
    amount: Coins
    reason: Rest = ""


def test_words_become_fields() -> None:
    assert read(Gift, ["@Alice", "50", "for", "the", "film"]) == Gift("Alice", 50, "for the film")


def test_what_may_be_left_out_may_be_left_out() -> None:
    assert read(Gift, ["Alice", "50"]) == Gift("Alice", 50)


def test_all_leading_at_signs_are_taken_off_a_name() -> None:
    assert read(Gift, ["@@Alice", "1"]).user == "Alice"


@pytest.mark.parametrize("words", [[], ["alice"], ["alice", "many"], ["alice", "1.5"], ["alice", ""]])
def test_what_is_missing_or_no_number_is_told(words: list[str]) -> None:
    with pytest.raises(BadArgumentsError):
        read(Gift, words)


@dataclass(frozen=True, slots=True)
class Stake:
    wager: Coins


def test_a_word_too_many_is_told() -> None:
    """`flip 20 000` must not stake 20."""
    with pytest.raises(BadArgumentsError, match="too many"):
        read(Stake, ["20", "000"])


@pytest.mark.parametrize(("word", "coins"), [("50", 50), ("1_000", 1000), ("+5", 5), ("-5", -5), (" 7 ", 7)])
def test_amounts_are_written_as_in_python(word: str, coins: int) -> None:
    assert whole_coins(word) == coins


@pytest.mark.parametrize("word", ["all", "10k", "1,000", "0x10", str(MAX_AMOUNT + 1), "9" * 5000])
def test_anything_else_is_no_amount(word: str) -> None:
    with pytest.raises(BadArgumentsError):
        whole_coins(word)


@given(st.lists(st.text(max_size=30), max_size=5))
def test_no_words_do_more_than_not_fit(words: list[str]) -> None:
    with suppress(BadArgumentsError):
        read(Gift, words)


def test_words_after_a_command_without_arguments_are_let_pass() -> None:
    assert read(Nothing, ["please"]) == Nothing()


def test_the_usage_line_says_what_may_be_left_out() -> None:
    assert usage("grant", Gift) == "grant @user amount [reason]"
    assert usage("balance", Nothing) == "balance"
