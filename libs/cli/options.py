"""What all commands understand alike."""

import os
from pathlib import Path
from typing import Annotated, get_args

import typer

from libs.common.config import Config, ConfigError, load, locate
from libs.common.config.connection import LogLevel

ConfigOption = Annotated[
    Path | None, typer.Option("--config", help="The configuration file; else the one under /etc/kryten, else ./config.yaml.")
]
StateDirOption = Annotated[
    Path | None, typer.Option("--state-dir", help="Where the economy keeps its state; else data/ beside the configuration.")
]


def _level(value: str | None) -> str | None:
    levels = get_args(LogLevel)
    if value is not None and value.upper() not in levels:
        raise typer.BadParameter(f"{value!r} is none of {', '.join(levels)}")
    return None if value is None else value.upper()


LogLevelOption = Annotated[
    str | None, typer.Option("--log-level", callback=_level, help=f"{', '.join(get_args(LogLevel))}; else as configured.")
]


def fail(message: str) -> typer.Exit:
    """Say what is wrong; raise what this gives to end with status 1."""
    typer.echo(message, err=True)
    return typer.Exit(1)


def configuration(path: Path | None) -> Config:
    """Load the configuration, telling its oddities; ends the command, with all that is wrong, when it can't be used."""
    try:
        config = load(locate(path))
    except ConfigError as error:
        raise fail(str(error)) from error
    for warning in config.warnings:
        typer.echo(f"warning: {warning}", err=True)
    return config


def state_directory(path: Path | None, config: Config) -> Path:
    """Give the state directory, as the services themselves find it."""
    return path or config.path.parent / "data"


def refuse_strangers(state_dir: Path) -> None:
    """Keep somebody else, root included, from leaving files among the economy's that its services can't open; ends the command."""
    if not state_dir.is_dir() or state_dir.stat().st_uid == os.geteuid():
        return
    try:
        owner = state_dir.owner()
    except KeyError:
        owner = f"user {state_dir.stat().st_uid}"
    raise fail(f"{state_dir} belongs to {owner}: run this as {owner}, as the services do")
