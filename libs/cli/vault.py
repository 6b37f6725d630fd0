"""What a backup is: copies of the services' databases that fit together, and a manifest that says so.

The ledger is copied last. A caller forgets a posting only when it has seen it in the books, so books that are younger than their callers
hold all that these believe to be done; what a caller asks for once more, it asks for under the same key.
"""

import hashlib
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from libs.analysis.archive import FOLDER
from libs.common.services import ORDER

MANIFEST: Final = "manifest.json"
LEDGER: Final = "ledger.db"
REBUILT: Final = ("analytics.db", FOLDER)
"""Made from the streams, and made anew from them when they are gone."""
MARKS: Final = ("fresh", "imported")
"""Files that keep an operator's word."""
DATABASES: Final = (*(name for service in ORDER if (name := f"{service}.db") not in {LEDGER, *REBUILT}), LEDGER)
"""In the order in which they are copied."""
PARTIAL: Final = ".partial"
_NAME: Final = re.compile(r"\d{8}T\d{6}Z")
_PIECE_BYTES: Final = 1024 * 1024


class NotABackup(Exception):
    """A directory that can't be trusted as a backup; says why."""


class Saved(BaseModel):
    """One file of a backup."""

    model_config = ConfigDict(frozen=True)

    name: str
    bytes: int
    sha256: str


class Manifest(BaseModel):
    """What a backup holds."""

    model_config = ConfigDict(frozen=True)

    format: Literal[1] = 1
    at: datetime
    version: str
    """Of the program that made it."""
    ledger_number: int
    """The last number in the books."""
    files: tuple[Saved, ...]

    @property
    def databases(self) -> tuple[str, ...]:
        """The names of the databases in it."""
        return tuple(saved.name for saved in self.files if saved.name.endswith(".db"))


def make(state_dir: Path, to: Path, now: datetime, version: str) -> tuple[Path, Manifest]:
    """Copy every database while its service runs, prove the copies, and only then call it a backup.

    Raises:
        NotABackup: there is nothing to copy, or a copy is not sound.
        OSError: the place can't be written.
    """
    if not (state_dir / LEDGER).is_file():
        raise NotABackup(f"there is no ledger in {state_dir}")
    place = to / now.strftime("%Y%m%dT%H%M%SZ")
    if place.exists():
        raise NotABackup(f"{place} is there already")
    partial = place.with_name(place.name + PARTIAL)
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True, mode=0o700)
    try:
        names = [name for name in DATABASES if (state_dir / name).is_file()]
        for name in names:
            _copy_database(state_dir / name, partial / name)
        marks = [name for name in MARKS if (state_dir / name).is_file()]
        for name in marks:
            shutil.copyfile(state_dir / name, partial / name)
        prove(partial, names)
        files = tuple(_saved(partial / name) for name in (*names, *marks))
        manifest = Manifest(at=now, version=version, ledger_number=ledger_number(partial), files=files)
        write_durably(partial / MANIFEST, manifest.model_dump_json(indent=2) + "\n")
        sync_directory(partial)
        partial.rename(place)
        sync_directory(to)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return place, manifest


def verify(place: Path) -> Manifest:
    """Make sure that a backup is what it was, and that its books balance.

    Raises:
        NotABackup: it is not.
    """
    try:
        manifest = Manifest.model_validate_json((place / MANIFEST).read_bytes())
    except (OSError, ValidationError) as error:
        raise NotABackup(f"{place} has no manifest that can be read; a backup is a directory with a {MANIFEST} in it") from error
    known = {*DATABASES, *MARKS}
    for saved in manifest.files:
        if saved.name not in known:
            raise NotABackup(f"{place}: {saved.name} is no file of ours")
        if not (place / saved.name).is_file() or _saved(place / saved.name) != saved:
            raise NotABackup(f"{place / saved.name} is not what was saved")
    if LEDGER not in manifest.databases:
        raise NotABackup(f"{place} has no ledger")
    prove(place, manifest.databases)
    return manifest


def prove(place: Path, names: tuple[str, ...] | list[str]) -> None:
    """Make sure that databases are whole and the books balance.

    Raises:
        NotABackup: they are not.
    """
    for name in names:
        if not is_sound(place / name):
            raise NotABackup(f"{name} is damaged")
    findings: list[str] = import_module("services.ledger.audit").audit(place / LEDGER)
    if findings:
        raise NotABackup("\n".join(["the books do not balance, so this is no backup:", *findings]))


def is_sound(database: Path) -> bool:
    """Tell whether a database is whole."""
    try:
        with closing(_reader(database)) as db:
            return bool(db.execute("PRAGMA integrity_check(1)").fetchone()[0] == "ok")
    except sqlite3.Error:
        return False


def ledger_number(place: Path) -> int:
    """Give the last number in the books."""
    queries: Any = import_module("services.ledger.queries")
    with closing(queries.reader(place / LEDGER)) as db:
        return int(queries.last_number(db))


def backups(to: Path) -> Iterator[Path]:
    """Give the backups in a directory, oldest first."""
    if to.is_dir():
        yield from sorted(place for place in to.iterdir() if _NAME.fullmatch(place.name) and (place / MANIFEST).is_file())


def sweep(to: Path) -> list[Path]:
    """Remove what a killed backup, or a killed removal of one, left behind; give what was removed.

    No other backup may be under way there.
    """
    left = [place for place in to.iterdir() if _is_left_over(place)] if to.is_dir() else []
    for place in left:
        shutil.rmtree(place, ignore_errors=True)  # what can't be removed is no reason to make no backup
    return sorted(place for place in left if not place.exists())


def _is_left_over(place: Path) -> bool:
    if place.is_symlink() or not place.is_dir() or not _NAME.fullmatch(place.name.removesuffix(PARTIAL)):
        return False
    return place.name.endswith(PARTIAL) or not (place / MANIFEST).exists()


def prune(to: Path, keep: int) -> list[Path]:
    """Remove all backups but the newest `keep`; give those removed."""
    old = list(backups(to))[:-keep]
    for place in old:
        (place / MANIFEST).unlink()  # first: what is left of it when this is interrupted is no backup
        shutil.rmtree(place)
    return old


def copy_file(source: Path, target: Path) -> None:
    """Copy a file, so that it survives a power cut."""
    shutil.copyfile(source, target)
    with target.open("rb") as file:
        os.fsync(file.fileno())


def write_durably(path: Path, text: str) -> None:
    """Write a file, so that it survives a power cut, and is there whole or as it was before."""
    new = path.with_name(f"{path.name}.new")
    with new.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    """Make the names in a directory survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _copy_database(source: Path, target: Path) -> None:
    """Copy a database at one moment, while others read and write it. The copy is one file."""
    try:
        with closing(_reader(source)) as db, closing(sqlite3.connect(target)) as copy:
            db.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise NotABackup(f"{source} can't be copied: {error}") from error


def _reader(path: Path) -> sqlite3.Connection:
    # Read-only: a second connection that wrote, or checkpointed, could harm the service's own.
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30)


def _saved(path: Path) -> Saved:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            digest.update(piece)
    return Saved(name=path.name, bytes=path.stat().st_size, sha256=digest.hexdigest())
