"""`kryten-economy deadletters`: the messages that could not be handled, for whoever has to find out why.

There is no retrying. A message has its effect at its place in the order of things; handed in again later, a join would pay minutes to
somebody who has left, and a posting would overtake what came of its absence. What was lost by it is put right with a command of its own.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError
from pydantic import ValidationError

from libs.cli.operator import NoServer, connect
from libs.cli.options import ConfigOption, StateDirOption, configuration, fail, state_directory
from libs.common import subjects
from libs.common.config import Config
from libs.common.contracts.deadletters import DeadLetter

READ_SECONDS: Final = 10.0
LISTED_MAX: Final = 50
ERROR_SHOWN: Final = 90

JsonOption = Annotated[bool, typer.Option("--json", help="Each letter whole, one JSON object a line.")]

app = typer.Typer(help="Show the messages that services could not handle.", invoke_without_command=True, add_completion=False)


class Unreadable(Exception):
    """The dead letters can't be read."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Letters of one service with one error."""

    newest: DeadLetter
    count: int


@app.callback()
def main(context: typer.Context, config: ConfigOption = None, state_dir: StateDirOption = None, *, json: JsonOption = False) -> None:
    """Show the messages that services could not handle; without a word after it, the list."""
    if context.invoked_subcommand is None:
        list_(config, state_dir, json=json)


@app.command("list")
def list_(config: ConfigOption = None, state_dir: StateDirOption = None, *, json: JsonOption = False) -> None:
    """List them, newest first; those of one service with the same error together."""
    letters = _letters(config, state_dir)
    if json:
        for letter in letters:
            typer.echo(letter.model_dump_json())
        return
    for line in table(kinds(letters)):
        typer.echo(line)


@app.command()
def show(
    id_: Annotated[str, typer.Argument(metavar="ID", help="As the list shows it.")],
    config: ConfigOption = None,
    state_dir: StateDirOption = None,
    *,
    json: JsonOption = False,
) -> None:
    """Show one of them whole: the message, the error, what it means and what can be done."""
    for letter in _letters(config, state_dir):
        if letter.id == id_:
            for line in (letter.model_dump_json(),) if json else described(letter):
                typer.echo(line)
            return
    raise fail(f"there is no dead letter {id_!r}; they are kept for 90 days")


def kinds(letters: Sequence[DeadLetter]) -> list[Kind]:
    """Put letters (newest first) of one service with the same error together."""
    found: dict[tuple[str, str, str], Kind] = {}
    for letter in letters:
        key = (letter.service, letter.stream, letter.error)
        kind = found.get(key)
        found[key] = Kind(letter, 1) if kind is None else Kind(kind.newest, kind.count + 1)
    return list(found.values())


def table(found: Sequence[Kind]) -> Iterator[str]:
    """Tell of them, a line to a kind."""
    if not found:
        yield "no dead letters"
        return
    yield f"{'newest (UTC)':<19}  {'count':>5}  {'id':<32}  error"
    for kind in found[:LISTED_MAX]:
        letter = kind.newest
        error = " ".join(letter.error.split())
        error = error if len(error) <= ERROR_SHOWN else f"{error[:ERROR_SHOWN]}..."
        yield f"{letter.at:%Y-%m-%d %H:%M:%S}  {kind.count:>5}  {letter.id:<32}  {error}"
    if len(found) > LISTED_MAX:
        yield f"... and {len(found) - LISTED_MAX} kinds more: --json shows all"
    yield "kryten-economy deadletters show ID tells more of one."


def described(letter: DeadLetter) -> Iterator[str]:
    """Tell all of one letter."""
    cause, cure = explained(letter)
    yield f"id       {letter.id}"
    yield f"service  {letter.service}"
    yield f"message  {letter.sequence} of {letter.stream}, {letter.subject}"
    yield f"when     {letter.at:%Y-%m-%d %H:%M:%S} UTC"
    yield f"error    {letter.error}"
    yield f"cause    {cause}"
    yield f"cure     {cure}"
    yield ""
    yield letter.body


def explained(letter: DeadLetter) -> tuple[str, str]:
    """Give the likely cause, and what can be done."""
    kind = letter.error.split(":", 1)[0]
    if "is configured" in letter.error:
        return "it belongs to a channel that this configuration does not have", "nothing, if the channel was taken out; else put it back"
    return _KNOWN.get(kind, _UNKNOWN)


_KNOWN: Final = {
    "ValidationError": (
        "the message is not of the form this version reads: another version wrote it, or somebody else",
        "run one version of all services; if it was ours, report it with this text",
    ),
    "ConfigError": (
        "a published configuration that this service can't read: its version is another than ingest's",
        "run one version of all services, then: kryten-economy reload",
    ),
    "JSONDecodeError": ("the message is no JSON: somebody else publishes on this subject", "find out who; our own services never do"),
    "IntegrityError": (
        "the database refused what the message asks for",
        "report it with this text; `audit` tells whether the books are right",
    ),
}
_UNKNOWN: Final = (
    "a mistake in this version of the service: the message was passed over, and had no effect",
    "report it with this text; if coins are missing by it, give them with `grant`",
)


def _letters(config: Path | None, state_dir: Path | None) -> list[DeadLetter]:
    loaded = configuration(config)
    try:
        return asyncio.run(_read(loaded, state_directory(state_dir, loaded)))
    except (NoServer, Unreadable) as error:
        raise fail(str(error)) from error


async def _read(config: Config, state_dir: Path) -> list[DeadLetter]:
    client = await connect(config.settings.nats, state_dir)
    try:
        bodies = await read_all(client, subjects.DEADLETTERS)
    except NotFoundError as error:
        raise Unreadable("there are no streams yet: run kryten-economy provision") from error
    except (NatsError, OSError, TimeoutError) as error:
        raise Unreadable(f"the server does not give them: {error!r}") from error
    finally:
        await client.close()
    found: dict[str, DeadLetter] = {}
    for body in bodies:
        try:
            letter = DeadLetter.model_validate_json(body)
        except ValidationError:
            continue  # somebody else's
        found[letter.id] = letter  # one that was sent twice is one
    return sorted(found.values(), key=lambda letter: letter.at, reverse=True)


async def read_all(client: Client, stream: str, after: int = 0) -> list[bytes]:
    """Give the bodies of all messages of a stream behind a sequence, in order.

    Raises NotFoundError where there is no such stream; NatsError, TimeoutError.
    """
    jetstream = client.jetstream(timeout=READ_SECONDS)
    found: list[bytes] = []
    came = asyncio.Event()

    async def take(message: Msg) -> None:
        found.append(message.data)
        came.set()

    inbox = client.new_inbox()
    subscription = await client.subscribe(inbox, cb=take, pending_msgs_limit=-1, pending_bytes_limit=-1)
    try:
        config = ConsumerConfig(
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE, opt_start_seq=after + 1, ack_policy=AckPolicy.NONE, inactive_threshold=30.0
        )
        info = await jetstream.add_consumer(stream, config, deliver_subject=inbox)
        while len(found) < (info.num_pending or 0):
            came.clear()
            await asyncio.wait_for(came.wait(), READ_SECONDS)
        await jetstream.delete_consumer(stream, info.name)
    finally:
        await subscription.unsubscribe()
    return found
