"""The reference of the figures, from the tables and the metrics of the services."""

import importlib
from collections.abc import Iterator
from importlib.util import find_spec

from prometheus_client.metrics import MetricWrapperBase

from libs.common import service
from libs.common.config.connection import Metrics
from libs.common.services import existing
from services.analytics.exposition import always
from services.analytics.figures import OLDER, OURS, Figure

HEAD = """\
# Figures and health

Every service shows itself over HTTP, in its own process, so that one that is stuck can still be seen to be. The first port is
`metrics.port`, on the address `metrics.host`; a port that is taken is logged, and the service goes on without.

| path | what |
|---|---|
| `/livez` | 200 while the event loop turns, else 503: a supervisor should start it anew |
| `/readyz` | 200 while it can work, else 503 with what is missing: NATS, a database that takes writes, a configuration, being up to date |
| `/metrics` | its figures, for Prometheus |
| `/health` | on `metrics.port` the whole economy: the older program's keys, and `problems`; 503 when not all are ready, 500 for an error |

{ports}

A robot that is missing makes nobody unready, and `/health` no less healthy: it is a figure, a warning of `ingest`, and told in `/health`
under `robots` (of each channel `connected`, `away`, or `unknown`). Figures are taken when somebody looks, at most every two seconds, so
scraping costs the ledger next to nothing. Each owner has 0.4 seconds to answer: what it does not say by then is left out, `economy_up` says
who was silent, and all others are shown; what analytics itself has counted is shown always.
"""
OLDER_HEAD = """\
## The older program's

Under its names, so that its dashboards go on working. Counters are kept in a database and only rise; they count from when `analytics.db`
was made. Two follow what `ingest` and `commands` count since their start (events and commands processed): analytics adds up what it sees of
that whenever somebody looks, and misses what came between the last look and a restart. All are right where the older ones were not: spins
count when they are played, not when they are refused. What belongs to a part that is not built yet is truly 0 (or 1, where it multiplies).
"""


def pages() -> Iterator[tuple[str, str]]:
    """Give the reference."""
    yield "docs/reference/metrics.md", reference()


def reference() -> str:
    """Give the text."""
    parts = [HEAD.format(ports=_ports()), OLDER_HEAD, _figures((*always(), *OLDER)), "## Ours, on the same port\n", _figures(OURS)]
    for name in existing():
        found = _own(name)
        if found:
            parts += [f"## Of `{name}`, on its own port\n", found]
    return "\n".join(parts)


def _ports() -> str:
    first = Metrics().port
    rows = sorted((first + service.SERVICES.index(name), name) for name in existing())
    return "\n".join(["| port | service |", "|---|---|", *(f"| {port} | `{name}` |" for port, name in rows)])


def _figures(figures: tuple[Figure, ...]) -> str:
    return _table(
        (f"{figure.name}_total" if figure.kind == "counter" else figure.name, figure.kind, figure.labels, figure.help) for figure in figures
    )


def _own(name: str) -> str:
    module = f"services.{name}.metrics"
    if find_spec(module) is None:
        return ""
    rows = []
    for metric in vars(importlib.import_module(module)).values():
        if isinstance(metric, MetricWrapperBase):
            told = next(iter(metric.describe()))
            shown = f"{told.name}_total" if told.type == "counter" else told.name
            rows.append((shown, told.type, tuple(metric._labelnames), told.documentation))  # noqa: SLF001 - the client tells it in no other way
    return _table(rows)


def _table(rows: Iterator[tuple[str, str, tuple[str, ...], str]] | list[tuple[str, str, tuple[str, ...], str]]) -> str:
    lines = ["| name | kind | labels | what |", "|---|---|---|---|"]
    lines += [f"| `{name}` | {kind} | {', '.join(labels) or '-'} | {what.rstrip('.')} |" for name, kind, labels, what in rows]
    return "\n".join(lines) + "\n"
