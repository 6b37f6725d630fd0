"""`kryten-economy check`: what is wrong or odd in a configuration, what the games give back, and what can be seen of the NATS server."""

import asyncio
import sys
from pathlib import Path

import typer
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from libs.cli import lookout, returns
from libs.cli.options import ConfigOption, StateDirOption, state_directory
from libs.common.config import Config, ConfigError, Settings, load, locate
from libs.common.config.effect import NOT_BUILT
from libs.common.credentials import CertificateUnfit, tls_context

WIDTH_WITHOUT_TERMINAL = 160


def command(config: ConfigOption = None, state_dir: StateDirOption = None) -> None:
    """Tell what is wrong or odd in the configuration, what the games give back, and what the NATS server promises."""
    console = make_console()
    loaded = validate(config, console)
    try:
        tls_context(loaded.settings.nats)
    except CertificateUnfit as error:
        _line(console, f"  error: {error}", "red")
        raise typer.Exit(1) from error
    tell_returns(loaded.settings, console)
    tell("The NATS server", asyncio.run(lookout.look(loaded.settings, state_directory(state_dir, loaded))), console)
    tell("Not built yet, whatever is set", [", ".join(NOT_BUILT)], console)


def validate(path: Path | None, console: Console | None = None) -> Config:
    """Load a configuration, telling all that is wrong or odd; ends the command with status 1 when it can't be used."""
    console = console or make_console()
    try:
        config = load(locate(path))
    except ConfigError as error:
        _line(console, f"{path or 'the configuration'} can't be used:", "bold red")
        for problem in error.problems:
            _line(console, f"  error: {problem}", "red")
        raise typer.Exit(1) from error
    for warning in config.warnings:
        _line(console, f"  warning: {warning}", "yellow")
    told = f", with {len(config.warnings)} warnings" if config.warnings else ""
    _line(console, f"{config.path} can be used{told}.", "bold green")
    return config


def tell_returns(settings: Settings, console: Console) -> None:
    """Print what comes back of the stakes in each game."""
    table = Table(
        "game", "comes back", "", box=None, title="Of 100 coins staked", title_justify="left", pad_edge=False, padding=(0, 3, 0, 0)
    )
    for row in returns.rows(settings.gambling):
        off = "" if row.on and settings.gambling.enabled else "(off) "
        table.add_row(row.game, row.returned, Text(off + row.remark))
    console.print()
    console.print(table, markup=False, highlight=False)


def tell(title: str, lines: list[str], console: Console) -> None:
    """Print some lines under a title."""
    console.print()
    _line(console, title, "italic")
    for line in lines:
        console.print(Padding(Text(line), (0, 0, 0, 2)))


def make_console() -> Console:
    """Give where a report goes: as wide as the terminal, or wide enough where there is none."""
    return Console(width=None if sys.stdout.isatty() else WIDTH_WITHOUT_TERMINAL)


def _line(console: Console, text: str, style: str = "") -> None:
    console.print(Text(text, style), soft_wrap=True)
