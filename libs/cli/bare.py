"""`kryten-economy` without a command, as the older program was called: it runs everything, or checks the configuration."""

from typing import Annotated

import typer

from libs.cli.options import ConfigOption, LogLevelOption, fail


def alone(
    context: typer.Context,
    config: ConfigOption = None,
    log_level: LogLevelOption = None,
    *,
    validate_config: Annotated[bool, typer.Option("--validate-config", help="Only tell whether the configuration can be used.")] = False,
) -> None:
    """Run a channel economy for CyTube, as services on NATS. Without a command: up."""
    if context.invoked_subcommand is not None:
        if config is not None or log_level is not None or validate_config:
            raise fail(f"options belong behind the command: kryten-economy {context.invoked_subcommand} --config ...")
    elif validate_config:
        from libs.cli import check  # noqa: PLC0415 - as all commands, only where it is called

        check.validate(config)
    else:
        from libs.cli import up  # noqa: PLC0415

        up.command(config=config, log_level=log_level)
