"""How dead letters are told."""

from datetime import UTC, datetime, timedelta

import pytest

from libs.cli.deadletters import described, explained, kinds, table
from libs.common.contracts.deadletters import DeadLetter

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def letter(number: int, error: str = "ValueError: odd", service: str = "earning") -> DeadLetter:
    return DeadLetter(
        id=f"{service}:ECONOMY_EVENTS:{number}",
        service=service,
        stream="ECONOMY_EVENTS",
        sequence=number,
        subject="economy.events.lounge.chat",
        body='{"id": "x"}',
        error=error,
        at=NOON + timedelta(minutes=number),
    )


def test_letters_with_the_same_error_are_one_line_with_a_count() -> None:
    lines = list(table(kinds([letter(3), letter(2), letter(1, "KeyError: 'x'")])))

    assert [line.split()[2:4] for line in lines[1:3]] == [["2", "earning:ECONOMY_EVENTS:3"], ["1", "earning:ECONOMY_EVENTS:1"]]


def test_the_same_error_of_another_service_is_another_line() -> None:
    assert len(kinds([letter(2), letter(1, service="commands")])) == 2


def test_no_letters_are_told_in_words() -> None:
    assert list(table([])) == ["no dead letters"]


def test_an_error_of_many_lines_stays_on_one() -> None:
    lines = list(table(kinds([letter(1, "ValidationError: 2 problems\n  " + "x" * 200)])))

    assert lines[1].endswith("x...")


def test_a_letter_is_shown_with_its_body_at_the_end() -> None:
    assert list(described(letter(1)))[-1] == '{"id": "x"}'


@pytest.mark.parametrize(
    ("error", "word"),
    [
        ("ValidationError: 1 problem", "version"),
        ("ConfigError: no", "reload"),
        ("ValueError: no channel 'x' is configured", "channel"),
        ("ZeroDivisionError: division by zero", "grant"),
    ],
)
def test_every_letter_has_a_cure(error: str, word: str) -> None:
    assert word in " ".join(explained(letter(1, error)))
