"""Rows, as an operator wants them: a table to read, or JSON or CSV for another program."""

import csv
import json
import sys
from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from libs.cli.options import fail

_WIDE = 10_000


class Form(Enum):
    """How rows are shown."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


JsonOption = Annotated[bool, typer.Option("--json", help="As JSON: a list of objects.")]
CsvOption = Annotated[bool, typer.Option("--csv", help="As CSV, with a line of names first.")]


def form(*, as_json: bool, as_csv: bool) -> Form:
    """Give what was asked for; ends the command where that is both."""
    if as_json and as_csv:
        raise fail("either --json or --csv")
    return Form.JSON if as_json else Form.CSV if as_csv else Form.TABLE


def show(names: Sequence[str], rows: Sequence[Sequence[Any]], how: Form, *, one: bool = False) -> None:
    """Print rows; `one` that there is never more than one: in a table its names stand below each other."""
    if how is Form.JSON:
        print(json.dumps([dict(zip(names, row, strict=True)) for row in rows], default=_word, ensure_ascii=False, indent=2))
    elif how is Form.CSV:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([[_word(value) for value in row] for row in rows])
    elif one and rows:
        _print([("", "left"), ("", "right")], [[_heading(name), _cell(value)] for name, value in zip(names, rows[0], strict=True)])
    else:
        numbers = [all(isinstance(row[place], int | float | None) for row in rows) for place in range(len(names))]
        heads = [(_heading(name), "right" if number else "left") for name, number in zip(names, numbers, strict=True)]
        _print(heads, [[_cell(value) for value in row] for row in rows])


def _print(heads: Sequence[tuple[str, Any]], rows: Sequence[Sequence[str]]) -> None:
    table = Table(box=None, pad_edge=False, show_header=any(name for name, _ in heads), header_style="bold")
    for name, side in heads:
        table.add_column(Text(name), justify=side)
    for row in rows:
        table.add_row(*map(Text, row))  # what viewers called themselves or wrote is no markup
    # Into a pipe or a file no line is broken: whoever reads that knows how wide it may be.
    console = Console() if sys.stdout.isatty() else Console(width=_WIDE)
    with console.capture() as capture:
        console.print(table)
    for line in capture.get().splitlines():
        print(line.rstrip())


def _heading(name: str) -> str:
    return name.replace("_percent", " %").replace("_", " ")


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.2f}"
    return f"{value:%Y-%m-%d %H:%M:%S} UTC" if isinstance(value, datetime) and value.tzinfo else str(value)


def _word(value: Any) -> Any:
    """Give what JSON and CSV have no form of as text."""
    return value if isinstance(value, str | int | float | None) else value.isoformat() if hasattr(value, "isoformat") else str(value)
