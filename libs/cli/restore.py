"""`kryten-economy restore`: put a backup in the place of what is there, and the streams in line with its books."""

import asyncio
import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer
from nats.errors import Error as NatsError

from libs.cli import aside, embedded, realign, vault
from libs.cli.children import Supervisor
from libs.cli.embedded import CannotEmbed
from libs.cli.operator import NoServer
from libs.cli.options import ConfigOption, StateDirOption, configuration, fail, refuse_strangers, state_directory
from libs.common import lock
from libs.common.config import Config
from libs.common.config.connection import Nats
from libs.common.contracts.ledger import Transaction
from libs.common.database import RESTORING
from libs.common.services import ORDER
from libs.common.streams import ProvisionError
from libs.common.unit import renew_store_id

SERVER_SECONDS: Final = 20.0


class Refused(Exception):
    """Nothing was touched; says why."""


def command(
    source: Annotated[Path, typer.Option("--from", help="The backup: a directory with a manifest.json in it.")],
    config: ConfigOption = None,
    state_dir: StateDirOption = None,
    *,
    force: Annotated[bool, typer.Option("--force", help="Also over databases that are there; they are moved aside.")] = False,
) -> None:
    """Put a backup in place, while nothing runs, and the streams in line with it. What was there is moved aside."""
    loaded = configuration(config)
    directory = state_directory(state_dir, loaded)
    refuse_strangers(directory)
    try:
        manifest = vault.verify(source)
        with _alone(directory):
            _refuse_overwriting(directory, force=force)
            for line in asyncio.run(_restore(loaded, directory, source, manifest)):
                typer.echo(line)
            shutil.rmtree(directory / RESTORING)  # now that it was told: until here a repeat tells it all again
    except (vault.NotABackup, Refused) as error:
        raise fail(f"nothing was touched: {error}") from error
    except (NoServer, CannotEmbed, ProvisionError) as error:
        raise fail(f"the streams have to be put in line with the books, but: {error}. {_state(directory)}") from error
    except (NatsError, OSError, TimeoutError, sqlite3.Error) as error:
        raise fail(f"interrupted: {error!r}. {_state(directory)}") from error


def _state(state_dir: Path) -> str:
    """Say in what state a failure leaves the databases."""
    if (state_dir / RESTORING).exists():
        return "Nothing starts until the same command, with --force, has come to its end"
    return "Nothing was touched"


@contextmanager
def _alone(state_dir: Path) -> Iterator[None]:
    """Hold the locks of all that could touch this state.

    Raises:
        Refused: something runs.
    """
    with ExitStack() as held:
        for name in ("up", *ORDER):
            try:
                held.enter_context(lock.take(state_dir / f"{name}.lock"))
            except lock.AlreadyRunning as error:
                raise Refused(f"{name} runs on this state, stop it first ({error})") from error
        yield


def _refuse_overwriting(state_dir: Path, *, force: bool) -> None:
    there = [name for name in vault.DATABASES if (state_dir / name).exists()]
    if there and not force:
        raise Refused(f"there is {', '.join(there)} in {state_dir}; with --force they are moved aside")


async def _restore(config: Config, state_dir: Path, source: Path, manifest: vault.Manifest) -> list[str]:
    """Do it, in an order in which it can be interrupted anywhere and begun anew; give what there is to tell.

    The directory that keeps everything from starting stays: it goes once all is told.
    """
    nats = config.settings.nats
    channels = [channel.token for channel in config.settings.channels]
    staging = state_dir / RESTORING
    async with _server(nats, state_dir):
        # First what can fail without having changed anything.
        await realign.prove_rights(nats, state_dir, channels)
        later = await realign.later(nats, state_dir, source / vault.LEDGER)
        begun = aside.attempt(state_dir)
        names = [name for name in manifest.databases if name != aside.KEPT or not begun.kept]
        store = _stage(source, staging, names)
        known = aside.remember(state_dir, begun, later.transactions)
        moved_to = aside.move(state_dir, begun)
        for name in (*names, *(mark for mark in vault.MARKS if (source / mark).is_file())):
            (staging / name).rename(state_dir / name)
        vault.sync_directory(state_dir)
        await realign.realign(nats, state_dir, store, channels, later)
        gone = await realign.gone(nats, state_dir)
    told = [f"restored {', '.join(names)} as of {manifest.at:%Y-%m-%d %H:%M:%S} UTC: the books end with number {manifest.ledger_number}"]
    if begun.kept and aside.KEPT in manifest.databases:
        told.append(f"{aside.KEPT} is sound and was kept: it knows which PMs were answered since")
    told += aside.described(state_dir, begun, moved_to)
    told += _lost(realign.lacking(source / vault.LEDGER, known), manifest.ledger_number, state_dir / begun.aside / aside.LATER)
    return [*told, *gone]


def _stage(source: Path, staging: Path, names: list[str]) -> str:
    """Copy what is to be put in place; give the new id of the books.

    While the directory is there no service starts: one that an interrupted restore left stays, and is emptied.
    """
    staging.mkdir(mode=0o700, exist_ok=True)
    vault.sync_directory(staging.parent)
    for left in staging.iterdir():
        if left.name != aside.NOTE:
            left.unlink()
    store = ""
    for name in names:
        vault.copy_file(source / name, staging / name)
        with closing(sqlite3.connect(staging / name, isolation_level=None)) as db:
            renewed = renew_store_id(db)
        store = renewed if name == vault.LEDGER else store
    for mark in vault.MARKS:
        if (source / mark).is_file():
            vault.copy_file(source / mark, staging / mark)
    return store


def _lost(later: tuple[Transaction, ...], end: int, where: Path) -> Iterator[str]:
    """Say what the stream told and the books, which end with number `end`, do not have, and what becomes of it."""
    if not later:
        yield "the streams tell of nothing that was booked after the backup"
        return
    first, last = later[0].number, later[-1].number
    if first <= end:
        yield (
            f"the stream told another history than these books, which have other transactions under the numbers {first} to "
            f"{min(last, end)}; its own, up to {last}, stand in {where}"
        )
    else:
        yield f"{first} to {last} were booked after the backup; they stand in {where}"
    by = Counter(transaction.caller for transaction in later)
    earned = by.pop("earning", 0)
    if earned:
        yield f"  {earned} of earning: they are earned once more, from the events, as far as these are still there"
    yield from (f"  {count} of {caller}: LOST; do again what of it shall hold" for caller, count in sorted(by.items()))


@asynccontextmanager
async def _server(nats: Nats, state_dir: Path) -> AsyncIterator[None]:
    """Have the embedded server running, where it is ours to run.

    Raises CannotEmbed.
    """
    if not nats.embedded:
        yield
        return
    prepared = embedded.prepare(nats, state_dir)
    embedded.ensure_free(nats)
    supervisor = Supervisor(lambda _line: None)
    child = supervisor.start(prepared)
    deadline = time.monotonic() + SERVER_SECONDS
    try:
        while not await embedded.listens(nats):
            if time.monotonic() > deadline or child.starts.qsize() > 1:
                raise CannotEmbed(f"the embedded NATS server does not start:\n{embedded.last_words(state_dir)}")
            await asyncio.sleep(0.01)
        yield
    finally:
        await supervisor.end([child], 5.0)
