"""What an hour of a viewer weighs in the books: the ledger's file, table by table."""

from datetime import UTC, datetime, timedelta
from typing import Final

from benchmarks.figures import Figure
from benchmarks.minute import Writer
from benchmarks.rig import CHANNEL, house, reach
from libs.common.config import load, published, version
from tests.support import books
from tests.support.house import House

VIEWERS: Final = 200
HOURS: Final = 2
AIM: Final = "≤ 7"
_SIZE: Final = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
_FREE: Final = "SELECT freelist_count * page_size FROM pragma_freelist_count, pragma_page_size"
_TABLES: Final = "SELECT name, sum(pgsize) FROM dbstat GROUP BY name"
_PAID: Final = "SELECT count(*) FROM journal WHERE kind = 'posting'"
_OPEN: Final = "SELECT count(*) FROM outbox WHERE key LIKE 'presence:%'"
_SHOWN: Final = 6


async def run() -> list[Figure]:
    """Have a room sit there for some hours, a minute at a time."""
    async with house("ledger") as built:
        built.start("earning")
        writer, start = Writer(built), datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)
        settings = published(load(built.config).settings)
        await writer.write("configuration", "@all", start, version=version(settings), settings=settings)
        await built.wait_ready("earning")
        users = [{"user": f"viewer{number}", "rank": 1} for number in range(VIEWERS)]
        await writer.write("userlist", CHANNEL, start, proof=True, users=users)
        await reach(lambda: _one(built, "ledger", _PAID) >= VIEWERS)
        before, weights = _bytes(built), _weights(built)
        for minute in range(1, 60 * HOURS + 1):
            await writer.write("tick", "@all", start + timedelta(minutes=minute), robots={CHANNEL: "connected"})
        await reach(lambda: _one(built, "ledger", _PAID) >= VIEWERS * (1 + 60 * HOURS) and _one(built, "earning", _OPEN) == 0)
        grown = {name: weight - weights.get(name, 0) for name, weight in _weights(built).items()}
        hours = VIEWERS * HOURS
        figures = [Figure("ledger.db, an hour of one viewer", (_bytes(built) - before) / hours / 1_000, "kB", AIM)]
    heaviest = sorted(grown.items(), key=lambda each: -each[1])[:_SHOWN]
    return figures + [Figure(f"- of that {name}", weight / hours / 1_000, "kB") for name, weight in heaviest if weight > 0]


def _bytes(built: House) -> int:
    return _one(built, "ledger", _SIZE) - _one(built, "ledger", _FREE)


def _weights(built: House) -> dict[str, int]:
    return dict(books.rows(built.state_dir / "ledger.db", _TABLES))


def _one(built: House, service: str, question: str) -> int:
    found = books.rows(built.state_dir / f"{service}.db", question)
    return int(found[0][0]) if found else 0
