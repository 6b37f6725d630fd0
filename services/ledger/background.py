"""Postings nobody waits for: lists on a stream, each posting kept or refused by itself. A refusal is an outcome too."""

import json
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from libs.common.contracts.ledger import Posting, Postings
from services.ledger.posting import expect, post, refuse_unreadable
from services.ledger.store import Connection, Desk

_LOOSE: Final[TypeAdapter[dict[str, Any]]] = TypeAdapter(dict[str, Any])
POSTINGS_MAX: Final = 500
_WRONG_MAX: Final = 500


@dataclass(frozen=True, slots=True)
class Batch:
    """A message: its id, the postings in it, and what in it is none."""

    id: str
    postings: list[Posting]
    unreadable: list[tuple[Any, str]]
    """As it came, and what is wrong with it."""


@dataclass(slots=True)
class Taken:
    """What came of a message, in counts."""

    kept: int = 0
    repeated: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    """By reason."""


def decode(body: bytes) -> Batch:
    """Read a message. One posting that can't be read does not stand in the way of the others.

    Raises:
        ValueError: the message as a whole can't be read.
    """
    try:
        whole = Postings.model_validate_json(body)
    except ValidationError:
        return _decode_one_by_one(body)
    return Batch(whole.id, whole.postings, [])


def take(db: Connection, channel: str, caller: str, batch: Batch, now: int) -> Taken:
    """Do every posting of a message, in order."""
    taken = Taken()
    desk = Desk(db, channel)
    expect(desk, batch.postings)
    for posting in batch.postings:
        result = post(desk, posting, caller, now, background=True)
        if result.repeated:
            taken.repeated += 1
        elif result.refusal is None:
            taken.kept += 1
        else:
            taken.refused[result.refusal] = taken.refused.get(result.refusal, 0) + 1
    for one, why in batch.unreadable:
        key = one.get("key") if isinstance(one, dict) else None
        if isinstance(key, str):
            refuse_unreadable(desk, key, json.dumps(one, sort_keys=True), why, caller, now)
    desk.flush()
    return taken


def _decode_one_by_one(body: bytes) -> Batch:
    loose = _LOOSE.validate_json(body)
    given = loose.get("postings")
    id_ = loose.get("id")
    if not isinstance(given, list) or not isinstance(id_, str) or len(given) > POSTINGS_MAX:
        raise ValueError(f"no list of at most {POSTINGS_MAX} postings with an id")
    batch = Batch(id_, [], [])
    for one in given:
        try:
            batch.postings.append(Posting.model_validate(one))
        except ValidationError as error:
            # What is wrong may be told by what was given, however long that is.
            wrong = error.errors(include_url=False)[0]["msg"][:_WRONG_MAX]
            batch.unreadable.append((one, f"{error.error_count()} problems: {wrong}"))
    return batch
