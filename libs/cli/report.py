"""`kryten-economy report` and `sql`: the economy's history, asked by the operator. Only files are read: no service has to run."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final
from zoneinfo import ZoneInfo

import duckdb
import typer

from libs.analysis.archive import FOLDER, HistoryBroken
from libs.analysis.catalogue import REPORTS
from libs.analysis.reading import NotAQuestion, ask, history
from libs.analysis.reports.asked import Asked, NobodyNamed
from libs.cli import reconcile, showing
from libs.cli.options import ConfigOption, StateDirOption, configuration, fail, state_directory
from libs.cli.showing import CsvOption, Form, JsonOption
from libs.common.config import Config
from libs.common.subjects import token

RECONCILE: Final = "reconcile"
_NAMES: Final = ", ".join((*REPORTS, RECONCILE))


def command(
    name: Annotated[str, typer.Argument(help=f"Which report: {_NAMES}.")] = "stats",
    who: Annotated[str | None, typer.Argument(help="The viewer, for the report about one.", metavar="[VIEWER]")] = None,
    at: Annotated[str | None, typer.Option(help="The moment, such as 2026-11-22T20:00 or 2026-11-22 (its beginning); else now.")] = None,
    since: Annotated[str | None, typer.Option(help="From this moment on.")] = None,
    until: Annotated[str | None, typer.Option(help="Up to this moment.")] = None,
    channel: Annotated[str | None, typer.Option(help="The channel; else every one that is configured.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Rows, of a list that could be long.")] = 20,
    *,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    config: ConfigOption = None,
    state_dir: StateDirOption = None,
) -> None:
    """Tell of the economy, now or at any past moment. Times without a zone are in the economy's own."""
    loaded = configuration(config)
    root = state_directory(state_dir, loaded) / FOLDER
    how = showing.form(as_json=as_json, as_csv=as_csv)
    try:
        if name == RECONCILE:
            _reconcile(root, how)
            return
        if name not in REPORTS:
            raise fail(f"there is no report {name!r}; there are {_NAMES}")
        zone = loaded.settings.economy.zone
        asked = [
            Asked(each, _moment(at, zone), _moment(since, zone), _moment(until, zone), who, limit) for each in _channels(loaded, channel)
        ]
        _report(root, str(zone), name, asked, how)
    except (HistoryBroken, NobodyNamed) as error:
        raise fail(str(error)) from error


def sql(
    question: Annotated[str, typer.Argument(help='Such as "SELECT * FROM balances ORDER BY balance DESC LIMIT 10".')],
    *,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    config: ConfigOption = None,
    state_dir: StateDirOption = None,
) -> None:
    """Ask the history anything in SQL (DuckDB's). It can't be changed by it, and no other file can be read."""
    how = showing.form(as_json=as_json, as_csv=as_csv)
    directory = state_dir if state_dir is not None else state_directory(None, configuration(config))
    try:
        with history(directory / FOLDER) as db:
            names, rows = ask(db, question)
    except (HistoryBroken, NotAQuestion, duckdb.Error) as error:
        raise fail(str(error)) from error
    showing.show(names, rows, how)


def _report(root: Path, zone: str, name: str, every: Sequence[Asked], how: Form) -> None:
    report = REPORTS[name]
    columns = [field.name for field in fields(report.row)]
    with history(root, zone) as db:
        found = [(asked.channel, [[getattr(row, column) for column in columns] for row in report.ask(db, asked)]) for asked in every]
    if len(found) > 1:
        rows = [[channel, *row] for channel, some in found for row in some]
        showing.show(["channel", *columns], rows, how)
    else:
        showing.show(columns, found[0][1], how, one="at" in report.times)
    if how is Form.TABLE and not any(rows for _, rows in found):
        typer.echo("nothing", err=True)


def _reconcile(root: Path, how: Form) -> None:
    outcome = reconcile.compare(root, root.parent / "ledger.db")
    if outcome.differences or how is not Form.TABLE:
        showing.show([field.name for field in fields(reconcile.Difference)], [each.row for each in outcome.differences], how)
    if outcome.differences:
        raise fail(f"the history does NOT say what the ledger says: {len(outcome.differences)} accounts differ")
    if how is Form.TABLE:
        typer.echo(f"{outcome.accounts:,} accounts agree with the ledger, coin for coin, up to number {outcome.number:,}")
        if outcome.begins > 1:
            typer.echo(f"(the history begins with number {outcome.begins:,}: balances were compared, and no sums)")


def _channels(config: Config, wanted: str | None) -> list[str]:
    tokens = [token(channel.channel) for channel in config.settings.channels]
    if wanted is None:
        return tokens
    if token(wanted) not in tokens:
        raise fail(f"no channel {wanted!r} is configured; there are {', '.join(tokens)}")
    return [token(wanted)]


def _moment(text: str | None, zone: ZoneInfo) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise fail(f"{text!r} is no time: write it like 2026-11-22, 2026-11-22T20:00 or 2026-11-22T20:00:00+01:00") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
