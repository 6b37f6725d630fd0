"""`kryten-economy provision`: make the streams, and tell where they differ from what is wanted."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from libs.cli.operator import NoServer, connect
from libs.cli.options import ConfigOption, StateDirOption, configuration, fail, state_directory
from libs.common import streams, subjects
from libs.common.config import Settings
from libs.common.streams import Outcome, ProvisionError
from libs.common.subjects import Stream


def wanted(settings: Settings) -> tuple[Stream, ...]:
    """Give the streams for the configured channels, within the operator's bounds."""
    return streams.bounded(subjects.streams([channel.token for channel in settings.channels]), settings.streams)


def command(
    config: ConfigOption = None,
    state_dir: StateDirOption = None,
    *,
    update: Annotated[bool, typer.Option("--update", help="Also change settings of existing streams that differ from ours.")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Wait for the server, as long as it takes.")] = False,
) -> None:
    """Make the streams on the NATS server, and add what they lack. Safe to repeat; your own settings stay."""
    loaded = configuration(config)
    directory = state_directory(state_dir, loaded)
    try:
        outcomes = asyncio.run(_provision(loaded.settings, directory, update=update, wait=wait))
    except (NoServer, ProvisionError) as error:
        raise fail(str(error)) from error
    for outcome in outcomes:
        for line in outcome.lines:
            typer.echo(line, err=outcome.error is not None)
    if any(outcome.error for outcome in outcomes):
        raise typer.Exit(1)


async def _provision(settings: Settings, state_dir: Path, *, update: bool, wait: bool) -> list[Outcome]:
    told = False

    async def tell(error: Exception) -> None:
        nonlocal told
        if not told:
            typer.echo(f"waiting for the NATS server: {error}", err=True)
        told = True

    client = await connect(settings.nats, state_dir, patient=wait, failed=tell if wait else None)
    try:
        return await streams.provision(client, wanted(settings), update=update)
    finally:
        await client.close()
