"""The streams, in line with books that were restored: what they tell of a time these know nothing of must go, or nobody could go on."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final, cast

from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.errors import BucketNotFoundError, KeyWrongLastSequenceError, NoKeysError, NotFoundError

from libs.cli.deadletters import read_all
from libs.cli.operator import connect
from libs.common import subjects
from libs.common.config.connection import Nats
from libs.common.contracts.events import EVENT
from libs.common.contracts.ledger import TRANSACTION, Transaction
from libs.common.position import Mark, PositionLost, find
from libs.common.streams import ask
from libs.common.unit import positions

TRANSACTIONS: Final = subjects.TRANSACTIONS
_NEVER: Final = 2**62
"""A sequence nothing has."""


@dataclass(frozen=True, slots=True)
class Later:
    """What `ECONOMY_TRANSACTIONS` holds beyond the books."""

    transactions: tuple[Transaction, ...] = ()
    """All behind the last one that both have; where the stream told another history, the books have other ones under the same numbers."""
    contradicts: bool = False
    """Whether the stream has to be made anew: its end is not in the books."""


async def prove_rights(nats: Nats, state_dir: Path, channels: list[str]) -> None:
    """Make sure that we may say who keeps the books; changes nothing.

    Raises NoServer: no, such as without the password of `ledger`.
    """
    client = await connect(nats, state_dir)
    try:
        known = await _owned(client)
    finally:
        await client.close()
    if known is None:
        return
    client = await connect(nats, state_dir, user="ledger")
    try:
        bucket = await client.jetstream().key_value(subjects.LEDGER_STORES)
        for channel in known.union(channels):
            with suppress(KeyWrongLastSequenceError):  # so far no bucket comes: whoever is told that may write
                await bucket.update(channel, b"", last=_NEVER)
    finally:
        await client.close()


async def later(nats: Nats, state_dir: Path, ledger: Path) -> Later:
    """Read what the stream tells and the books of a backup do not have; changes nothing."""
    client = await connect(nats, state_dir)
    try:
        return await _later(client, ledger)
    finally:
        await client.close()


async def realign(nats: Nats, state_dir: Path, store: str, channels: list[str], found: Later) -> None:
    """Make the stream anew where it contradicts the books (the ledger fills it again), and name the books' new id for their channels.

    The older books, wherever a copy of them is, are refused from then on.
    """
    client = await connect(nats, state_dir)
    try:
        if found.contradicts:
            await _make_anew(client)
        known = await _owned(client)
    finally:
        await client.close()
    if known is None:
        return
    client = await connect(nats, state_dir, user="ledger")  # nobody else may say who keeps the books
    try:
        bucket = await client.jetstream().key_value(subjects.LEDGER_STORES)
        for channel in known.union(channels):
            await bucket.put(channel, store.encode())
    finally:
        await client.close()


async def gone(nats: Nats, state_dir: Path) -> list[str]:
    """Say whether the events that earning has to play again are all there."""
    database = state_dir / "earning.db"
    if not database.is_file():
        return []
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as db:
        position = positions(db).get(subjects.EVENTS)
    client = await connect(nats, state_dir)
    try:
        await find(client.jetstream(), subjects.EVENTS, position, _event_mark)
    except PositionLost as lost:
        return [f"earning can't play again all that happened since, and will not start: {lost}"]
    except NotFoundError:
        return []  # made anew, it begins with what comes
    finally:
        await client.close()
    return []


def lacking(ledger: Path, told: Iterable[Transaction]) -> tuple[Transaction, ...]:
    """Give those transactions that the books do not have."""
    with closing(_reader(ledger)) as db:
        return tuple(each for each in told if not _is_kept(db, each))


def transactions(bodies: Iterable[bytes]) -> Iterator[Transaction]:
    """Read transactions, passing over what somebody else wrote."""
    return (told for body in bodies if (told := _transaction(body)) is not None)


async def _later(client: Client, ledger: Path) -> Later:
    jetstream = client.jetstream(timeout=10)
    try:
        state = (await jetstream.stream_info(TRANSACTIONS)).state
        if not state.messages:
            return Later()
        tail = TRANSACTION.validate_json((await jetstream.get_last_msg(TRANSACTIONS, ">")).data or b"")
    except NotFoundError:
        return Later()
    except ValueError:
        return Later(contradicts=True)  # somebody else wrote it
    # One message a number, in order: as many messages lie between two of them as numbers.
    shift = state.last_seq - tail.number
    with closing(_reader(ledger)) as db:
        if _is_kept(db, tail):
            return Later()
        common = await _common(jetstream, db, shift, state.first_seq - shift, min(tail.number - 1, _last(db)))
    return Later(tuple(transactions(await read_all(client, TRANSACTIONS, max(0, common + shift)))), contradicts=True)


async def _common(jetstream: JetStreamContext, db: sqlite3.Connection, shift: int, first: int, last: int) -> int:
    """Give the last number, from `first` to `last`, up to which stream and books tell the same; the one before `first` where none is.

    `shift` is how far a message's sequence is ahead of its number. Two histories that went apart do not come together again.
    """
    low, high = max(first, 1) - 1, last
    middle = high
    while low < high:
        told = await _told(jetstream, middle + shift)
        if told is not None and _is_kept(db, told):
            low = middle
        else:
            high = middle - 1
        middle = (low + high + 1) // 2
    return low


async def _told(jetstream: JetStreamContext, sequence: int) -> Transaction | None:
    """Give the transaction there; None where there is none."""
    try:
        return _transaction((await jetstream.get_msg(TRANSACTIONS, seq=sequence)).data or b"")
    except NotFoundError:
        return None


def _transaction(body: bytes) -> Transaction | None:
    """Read a transaction; None where somebody else wrote it."""
    try:
        return TRANSACTION.validate_json(body)
    except ValueError:
        return None


async def _owned(client: Client) -> set[str] | None:
    """Give the channels whose books have an owner; None where nothing is noted yet, and the ledger will."""
    try:
        bucket = await client.jetstream().key_value(subjects.LEDGER_STORES)
        return set(await bucket.keys())
    except BucketNotFoundError:
        return None
    except NoKeysError:
        return set()


async def _make_anew(client: Client) -> None:
    """Delete the stream and make it again with the very settings it had."""
    info = await ask(client, f"$JS.API.STREAM.INFO.{TRANSACTIONS}", {})
    if "config" not in info:
        return  # an earlier attempt was interrupted right here: whoever provisions makes it
    for verb, body in (("DELETE", {}), ("CREATE", info["config"])):
        answer = await ask(client, f"$JS.API.STREAM.{verb}.{TRANSACTIONS}", body)
        if "error" in answer:
            raise NatsError(f"{TRANSACTIONS}: {answer['error'].get('description')}")


def _reader(ledger: Path) -> sqlite3.Connection:
    return cast("sqlite3.Connection", _queries().reader(ledger))


def _is_kept(db: sqlite3.Connection, told: Transaction) -> bool:
    """Tell whether the books have this very transaction."""
    rows = list(_queries().journal(db, told.number - 1, 1))
    return bool(rows) and bool(import_module("services.ledger.journal").same(told, Transaction.model_validate_json(rows[0][2])))


def _last(db: sqlite3.Connection) -> int:
    return int(_queries().last_number(db))


def _queries() -> Any:
    return import_module("services.ledger.queries")


def _event_mark(body: bytes) -> Mark:
    event = EVENT.validate_json(body)
    return Mark(event.id, event.epoch, event.raw)
