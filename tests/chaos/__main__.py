"""Long chaos runs: `python -m tests.chaos --seed S --minutes M`; exit status 1 where a promise was broken."""

import argparse
import asyncio
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos.run import SERVER, Plan, describe, run
from tests.support.house import SERVICES

ROUND_SECONDS = 60.0


def main() -> int:
    """Run rounds with seeds that follow from the first, until the time is over or something breaks."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--kill-every-seconds", type=float, default=1.5)
    parser.add_argument("--keep", action="store_true", help="leave the folder of every round behind")
    arguments = parser.parse_args()
    end = time.monotonic() + arguments.minutes * 60
    seed, failed = arguments.seed, 0
    while time.monotonic() < end:
        seconds = min(ROUND_SECONDS, max(10.0, end - time.monotonic()))
        # A third spares the server: behind each of its kills it takes seconds until anybody is known to be there, to like or be rained on.
        victims = SERVICES if seed % 3 == 0 else (*SERVICES, SERVER)
        plan = Plan(seed, seconds, kill_every_seconds=arguments.kill_every_seconds, victims=victims)
        folder = Path(tempfile.mkdtemp(prefix=f"chaos-{seed}-"))
        print(f"{describe(plan)} in {folder}", flush=True)
        report = asyncio.run(run(plan, folder))
        print(report.words(), flush=True)
        if report.broken:
            failed += 1
        elif not arguments.keep:
            shutil.rmtree(folder)
        seed += 1
    print(f"{failed} rounds with something broken", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
