"""How many single-transfer postings a second the ledger's store takes, decoding and encoding included, on this disk."""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean, median

from libs.common.contracts.ledger import Posting, Transfer
from libs.common.database import Database
from services.ledger import background, doors
from services.ledger.schema import MIGRATIONS
from services.ledger.store import Connection

NOW = 1_790_000_000_000_000
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
VIEWERS = 2_000


def bodies(count: int, prefix: str) -> list[bytes]:
    return [
        Posting(
            key=f"{prefix}:room:viewer{n % VIEWERS}:{n}",
            at=AT,
            lines=[
                Transfer(source="@mint", target=f"viewer{n % VIEWERS}", amount=1, type="earn", trigger="presence.base", reason="Presence")
            ],
        ).encode()
        for n in range(count)
    ]


def groups(bodies: list[bytes], size: int) -> Iterator[list[bytes]]:
    return (bodies[at : at + size] for at in range(0, len(bodies), size))


def by_door(db: Connection, group: list[bytes]) -> None:
    for body in group:
        db.execute("SAVEPOINT attempt")
        answer = doors.post(db, "room", "earning", body, NOW)
        db.execute("RELEASE attempt")
        if not isinstance(answer, bytes) or b'"ok":true' not in answer:
            raise SystemExit(answer)


def by_desk(db: Connection, group: list[bytes]) -> None:
    db.execute("SAVEPOINT attempt")
    answers = doors.post_all(db, "room", [("earning", body) for body in group], NOW)
    db.execute("RELEASE attempt")
    if not all(b'"ok":true' in answer for answer in answers if isinstance(answer, bytes)):
        raise SystemExit(answers)


def by_list(db: Connection, group: list[bytes]) -> None:
    message = b'{"id":"one","postings":[%s]}' % b",".join(group)
    db.execute("SAVEPOINT attempt")
    background.take(db, "room", "earning", background.decode(message), NOW)
    db.execute("RELEASE attempt")


def measure(
    db: Connection, take: Callable[[Connection, list[bytes]], None], count: int, size: int, prefix: str
) -> tuple[float, float, float]:
    """Give postings a second overall and of the better half of the groups, and their median microseconds of CPU for each."""
    took, cpu = [], []
    for group in groups(bodies(count, prefix), size):
        began, busy = time.perf_counter(), time.process_time()
        db.execute("BEGIN IMMEDIATE")
        take(db, group)
        db.execute("COMMIT")
        took.append((time.perf_counter() - began) / len(group))
        cpu.append((time.process_time() - busy) / len(group))
    took.sort()
    better = took[: len(took) // 2 + 1]
    return 1 / mean(took), 1 / mean(better), median(cpu) * 1e6


def main(count: int = 50_000) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "ledger.db", MIGRATIONS)
        db = database.open()
        db.execute("BEGIN")
        opens = [b'{"key":"open:%d","at":0,"lines":[{"line":"open","account":"viewer%d"}]}' % (n, n) for n in range(VIEWERS)]
        for message in groups(opens, 500):
            background.take(db, "room", "earning", background.decode(b'{"id":"o","postings":[%s]}' % b",".join(message)), NOW)
        db.execute("COMMIT")
        ways = (
            ("requests one by one, 256 a commit", by_door),
            ("requests together, 256 a commit", by_desk),
            ("one list of 256 a commit", by_list),
        )
        for name, take in ways:
            rate, better, cpu = measure(db, take, count, 256, name)
            print(f"{name:34} {rate:9,.0f} postings/s ({better:,.0f} in the better half) {cpu:7.1f} us CPU each")
        database.close()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
