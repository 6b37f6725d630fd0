"""The command: finds what it needs, plays, shows. It reads, and writes nothing that anybody else sees."""

import asyncio
import sys
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

import typer
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.errors import NotFoundError
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from libs.cli.operator import NoServer, connect
from libs.cli.options import StateDirOption, configuration, fail, state_directory
from libs.cli.replay import showing
from libs.cli.replay.figures import compare
from libs.cli.replay.opening import midnight, openings
from libs.cli.replay.reading import Reach, bodies, configurations, reach
from libs.common import subjects
from libs.common.config import Config, ConfigError, published, rules
from libs.common.contracts.events import EVENT, Configuration, Event
from libs.common.contracts.ledger import TRANSACTION, Transaction
from services.earning.replay.replay import Replay, Span

LEAD: Final = timedelta(days=1)
"""So long before the first day events are played, under what was recorded: by then it is known who is there and what plays."""
_TOLD: Final = 3
"""So many failures are told of."""


class Unplayable(Exception):
    """There is nothing to replay; says why."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be played."""

    span: Span
    since: datetime
    """From where on events are read."""
    until: datetime
    """Where they end, as far as is known: for the progress bar."""
    recorded: Configuration
    zone: ZoneInfo
    remarks: tuple[str, ...]


def command(
    begins: Annotated[str, typer.Option("--from", metavar="DATE", help="The first day, such as 2026-11-01, in economy.timezone.")],
    other: Annotated[Path, typer.Option("--config", help="The configuration to try: a whole file, with the NATS server in it as ever.")],
    ends: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="The day up to which; itself not in it. Else all there is.")
    ] = None,
    state_dir: StateDirOption = None,
    *,
    json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """Play recorded events once more, under another configuration, and tell what would have differed. Nothing real is touched."""
    first, last = _day(begins), None if ends is None else _day(ends)
    if last is not None and last <= first:
        raise fail(f"--to {last} is not behind --from {first}: the last day is the one before --to")
    config = configuration(other)
    directory = state_directory(state_dir, config)
    try:
        plan, replay = asyncio.run(_replayed(config, directory, first, last))
    except (NoServer, Unplayable) as error:
        raise fail(str(error)) from error
    for remark in (remarks := [*plan.remarks, *_failures(replay)]):
        typer.echo(f"note: {remark}", err=True)
    compared = [compare(replay, channel.token) for channel in config.settings.channels]
    days = plan.span.begins.astimezone(plan.zone).date(), plan.span.ends.astimezone(plan.zone).date()
    if json:
        showing.as_json(*days, compared, remarks)
    else:
        showing.as_tables(*days, compared)


async def planned(client: Client, first: date, last: date | None) -> Plan:
    """Find out what there is to be played.

    Raises:
        Unplayable: nothing.
        NatsError, TimeoutError: the server does not answer.
    """
    events = await reach(client)
    known = await configurations(client) if events is not None else []
    if events is None or not known:
        raise Unplayable(f"{subjects.EVENTS} holds {'no events' if events is None else 'no configuration'}: there is nothing to replay")
    zone = _zone(known[-1])
    begins, until = midnight(first, zone), datetime.now(UTC)
    ends = midnight(until.astimezone(zone).date() + timedelta(days=1) if last is None else last, zone)
    remarks = []
    if ends <= events.first or begins > events.last:
        raise Unplayable(f"no events from {first} up to {ends.astimezone(zone).date()}: {_reaching(events, zone)}")
    if begins < events.first:
        remarks.append(f"events of before are gone: {_reaching(events, zone)}")
        begins = events.first.astimezone(zone)
    since = max(midnight(begins.date(), zone) - LEAD, midnight(events.first.astimezone(zone).date(), zone))
    held = [event for event in known if event.at <= since]
    if not held:
        remarks.append("the configuration of the first events is not there any more; the first one known is taken for it")
    return Plan(Span(begins, ends), since, min(until, ends, events.last), held[-1] if held else known[0], zone, tuple(remarks))


