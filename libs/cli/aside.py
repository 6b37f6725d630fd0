"""What was there before a restore: moved aside, never removed, and remembered until the restore has come to its end."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict

from libs.cli import realign, vault
from libs.common.contracts.ledger import Transaction
from libs.common.database import RESTORING

KEPT: Final = "commands.db"
"""Stays where it is sound: it knows which PMs were answered. Ahead of the books it does no harm; behind, it answers all of them again."""
LATER: Final = "transactions-after-backup.jsonl"
NOTE: Final = "attempt.json"
"""In the directory that marks a restore under way."""


class Attempt(BaseModel):
    """What a restore that is repeated must know of the attempt before."""

    model_config = ConfigDict(frozen=True)

    aside: str
    """The directory, beside the databases, for what was there before."""
    kept: bool
    """Whether `commands.db` stays in place."""
    moved: bool = False
    """Whether all else is in that directory: what has come in its place since is a backup's."""


def attempt(state_dir: Path) -> Attempt:
    """Give what an interrupted attempt noted; else begin a new one, which has touched nothing yet."""
    note = state_dir / RESTORING / NOTE
    if note.is_file():
        return Attempt.model_validate_json(note.read_bytes())
    kept = (state_dir / KEPT).is_file() and vault.is_sound(state_dir / KEPT)
    return Attempt(aside=_directory("before-restore"), kept=kept)


def remember(state_dir: Path, begun: Attempt, told: tuple[Transaction, ...]) -> tuple[Transaction, ...]:
    """Keep what the stream told beyond the books, for it is about to be made anew; give it with what earlier attempts kept."""
    _note(state_dir, begun)
    file = state_dir / begun.aside / LATER
    file.parent.mkdir(mode=0o700, exist_ok=True)
    earlier = realign.transactions(file.read_bytes().splitlines()) if file.is_file() else ()
    known = {transaction.number: transaction for transaction in (*earlier, *told)}
    every = tuple(known[number] for number in sorted(known))
    if every:
        vault.write_durably(file, "".join(f"{each.model_dump_json(exclude_none=True)}\n" for each in every))
    return every


def move(state_dir: Path, begun: Attempt) -> Path:
    """Move the databases that are there into a directory of their own, and give it: copies that an attempt put in place into another."""
    place = state_dir / (_directory("interrupted-restore") if begun.moved else begun.aside)
    place.mkdir(mode=0o700, exist_ok=True)
    for name in (*vault.DATABASES, *vault.REBUILT):
        if name == KEPT and begun.kept:
            continue
        for part in (name, f"{name}-wal", f"{name}-shm"):
            if (state_dir / part).exists():
                (state_dir / part).rename(place / part)
    vault.sync_directory(place)
    _note(state_dir, begun.model_copy(update={"moved": True}))
    return place


def described(state_dir: Path, begun: Attempt, moved_to: Path) -> Iterator[str]:
    """Say where things are; directories that remained empty go."""
    aside = state_dir / begun.aside
    if any(file.name != LATER for file in aside.iterdir()):
        yield f"what was there before is in {aside}"
    if moved_to != aside and any(moved_to.iterdir()):
        yield f"what an interrupted attempt had put in place is in {moved_to}"
    for place in {aside, moved_to}:
        if not any(place.iterdir()):
            place.rmdir()


def _note(state_dir: Path, begun: Attempt) -> None:
    vault.write_durably(state_dir / RESTORING / NOTE, begun.model_dump_json())


def _directory(why: str) -> str:
    return f"{why}-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"
