from typing import Any

import pytest
from structlog.testing import capture_logs

from libs.common.config import Rules
from libs.common.config.announcements import Announcements, Templates
from services.announcer.lines import GATES, Lines, UnknownLineError, together

VALUES: dict[str, Any] = {
    "user": "alice",
    "title": "A Film",
    "cost": 500,
    "amount": 12_500,
    "wager": 100,
    "winner": "alice",
    "loser": "bob",
    "rank": "Extra",
    "days": 7,
    "greeting": "Hail!",
    "count": 12,
    "per_user": 5,
    "sender": "carol",
    "badge": "Night Owl",
    "result": "The crew got away.",
    "creator": "dave",
    "text": "a good pun",
    "number": "3",
    "total": 1_000,
    "name": "Film night",
    "factor": "1.5",
    "minutes": 90,
}


def lines(**section: Any) -> Lines:
    return Lines(Rules.model_validate({"announcements": section}))


@pytest.mark.parametrize("line", GATES)
def test_every_line_has_words_of_ours_that_work(line: str) -> None:
    with capture_logs() as logs:
        text = lines().words(line, VALUES).text
    assert "{" not in text
    assert logs == []


def test_every_template_and_every_gate_belongs_to_a_line() -> None:
    gates = {name for name, field in Announcements.model_fields.items() if field.annotation is bool}
    assert set(Templates.model_fields) <= set(GATES)
    assert {gate for gate in GATES.values() if gate} == gates


def test_the_configured_text_is_said() -> None:
    said = lines(templates={"rank_up": "{rank}! Well done, {user}."}).words("rank_up", VALUES)
    assert said.text == "Extra! Well done, alice."


def test_amounts_are_easy_to_read_and_the_currency_has_its_name() -> None:
    templates = {"jackpot": "{user}: {amount} {currency}"}
    assert lines(templates=templates).words("jackpot", {"user": "bob", "amount": 12_500}).text == "bob: 12,500 Z-Coins"
    assert lines(templates=templates).words("jackpot", {"user": "bob", "amount": 1}).text == "bob: 1 Z-Coin"


@pytest.mark.parametrize("template", ["{user} is {rnak}", "{user} is {rank:>10}", "{} is {}", "{user.__class__}"])
def test_a_text_that_does_not_work_gives_way_to_ours_and_is_warned_of_once(template: str) -> None:
    broken = Lines(Rules.model_construct(announcements=Announcements(templates=Templates.model_construct(rank_up=template))))
    with capture_logs() as logs:
        texts = {broken.words("rank_up", VALUES).text for _ in range(3)}
    assert texts == {lines().words("rank_up", VALUES).text}
    assert [entry["log_level"] for entry in logs] == ["warning"]


def test_a_value_that_looks_like_a_place_is_no_place() -> None:
    assert lines(templates={"greeting": "{greeting}"}).words("greeting", {"greeting": "{user}", "user": "bob"}).text == "{user}"


@pytest.mark.parametrize(("line", "gate"), [(line, gate) for line, gate in GATES.items() if gate])
def test_a_closed_gate_closes_its_line(line: str, gate: str) -> None:
    assert lines().is_open(line, VALUES)
    assert not lines(**{gate: False}).is_open(line, VALUES)


def test_a_small_win_is_no_jackpot() -> None:
    found = lines(jackpot_min_amount=500)
    assert [found.is_open("jackpot", {"amount": amount}) for amount in (499, 500)] == [False, True]


def test_a_line_without_words_is_refused() -> None:
    with pytest.raises(UnknownLineError):
        lines().words("moon_landing", {})


def test_users_of_one_rank_are_named_together() -> None:
    found = lines(templates={"rank_up": "{user} reached {rank}"})
    said = [found.words("rank_up", {"user": name, "rank": "Extra"}) for name in ("alice", "bob", "alice", "carol")]
    assert together(said) == "alice, bob and carol reached Extra"


def test_what_differs_in_more_than_the_user_is_not_said_together() -> None:
    found = lines()
    one, other = (found.words("rank_up", {"user": "alice", "rank": rank}) for rank in ("Extra", "Star"))
    assert one.batch != other.batch


def test_greetings_are_said_one_after_another() -> None:
    said = [lines().words("greeting", {"user": name, "greeting": f"Hail {name}!"}) for name in ("alice", "bob")]
    assert together(said) == "Hail alice! | Hail bob!"


def test_wins_are_each_said_alone() -> None:
    assert lines().words("jackpot", VALUES).batch is None


@pytest.mark.parametrize(
    ("minutes", "span"), [(1, "1 minute"), (60, "1 hour"), (90, "1 hour 30 minutes"), (1_440, "24 hours"), (0, "a moment")]
)
def test_a_span_is_told_in_hours_and_minutes(minutes: int, span: str) -> None:
    told = lines().words("event_begins_plain", {"name": "Film night", "factor": "1", "minutes": minutes})
    assert told.text == f"Film night has begun, for {span}."