async def play(client: Client, plan: Plan, replay: Replay, show: Any = None) -> None:
    """Play what was planned, the transactions between the events at their times; `show` hears of each thousandth event's time.

    Raises:
        NatsError, TimeoutError: the server does not answer any more.
    """
    async with (
        aclosing(bodies(client, subjects.EVENTS, plan.since)) as events,
        aclosing(_told(client, plan.since)) as transactions,
    ):
        told = await anext(transactions, None)
        async for body in events:
            event = _event(body)
            if event is None or event.at < plan.since:
                continue
            while told is not None and told.at < event.at:
                replay.tell(told)
                told = await anext(transactions, None)
            replay.play(event)
            if replay.over:
                break
            if show is not None and replay.events % 1_000 == 0:
                show(event.at)


async def _replayed(config: Config, state_dir: Path, first: date, last: date | None) -> tuple[Plan, Replay]:
    client = await connect(config.settings.nats, state_dir)
    try:
        plan = await planned(client, first, last)
        channels = [channel.token for channel in config.settings.channels]
        opened, remarks = openings(state_dir, channels, plan.since.astimezone(plan.zone).date(), plan.zone)
        replay = Replay(plan.span, plan.recorded, published(config.settings), opened)
        with _progress(plan) as show:
            await play(client, plan, replay, show)
    except NotFoundError as error:
        raise Unplayable("a stream is missing: run kryten-economy provision") from error
    except (NatsError, OSError, TimeoutError) as error:
        raise Unplayable(f"the server does not give the events: {error!r}") from error
    except ConfigError as error:
        raise Unplayable(f"the recorded configuration can't be read by this version: {error}") from error
    finally:
        await client.close()
    if not replay.recorded.counts:
        raise Unplayable(f"no events from {plan.span.begins:%Y-%m-%d} on")
    return Plan(plan.span, plan.since, plan.until, plan.recorded, plan.zone, (*plan.remarks, *remarks)), replay


async def _told(client: Client, since: datetime) -> AsyncGenerator[Transaction, None]:
    """Give the transactions that the opening does not know of yet."""
    async with aclosing(bodies(client, subjects.TRANSACTIONS, since)) as found:
        async for body in found:
            with suppress(ValidationError):  # somebody else's
                transaction = TRANSACTION.validate_json(body)
                if transaction.committed >= since:
                    yield transaction


def _event(body: bytes) -> Event | None:
    try:
        return EVENT.validate_json(body)
    except ValidationError:
        return None  # earning makes a dead letter of it


@contextmanager
def _progress(plan: Plan) -> Iterator[Any]:
    """Show on a terminal how far it has come."""
    console = Console(stderr=True)
    if not sys.stderr.isatty():
        yield None
        return
    with Progress(TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn(), console=console, transient=True) as bar:
        task = bar.add_task(f"{plan.since:%Y-%m-%d}", total=(plan.until - plan.since).total_seconds())
        yield lambda at: bar.update(task, completed=(at - plan.since).total_seconds(), description=f"{at.astimezone(plan.zone):%Y-%m-%d}")


def _failures(replay: Replay) -> Iterator[str]:
    """Tell of what failed, as it would have been dead letters."""
    for which, run in (("recorded", replay.recorded), ("other", replay.other)):
        for error, count in run.failures.most_common(_TOLD):
            yield f"{count:,} events failed under the {which} configuration: {error}"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise fail(f"{text!r} is no date: write it like 2026-11-22") from error


def _zone(event: Configuration) -> ZoneInfo:
    try:
        return rules(event.settings).economy.zone
    except ConfigError as error:
        raise Unplayable(f"the recorded configuration can't be read by this version: {error}") from error


def _reaching(events: Reach, zone: ZoneInfo) -> str:
    first, last = (at.astimezone(zone) for at in events)
    return f"the stream has them from {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} ({zone.key})"
