"""The commands, by name."""

from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperGroup

from libs.cli import bare

PLACES: Final = {
    "up": "libs.cli.up:command",
    "run": "libs.cli.run:command",
    "provision": "libs.cli.provision:command",
    "check": "libs.cli.check:command",
    "audit": "libs.cli.audit:command",
    "verify-fair": "libs.cli.verify_fair:command",
    "report": "libs.cli.report:command",
    "sql": "libs.cli.report:sql",
    "replay": "libs.cli.replay.command:command",
    "backup": "libs.cli.backup:command",
    "restore": "libs.cli.restore:command",
    "reload": "libs.cli.reload:command",
    "deadletters": "libs.cli.deadletters:app",
    "chat": "libs.cli.chat:command",
}
"""Where each stands: a function, or an app of several; in the order in which `--help` lists them."""


class Commands(TyperGroup):
    """Commands that are imported when they are called: all of them together take half a second."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - whichever the context
        """Give all names."""
        return list(PLACES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Give a command by its name; of an unknown one typer tells the nearest, and has to know them all for that."""
        for name in (cmd_name,) if cmd_name in PLACES else PLACES:
            if name not in self.commands:
                self.add_command(_command(name), name)
        return super().get_command(ctx, cmd_name)


def _command(name: str) -> Any:
    module, _, thing = PLACES[name].partition(":")
    found = getattr(import_module(module), thing)
    if isinstance(found, typer.Typer):
        alone = found
    else:
        alone = typer.Typer(add_completion=False)
        alone.command(name)(found)
    command = typer.main.get_command(alone)
    command.name = name
    return command


app = typer.Typer(cls=Commands, add_completion=False)
app.callback(invoke_without_command=True)(bare.alone)

if __name__ == "__main__":
    app()
