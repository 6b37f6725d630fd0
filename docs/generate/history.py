"""The reference of the history: its tables and its reports, from the code that makes them."""

import ast
import inspect
from collections.abc import Iterator
from itertools import pairwise

from libs.analysis import tables
from libs.analysis.catalogue import REPORTS, Report
from libs.analysis.tables import View

HEAD = """\
# The history: tables and reports

Every transaction of the ledger, for DuckDB: in `analysis/economy.duckdb` of the state directory, for `kryten-economy sql`, and behind
`kryten-economy report`. How to ask is in [ask the economy questions](../how-to/analysis.md).

Times are UTC, and of type `TIMESTAMP`. Coins are whole. What is not known is NULL.
"""
MACROS = """\
## Functions

| | |
|---|---|
| `family(trigger)` | a trigger without what names one single thing: `spend.queue.4711` is of the family `spend.queue` |
| `by_choice(amount, trigger, type)` | whether a viewer did something for an entry: said something that pays, or gave coins away |
| `day_of(moment)` | the day of a moment in the economy's time zone in `report`, in UTC in `sql`; `economy.duckdb` has it not |
"""
REPORT_HEAD = """\
## Reports

Money at a moment (`--at`) is what was committed by then, as the ledger itself counts it; what moved in a span of time (`--since`,
`--until`) goes by when its cause happened. Earned is a day's work: gifts of administrators, wallets and interest are none. Other services
ask for the same on `economy.analytics.<channel>.<report>` (`libs/common/contracts/analytics.py`).

`report reconcile` compares every account with the ledger's books, coin for coin, and ends with status 0 only if all agree.
"""


def pages() -> Iterator[tuple[str, str]]:
    """Give the reference."""
    yield "docs/reference/history.md", reference()


def reference() -> str:
    """Give the text."""
    views = [_view(view) for view in (*tables.VIEWS, tables.HISTORY)]
    return "\n".join((HEAD, *views, MACROS, REPORT_HEAD, *(_report(name, report) for name, report in REPORTS.items())))


def _view(view: View) -> str:
    rows = "\n".join(f"| `{column.name}` | {column.type} | {column.means} |" for column in view.columns)
    return f"## `{view.name}`\n\n{view.means}\n\n| column | type | what |\n|---|---|---|\n{rows}\n"


def _report(name: str, report: Report) -> str:
    rows = "\n".join(f"| `{field}` | {words} |" for field, words in _fields(report.row))
    return f"### `{name}`\n\n{report.what}. Takes {report.times}.\n\n| | |\n|---|---|\n{rows}\n"


def _fields(row: type) -> Iterator[tuple[str, str]]:
    """Give the fields of a row, and what stands below each."""
    (made,) = ast.parse(inspect.getsource(row)).body
    for field, below in pairwise(made.body if isinstance(made, ast.ClassDef) else ()):
        match field, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(words))):
                yield name, words
            case _:
                pass
