"""Requests that are answered from a service's state: one by one, or all that came for a door at once."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from libs.common.contracts.base import Contract
from libs.common.unit import Unit, encoded


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asked."""

    subject: str
    body: bytes


_HandleAll = Callable[[Unit, Sequence[Request]], Sequence[Contract | bytes]]


@dataclass(frozen=True)
class Door:
    """A request subject whose answers are given only after the commit."""

    subject: str
    """Wildcards allowed."""
    handle: Callable[[Unit, Request], Contract | bytes]
    """Runs on the writer thread, in a savepoint."""
    error: Callable[[Request, Exception], Contract | bytes]
    """What to answer when `handle` raised."""
    key: Callable[[Request], str | None] | None = None
    """With a key, the answer is kept and given again; the same key with other contents raises `KeyConflict`."""
    handle_all: _HandleAll | None = None
    """For a busy door without keys: does what `handle` does, for several requests in one savepoint, in order.

    It answers what one request got wrong; if it raises all the same, everything is undone and each is handled by itself.
    """


@dataclass(slots=True)
class Job:
    """Something to be done in the next group."""

    work: Callable[[Unit], Any]
    done: Callable[[Any], None]
    failed: Callable[[Exception], None]
    door: Door | None = None
    request: Request | None = None


def job(door: Door, request: Request, reply: Callable[[bytes], None]) -> Job:
    """Give the handling of a request as a job; `reply` gets the answer, whatever happened."""

    def work(unit: Unit) -> bytes:
        key = door.key(request) if door.key is not None else None
        if key is None:
            return encoded(door.handle(unit, request))
        return unit.once(key, request.body, lambda: encoded(door.handle(unit, request)))

    def failed(error: Exception) -> None:
        reply(encoded(door.error(request, error)))

    return Job(work, reply, failed, door, request)


def attempt(unit: Unit, jobs: Sequence[Job]) -> Iterator[tuple[Job, Any, Exception | None]]:
    """Do jobs in order; give their results or errors. What one of them does is undone if it fails, and nothing else is.

    As long as none fails, a run of them needs one savepoint, and those of a busy door one call. Where one does, each is done by itself.
    """
    for handle_all, run in groupby(jobs, key=lambda job: None if job.door is None else job.door.handle_all):
        together = list(run)
        results = _together(unit, together, handle_all) if len(together) > 1 else None
        if results is not None:
            yield from ((job, result, None) for job, result in zip(together, results, strict=True))
            continue
        for job in together:
            result, error = unit.attempt(job.work)
            yield job, result, error


def _together(unit: Unit, jobs: Sequence[Job], handle_all: _HandleAll | None) -> Sequence[Any] | None:
    """Give the results of all jobs; None where one failed, and nothing was done."""

    def work(unit: Unit) -> list[Any]:
        if handle_all is None:
            return [job.work(unit) for job in jobs]
        answers = handle_all(unit, [job.request for job in jobs if job.request is not None])
        if len(answers) != len(jobs):
            raise RuntimeError(f"{len(answers)} answers to {len(jobs)} requests")
        return [encoded(answer) for answer in answers]

    return unit.attempt(work)[0]
