"""Requests that come together, and what becomes of the others when one of them fails."""

import sqlite3
from collections.abc import Iterator, Sequence

import pytest

from libs.common.doors import Door, Job, Request, attempt, job
from libs.common.unit import SCHEMA, Unit


@pytest.fixture
def unit() -> Iterator[Unit]:
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.executescript(SCHEMA + "CREATE TABLE said (word TEXT)")
    db.execute("BEGIN")
    yield Unit(db)
    db.close()


def say(unit: Unit, request: Request) -> bytes:
    unit.db.execute("INSERT INTO said VALUES (?)", (request.body.decode(),))
    if request.body == b"bad":
        raise ValueError(request.body)
    return b"alone " + request.body


def say_all(unit: Unit, requests: Sequence[Request]) -> list[bytes]:
    return [say(unit, request).replace(b"alone", b"together") for request in requests]


def complain(_request: Request, error: Exception) -> bytes:
    return repr(error).encode()


def answers(unit: Unit, *bodies: bytes, busy: bool = True) -> list[bytes]:
    door = Door("a.door", say, complain, handle_all=say_all if busy else None)
    told: list[bytes] = []
    jobs = [job(door, Request("a.door", body), told.append) for body in bodies]
    for each, result, error in attempt(unit, jobs):
        each.done(result) if error is None else each.failed(error)
    return told


def said(unit: Unit) -> list[str]:
    return [word for (word,) in unit.db.execute("SELECT word FROM said")]


def test_requests_of_a_busy_door_are_done_together(unit: Unit) -> None:
    assert answers(unit, b"one", b"two") == [b"together one", b"together two"]


def test_a_single_request_is_done_alone(unit: Unit) -> None:
    assert answers(unit, b"one") == [b"alone one"]


def test_requests_of_another_door_are_done_one_by_one(unit: Unit) -> None:
    assert answers(unit, b"one", b"two", busy=False) == [b"alone one", b"alone two"]


def test_one_that_fails_undoes_only_itself(unit: Unit) -> None:
    assert answers(unit, b"one", b"bad", b"two") == [b"alone one", b"ValueError(b'bad')", b"alone two"]
    assert said(unit) == ["one", "two"]


def test_one_that_fails_at_a_door_of_its_own_undoes_only_itself(unit: Unit) -> None:
    assert answers(unit, b"one", b"bad", b"two", busy=False) == [b"alone one", b"ValueError(b'bad')", b"alone two"]
    assert said(unit) == ["one", "two"]


def test_too_few_answers_to_requests_done_together_undo_them(unit: Unit) -> None:
    door = Door("a.door", say, complain, handle_all=lambda unit, requests: say_all(unit, requests)[:1])
    told: list[bytes] = []
    for each, result, _ in attempt(unit, [job(door, Request("a.door", body), told.append) for body in (b"one", b"two")]):
        each.done(result)
    assert (told, said(unit)) == ([b"alone one", b"alone two"], ["one", "two"])


def test_what_is_sent_and_called_by_jobs_that_fail_is_forgotten(unit: Unit) -> None:
    calls: list[str] = []

    def work(word: str) -> Job:
        def run(unit: Unit) -> None:
            unit.send("STREAM", "a.subject", word, b"")
            unit.after_commit(lambda: calls.append(word))
            if word == "bad":
                raise ValueError(word)

        return Job(run, lambda _: None, lambda _: None)

    list(attempt(unit, [work("one"), work("bad"), work("two")]))
    for call in unit.calls:
        call()
    assert ([row.key for row in unit.rows], calls) == (["one", "two"], ["one", "two"])


def test_other_jobs_in_between_keep_their_place(unit: Unit) -> None:
    door = Door("a.door", say, complain, handle_all=say_all)
    order: list[str] = []
    jobs = [
        job(door, Request("a.door", b"one"), lambda _: None),
        Job(lambda unit: order.extend(said(unit)), lambda _: None, lambda _: None),
        job(door, Request("a.door", b"two"), lambda _: None),
    ]
    list(attempt(unit, jobs))
    assert (order, said(unit)) == (["one"], ["one", "two"])
