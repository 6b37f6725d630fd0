from dataclasses import dataclass
from typing import Any

import pytest

from libs.common.contracts.owners import Asked
from services.commands.arguments import BadArgumentsError, Coins, Nothing
from services.commands.handlers import COMMANDS
from services.commands.registry import SECTIONS, Answer, Call, Command, Office, Registry, call, denied, first_word
from tests.support.commands import message, rules


@dataclass(frozen=True, slots=True)
class Amount:
    amount: Coins


async def nothing(call: Call[Any], office: Office) -> Answer:
    return Answer("")


OPEN = Command("open", "", Nothing, nothing, aliases=("o",))
SECRET = Command("secret", "", Amount, nothing, rank="admin")
HOUSE = Registry((OPEN, SECRET))


@pytest.mark.parametrize("text", ["open", "OPEN", "  o  ", "Open sesame"])
def test_a_command_is_found_by_name_or_alias_in_any_case(text: str) -> None:
    assert HOUSE.find(first_word(message(text))) is OPEN


def test_there_is_no_prefix() -> None:
    assert HOUSE.find("!open") is None


@pytest.mark.parametrize("rank", [4, 5, 255])
def test_administrators_may_do_what_needs_them(rank: float | None) -> None:
    assert denied(SECRET, rank, rules()) is None


@pytest.mark.parametrize(("rank", "outcome"), [(0, "denied"), (1.5, "denied"), (3, "denied"), (None, "rank_unknown")])
def test_others_may_not_and_who_is_unknown_is_asked_for_patience(rank: float | None, outcome: str) -> None:
    answer = denied(SECRET, rank, rules())
    assert answer is not None
    assert answer.outcome == outcome


def test_an_unknown_rank_may_do_what_viewers_may() -> None:
    assert denied(OPEN, None, rules()) is None


@pytest.mark.parametrize(("rank", "names"), [(1, ["open"]), (None, ["open"]), (4, ["open", "secret"])])
def test_what_is_allowed_is_told_by_rank(rank: float | None, names: list[str]) -> None:
    assert [command.name for command in HOUSE.allowed(rank, rules())] == names


def test_what_the_configuration_does_not_offer_is_not_told() -> None:
    house = Registry((OPEN, Command("closed", "", Nothing, nothing, offered=lambda rules: rules.economy.timezone != "UTC")))
    assert [command.name for command in house.allowed(1, rules())] == ["open"]


def test_a_call_asks_under_its_own_key_and_behind_its_own_event() -> None:
    asked = call(OPEN, message("open"), rules(), None)
    wanted = asked.asks(Asked)
    assert (wanted.key, wanted.user, wanted.at, (wanted.epoch, wanted.raw)) == (asked.id, asked.user, asked.at, asked.place)


def test_words_that_do_not_fit_are_refused() -> None:
    with pytest.raises(BadArgumentsError):
        call(SECRET, message("secret lots"), rules(), None)


def test_arguments_keep_their_case() -> None:
    grant = COMMANDS.find("grant")
    assert grant is not None
    asked = call(grant, message("grant @Bob 5 For The Film", rank=5), rules(), None).arguments
    assert (asked.user, asked.reason) == ("Bob", "For The Film")


def test_two_commands_with_one_word_are_refused() -> None:
    with pytest.raises(ValueError, match="two commands"):
        Registry((OPEN, Command("other", "", Nothing, nothing, aliases=("open",))))


def test_every_command_says_what_it_is_for() -> None:
    assert all(command.help for command in COMMANDS.commands)


def test_every_command_stands_under_a_head() -> None:
    assert {command.section for command in COMMANDS.commands} <= set(SECTIONS)


def test_what_administrators_may_do_stands_apart() -> None:
    assert all((command.rank == "admin") == (command.section == "Administrators") for command in COMMANDS.commands)
