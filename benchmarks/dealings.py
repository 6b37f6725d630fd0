"""What games and shop get done: duels, flips and tips at their own doors, payments for the queue over the API."""

from benchmarks.figures import Figure, percentile
from benchmarks.rig import cpu_seconds, drive, fill, house, opened
from tests.support.house import House

VIEWERS = 2_000
AT_ONCE = 64
COINS = 1_000_000
SETTINGS = {
    "gambling": {
        "min_account_age_minutes": 0,
        "flip": {"min_wager": 1, "cooldown_seconds": 0, "daily_limit": 0},
        "challenge": {"min_wager": 1, "announce_public": False},
    },
    "tipping": {"min_account_age_minutes": 0, "max_per_day": COINS},
    "spending": {"queue_tiers": [{"max_minutes": 15, "cost": 3}], "max_queues_per_day": COINS, "queue_cooldown_minutes": 0},
}
"""Nothing that would keep somebody from playing on."""


async def run() -> list[Figure]:
    """Measure on the whole economy, idle but for this, and without a robot."""
    async with house(settings=SETTINGS) as built:
        await opened(built)
        await fill(built, VIEWERS, COINS)
        return [
            *await _measure(built, "duel", "duels (offered, taken, fought)", "duels/s", ("games", "ledger"), "", requests=2),
            *await _measure(built, "flip", "flips", "flips/s", ("games", "ledger"), ""),
            *await _measure(built, "tip", "tips", "tips/s", ("shop", "ledger"), ""),
            *await _measure(built, "queue", "payments for the queue", "payments/s", ("commands", "shop", "ledger"), "2,000"),
        ]


async def _measure(built: House, door: str, what: str, unit: str, services: tuple[str, ...], aim: str, requests: int = 1) -> list[Figure]:
    """Measure one of them, which takes so many requests."""
    await drive(built, door, AT_ONCE, seconds=1)
    before = {name: cpu_seconds(built, name) for name in services}
    flood = await drive(built, door, AT_ONCE, seconds=5)
    spent = {name: cpu_seconds(built, name) - start for name, start in before.items()}
    done, waits = flood["answered"] / requests, flood["latencies"]
    where = f"{what}, {AT_ONCE} at once"
    return [
        Figure(where, done / flood["seconds"], unit, aim, "one driving process on the same cores"),
        Figure(f"{where}, a request, p50", percentile(waits, 50), "ms"),
        Figure(f"{where}, a request, p99", percentile(waits, 99), "ms"),
        *(Figure(f"{where}, processor time of {name}", seconds / done * 1e6, "µs each") for name, seconds in spent.items()),
    ]
