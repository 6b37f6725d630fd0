"""`kryten-economy reload`: have the configuration read anew."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import typer
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.errors import NoRespondersError
from pydantic import ValidationError

from libs.cli.operator import NoServer, connect
from libs.cli.options import ConfigOption, StateDirOption, fail, state_directory
from libs.common import subjects
from libs.common.config import Config, ConfigError, load, locate
from libs.common.contracts.reload import Reloaded

ANSWER_SECONDS: Final = 8.0
"""Services have 4 seconds to follow; ingest may wait a little for the server before."""


class NoAnswer(Exception):
    """Ingest did not say what came of it."""


def command(config: ConfigOption = None, state_dir: StateDirOption = None) -> None:
    """Have the configuration read anew, while everything runs; tells what changed. A file with problems changes nothing."""
    try:
        loaded = load(locate(config))  # its warnings come with ingest's answer
    except ConfigError as error:
        raise fail(f"not reloaded, nothing has changed:\n{error}") from error
    try:
        done = asyncio.run(_reload(loaded, state_directory(state_dir, loaded)))
    except (NoServer, NoAnswer) as error:
        raise fail(str(error)) from error
    for line in told(done):
        typer.echo(line, err=not done.success)
    if not done.success:
        raise typer.Exit(1)


async def ask(client: Client) -> Reloaded:
    """Ask ingest to read its file anew.

    Raises NoAnswer; asking again does no harm.
    """
    try:
        answer = await client.request(subjects.INGEST_RELOAD, b"{}", timeout=ANSWER_SECONDS)
        return Reloaded.model_validate_json(answer.data)
    except NoRespondersError as error:
        raise NoAnswer("ingest does not run; it reads the configuration when it starts") from error
    except (NatsError, ValidationError) as error:
        raise NoAnswer(f"ingest does not say what came of it ({type(error).__name__}); ask again, it does no harm") from error


def told(done: Reloaded) -> Iterator[str]:
    """Tell what came of it, a line to a fact."""
    if not done.success:
        yield f"not reloaded: {done.error or 'ingest does not say why'}"
        yield from (f"  {problem}" for problem in done.problems)
        return
    yield f"reloaded: version {done.version}" if done.changed else f"nothing has changed: version {done.version}"
    yield from (f"  {line}" for line in done.changed_keys)
    yield from (f"  {line} (at the next start)" for line in done.restart)
    yield from (f"  warning: {line}" for line in done.warnings)
    if done.behind:
        yield f"  not there yet, and will be once they have read so far: {', '.join(done.behind)}"


async def _reload(config: Config, state_dir: Path) -> Reloaded:
    client = await connect(config.settings.nats, state_dir)
    try:
        return await ask(client)
    finally:
        await client.close()
