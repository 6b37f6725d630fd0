"""All benchmarks, or those named: `python -m benchmarks [name ...]`."""

import argparse
import asyncio
import sys
import time
from collections.abc import Callable, Coroutine

from benchmarks import answers, api, chat, dealings, door, earning, growth, history, minute, pms, postings, replay, startup
from benchmarks.figures import Figure, machine, table

ALL: dict[str, Callable[[], Coroutine[None, None, list[Figure]]]] = {
    "door": door.run,
    "postings": postings.run,
    "chat": chat.run,
    "answers": answers.run,
    "api": api.run,
    "dealings": dealings.run,
    "pms": pms.run,
    "minute": minute.run,
    "earning": earning.run,
    "growth": growth.run,
    "replay": replay.run,
    "history": history.run,
    "startup": startup.run,
}


def main() -> int:
    """Measure and print one table; the server flushes each message (`sync_interval: always`) unless a figure says otherwise."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("names", nargs="*", metavar="name", help=f"any of: {', '.join(ALL)}")
    names = parser.parse_args().names or list(ALL)
    if unknown := set(names) - ALL.keys():
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}; there are {', '.join(ALL)}")
    print(machine(), flush=True)
    figures: list[Figure] = []
    for name in names:
        began = time.perf_counter()
        figures += asyncio.run(ALL[name]())
        print(f"{name}: {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    print(table(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
