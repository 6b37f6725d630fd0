"""`kryten-economy backup`: copies of the books and of all that belongs to them, while everything runs."""

from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Final

import typer

from libs.cli import vault
from libs.cli.options import ConfigOption, StateDirOption, configuration, fail, refuse_strangers, state_directory
from libs.common import lock

LAST: Final = "last-backup"
"""The file in the state directory that tells of the last backup; its age is a figure of monitoring."""


def command(
    config: ConfigOption = None,
    state_dir: StateDirOption = None,
    to: Annotated[Path | None, typer.Option("--to", help="Where backups go; else backups/ in the state directory.")] = None,
    keep: Annotated[int | None, typer.Option(min=1, help="Remove all but the newest so many backups there.")] = None,
) -> None:
    """Copy all databases while everything runs, prove that the copied books balance, and only then call it a backup."""
    directory = state_dir if state_dir is not None else state_directory(None, configuration(config))
    refuse_strangers(directory)
    target = to or directory / "backups"
    try:
        with lock.take(directory / "backup.lock"):
            left = vault.sweep(target)
            place, manifest = vault.make(directory, target, datetime.now(UTC), version("kryten-economy"))
            (directory / LAST).write_text(f"{place}\n", encoding="utf-8")
            removed = vault.prune(target, keep) if keep else []
    except lock.AlreadyRunning as error:
        raise fail(f"another backup is under way: {error}") from error
    except (vault.NotABackup, OSError) as error:
        raise fail(f"no backup was made: {error}") from error
    size = sum(saved.bytes for saved in manifest.files)
    typer.echo(f"{place}: {', '.join(manifest.databases)}; {size / 1e6:.1f} MB; the books balance up to number {manifest.ledger_number}")
    for partial in left:
        typer.echo(f"removed {partial}, left by a backup that was interrupted")
    for old in removed:
        typer.echo(f"removed {old}")
