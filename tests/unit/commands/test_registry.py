from dataclasses import dataclass
from typing import Any

import pytest

from services.commands.arguments import Coins, Nothing
from services.commands.handlers import COMMANDS
from services.commands.registry import Answer, Books, Call, Command, Registry, Task
from tests.support.commands import message, rules


@dataclass(frozen=True, slots=True)
class Amount:
    amount: Coins


async def nothing(call: Call[Any], books: Books) -> Answer:
    return Answer("")


OPEN = Command("open", "", Nothing, nothing, aliases=("o",))
SECRET = Command("secret", "", Amount, nothing, rank="admin")
HOUSE = Registry((OPEN, SECRET))


def read(text: str, rank: float | None = 1) -> Task | Answer:
    return HOUSE.read(message(text, rank=rank), rules())


@pytest.mark.parametrize("text", ["open", "OPEN", "  o  ", "Open sesame"])
def test_a_command_is_found_by_name_or_alias_in_any_case(text: str) -> None:
    task = read(text)
    assert isinstance(task, Task)
    assert task.command is OPEN


def test_an_unknown_word_is_told_as_such() -> None:
    assert read("!open") == HOUSE.read(message("dance"), rules())
    assert isinstance(read("!open"), Answer)


@pytest.mark.parametrize("rank", [4, 5, 255])
def test_administrators_may_do_what_needs_them(rank: float | None) -> None:
    assert isinstance(read("secret 5", rank), Task)


@pytest.mark.parametrize(("rank", "outcome"), [(0, "denied"), (1.5, "denied"), (3, "denied"), (None, "rank_unknown")])
def test_others_may_not_and_who_is_unknown_is_asked_for_patience(rank: float | None, outcome: str) -> None:
    answer = read("secret 5", rank)
    assert isinstance(answer, Answer)
    assert answer.outcome == outcome


def test_an_unknown_rank_may_do_what_viewers_may() -> None:
    assert isinstance(read("open", None), Task)


def test_words_that_do_not_fit_are_answered_with_the_usage() -> None:
    answer = read("secret lots", 5)
    assert isinstance(answer, Answer)
    assert "secret amount" in answer.text


def test_arguments_keep_their_case() -> None:
    task = COMMANDS.read(message("grant @Bob 5 For The Film", rank=5), rules())
    assert isinstance(task, Task)
    assert (task.call.arguments.user, task.call.arguments.reason) == ("Bob", "For The Film")


def test_two_commands_with_one_word_are_refused() -> None:
    with pytest.raises(ValueError, match="two commands"):
        Registry((OPEN, Command("other", "", Nothing, nothing, aliases=("open",))))


def test_every_command_says_what_it_is_for() -> None:
    assert all(command.help for command in COMMANDS.commands)
