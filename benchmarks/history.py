"""The history: how fast it is loaded and read while it is loaded, how soon a coin can be seen in it, how long reports take."""

import asyncio
import json
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from benchmarks.figures import Figure, percentile
from benchmarks.generated import generate
from benchmarks.rig import CHANNEL, cpu_seconds, house, reach
from libs.analysis.archive import FOLDER, cover, files
from libs.analysis.catalogue import REPORTS
from libs.analysis.outside import NAME
from libs.analysis.reading import history
from libs.analysis.reports.asked import Asked
from libs.common import subjects
from libs.common.contracts.ledger import Open, Posting, Transfer
from tests.support.house import House

LOADED = 1_000_000
SIZES = (100_000, 1_000_000, 10_000_000)
GRANTS = 10
ROOM = 2 * 1024**3
"""For all of them in the stream; by default it keeps 512 MiB."""

_BODIES = """
SELECT json_merge_patch(json_object(
    'number', number, 'channel', any_value(channel), 'kind', 'posting', 'key', any_value(key),
    'at', strftime(any_value(happened), '%Y-%m-%dT%H:%M:%S.%f+00:00'),
    'committed', strftime(any_value(committed), '%Y-%m-%dT%H:%M:%S.%f+00:00'), 'caller', any_value(caller), 'cause', any_value(cause),
    'entries', list(json_merge_patch(json_object('account', account, 'amount', amount, 'balance', balance, 'type', type,
        'trigger', trigger, 'reason', reason, 'counts', counts), '{}') ORDER BY leg)
), '{}')
FROM history WHERE number BETWEEN ? AND ? GROUP BY number ORDER BY number
"""


async def run() -> list[Figure]:
    """Measure all three."""
    return [*await _load(), *await _visible(), *_reports()]


async def _load() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        generate(Path(name), LOADED)
        async with house("ingest", sync_always=False) as built:
            earned = await _publish(built, Path(name))
            began = time.perf_counter()
            built.start("analytics")
            reading = asyncio.create_task(_read_meanwhile(built.state_dir / FOLDER))
            ended = await reach(lambda: _kept(built) == LOADED)
            counted = await reach(lambda: _counted(built) == earned)
            reading.cancel()
            used = cpu_seconds(built, "analytics")
            reads = _READS.copy()
    what = f"loading {LOADED:,} transactions"
    return [
        Figure(what, ended - began, "s", "60 s", "from the start of the process, a second one reading all the while"),
        Figure(f"{what}, until /metrics has counted them", counted - began, "s", "60 s"),
        Figure(f"{what}, processor time", used, "s"),
        Figure("questions of the second process meanwhile", len(reads), "", "", "none failed, none found a row twice or missing"),
    ]


_READS: list[float] = []


async def _read_meanwhile(root: Path) -> None:
    await reach((root / NAME).exists)
    while True:
        _READS.append(await asyncio.to_thread(read_whole, root))


def read_whole(root: Path) -> float:
    """Ask in a client of its own whether every number is there once; give how long that took."""
    began = time.perf_counter()
    with duckdb.connect(str(root / NAME), read_only=True) as db:
        rows, last, total, double = db.execute(
            "SELECT count(DISTINCT number), coalesce(max(number), 0), coalesce(sum(amount), 0),"
            " count(*) - count(DISTINCT number * 1000 + leg) FROM entries"
        ).fetchall()[0]
    if (rows, total, double) != (last, 0, 0):
        raise SystemExit(f"{rows} numbers up to {last}, coming to {total}, {double} legs twice")
    return time.perf_counter() - began


async def _publish(built: House, root: Path) -> int:
    """Fill the stream as the ledger would, faster; give the coins earned in it."""
    client = await built.client()
    jetstream, subject = client.jetstream(), subjects.transactions(CHANNEL)
    config = (await jetstream.stream_info(subjects.TRANSACTIONS)).config
    await jetstream.update_stream(config, max_bytes=ROOM)
    with history(root) as db:
        for first in range(1, LOADED + 1, 20_000):
            for (body,) in db.execute(_BODIES, [first, first + 19_999]).fetchall():
                await client.publish(subject, body.encode())
            await client.flush(timeout=60)
        earned = db.execute("SELECT sum(amount) FROM entries WHERE counts = 'earned'").fetchall()[0][0]
    state = (await jetstream.stream_info(subjects.TRANSACTIONS)).state
    if (state.first_seq, state.messages) != (1, LOADED):
        raise SystemExit(f"the stream took {state.messages} from {state.first_seq} on")
    return int(earned)


def _kept(built: House) -> int:
    held = cover(files(built.state_dir / FOLDER))
    return held[-1].last if held else 0


def _counted(built: House) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{built.settings['metrics']['port']}/metrics", timeout=5) as answer:
            lines: list[str] = answer.read().decode().splitlines()
    except OSError:
        return 0
    return next((int(float(line.split()[1])) for line in lines if line.startswith("economy_z_earned_total ")), 0)


async def _visible() -> list[Figure]:
    async with house("ledger") as built:
        built.start("analytics")
        await reach((built.state_dir / FOLDER / NAME).exists)
        client = await built.client()
        took = []
        for number in range(GRANTS):
            line = Transfer(source="@mint", target="alice", amount=1, type="admin_grant")
            posting = Posting(key=f"grant:{number}", at=datetime.now(UTC), lines=[Open(account="alice"), line])
            answer = await client.request(subjects.ledger(CHANNEL, "operator", "post"), posting.encode(), timeout=5)
            wanted, began = json.loads(answer.data)["number"], time.perf_counter()
            await reach(lambda wanted=wanted: _seen(built) >= wanted)  # type: ignore[misc]
            took.append(time.perf_counter() - began)
    return [Figure("from a commit until any DuckDB client sees it, p90", percentile(took, 90), "s", "60 s")]


def _seen(built: House) -> int:
    with duckdb.connect(str(built.state_dir / FOLDER / NAME), read_only=True) as db:
        return int(db.execute("SELECT coalesce(max(number), 0) FROM transactions").fetchall()[0][0])


def _reports() -> list[Figure]:
    return [figure for size in SIZES for figure in _of_size(size)]


def _of_size(size: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        root = Path(name)
        generate(root, size)
        for report_name, report in REPORTS.items():
            took = []
            for _ in range(3):
                began = time.perf_counter()
                with history(root) as db:
                    report.ask(db, Asked(CHANNEL, user="viewer17"))
                took.append((time.perf_counter() - began) * 1000)
            yield Figure(f"report {report_name} of {size:,} transactions", min(took), "ms", "", "the whole history, best of 3")
