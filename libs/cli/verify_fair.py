"""`kryten-economy verify-fair`: prove that every draw was made of its seed, and paid as drawn."""

import sqlite3
from importlib import import_module
from itertools import islice

import typer

from libs.cli.options import ConfigOption, StateDirOption, configuration, fail, state_directory


def command(config: ConfigOption = None, state_dir: StateDirOption = None) -> None:
    """Work every draw of the games out again from its seed, reading only, and compare with the payouts. Status 0 only if all agree."""
    directory = state_dir if state_dir is not None else state_directory(None, configuration(config))
    games, ledger = directory / "games.db", directory / "ledger.db"
    for path in (games, ledger):
        if not path.is_file():
            raise fail(f"there is no {path}")
    audit = import_module("services.games.audit")
    try:
        draws, findings = audit.verify(games, ledger)
    except sqlite3.DatabaseError as error:
        raise fail(f"{games} and {ledger} can't be read: {error}") from error
    for finding in islice(findings, audit.FINDINGS_MAX):
        typer.echo(finding)
    if findings:
        raise fail(f"the draws do NOT agree: {len(findings):,} findings")
    typer.echo(f"{draws:,} draws were worked out again: all agree with what was paid")
