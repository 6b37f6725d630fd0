"""Lists of postings from the background: how many a second the ledger commits, and publishes."""

import time
import uuid
from datetime import UTC, datetime

from benchmarks.figures import Figure
from benchmarks.rig import CHANNEL, cpu_seconds, house, position, reach
from tests.support import books

POSTINGS = 20_000
IN_A_LIST = 500


def batches(total: int, size: int) -> list[bytes]:
    """Give lists of presence payments as earning sends them."""
    at = datetime.now(UTC).isoformat()
    made = []
    for start in range(0, total, size):
        parts = ",".join(
            f'{{"key":"presence:{CHANNEL}:viewer{number % 2000}:{number}","at":"{at}","lines":[{{"line":"transfer","source":"@mint",'
            f'"target":"viewer{number % 2000}","amount":1,"type":"earn","trigger":"presence.base","reason":"Presence"}}]}}'
            for number in range(start, start + size)
        )
        made.append(f'{{"id":"{uuid.uuid4().hex}","postings":[{parts}]}}'.encode())
    return made


async def run() -> list[Figure]:
    """Measure a backlog that waits when the ledger has nothing else to do."""
    async with house("ledger") as built:
        client = await built.client()
        jetstream = client.jetstream(timeout=30)
        lists = batches(POSTINGS, IN_A_LIST)
        began, before = time.perf_counter(), cpu_seconds(built, "ledger")
        for body in lists:
            last = await jetstream.publish(f"economy.postings.{CHANNEL}.earning", body)
        committed = await reach(lambda: position(built, "ledger", "ECONOMY_POSTINGS") >= last.seq)
        while await books.last_sequence(client, "ECONOMY_TRANSACTIONS") < POSTINGS:
            if time.perf_counter() - began > 300:
                break
        published, cost = time.perf_counter(), (cpu_seconds(built, "ledger") - before) / POSTINGS
    return [
        Figure("postings in lists, to the commit", POSTINGS / (committed - began), "postings/s", "10,000", f"lists of {IN_A_LIST}"),
        Figure("postings in lists, to the published transaction", POSTINGS / (published - began), "postings/s"),
        Figure("postings in lists, the ledger's processor time", cost * 1e6, "µs/posting", "", "commit and publication"),
    ]
