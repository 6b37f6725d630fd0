"""`kryten-economy run`: one service, in this process."""

import runpy
import sys
from pathlib import Path
from typing import Annotated

import typer

from libs.cli.options import ConfigOption, LogLevelOption, StateDirOption, configuration, fail, state_directory
from libs.common.services import existing


def arguments(service: str, config: Path, state_dir: Path, log_level: str | None) -> tuple[str, ...]:
    """Give the command line of one service."""
    level = ("--log-level", log_level) if log_level else ()
    return (sys.executable, "-m", f"services.{service}", "--config", str(config), "--state-dir", str(state_dir), *level)


def command(
    service: Annotated[str, typer.Argument(help="Which service, such as ledger.")],
    config: ConfigOption = None,
    state_dir: StateDirOption = None,
    log_level: LogLevelOption = None,
    *,
    wait: Annotated[bool, typer.Option("--wait", help="Wait a while for the streams to be made, and for an older process to end.")] = False,
) -> None:
    """Run one service until it is told to stop. The streams have to be there: see provision."""
    if service not in existing():
        raise fail(f"there is no service {service!r}; there are {', '.join(existing()) or 'none'}")
    loaded = configuration(config)
    patience = ("--wait", "--wait-for-streams") if wait else ()
    _python, _m, module, *words = arguments(service, loaded.path, state_directory(state_dir, loaded), log_level)
    sys.argv = [module, *words, *patience]
    runpy.run_module(module, run_name="__main__", alter_sys=True)  # as `python -m` does; a new program would import all anew
