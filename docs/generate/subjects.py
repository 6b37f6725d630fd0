"""The reference of streams and subjects, from the table of streams and the table of what each service does on NATS."""

from collections.abc import Iterator
from datetime import timedelta

from libs.cli.permissions import JOBS, Job
from libs.common import subjects
from libs.common.services import ORDER
from libs.common.subjects import Stream

HEAD = """\
# Streams and subjects

All names stand in `libs/common/subjects.py`. `*` stands for a channel as kryten-py spells it in subjects, then for what the row says;
`@all` is the channel of what belongs to none. The messages are the models of `libs/common/contracts/`, as JSON.

`kryten-economy provision` makes the streams. Their bounds can be set under `streams` in the configuration; all together they reserve
{total} MiB by default. All are on file, compressed.
"""
CAPTURED = """\
## What the streams capture

A subject that answers requests is never in a stream: the stream would answer in its place.
"""
SERVICES = """\
## What each service does

This table is also what `deploy/nats.conf` and the embedded server allow. Every service answers `{health}`, listens in its own inbox,
announces itself as kryten services do, and may add to `{deadletter}`.
"""
MIB = 1024 * 1024


def pages() -> Iterator[tuple[str, str]]:
    """Give the reference."""
    yield "docs/reference/subjects.md", reference()


def reference() -> str:
    """Give the text."""
    streams = subjects.streams(("*",))
    total = sum(stream.max_bytes for stream in streams) // MIB
    told = {"health": subjects.health("<service>"), "deadletter": subjects.deadletter("<service>")}
    parts = [
        HEAD.format(total=total),
        "| stream | kept | at most | when full |\n|---|---|---|---|\n" + "\n".join(map(_bounds, streams)) + "\n",
        CAPTURED,
        "| stream | subjects |\n|---|---|\n" + "\n".join(f"| `{stream.name}` | {_list(_short(stream))} |" for stream in streams) + "\n",
        SERVICES.format(**told),
        "| service | reads | writes | asks | answers or hears |\n|---|---|---|---|---|",
        *(_job(name, JOBS[name]) for name in ORDER),
    ]
    return "\n".join(parts) + "\n"


def _bounds(stream: Stream) -> str:
    if stream.retention == "workqueue":
        kept = "until handled" + (f", {stream.max_age // timedelta(minutes=1)} minutes at most" if stream.max_age else "")
    elif stream.max_age is None:
        kept = "until the ledger has committed them"
    else:
        kept = f"{stream.max_age.days} days"
    full = "the oldest go" if stream.discard == "old" else "new ones are refused"
    return f"| `{stream.name}` | {kept} | {stream.max_bytes // MIB} MiB | {full} |"


def _short(stream: Stream) -> list[str]:
    """Give its subjects, those that differ in the last word only as one."""
    robot = subjects.robot_event("*", "")
    names = [subject.removeprefix(robot) for subject in stream.subjects if subject.startswith(robot)]
    others = [subject for subject in stream.subjects if not subject.startswith(robot)]
    return [f"{robot}{{{','.join(names)}}}", *others] if names else others


def _job(name: str, job: Job) -> str:
    cells = (_list(job.reads), _list(job.writes), _list(job.asks), _list(job.hears))
    return f"| {name} | {' | '.join(cells)} |"


def _list(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
