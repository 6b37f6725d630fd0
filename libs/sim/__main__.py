"""The simulated channel as a process: `python -m libs.sim`. It prints what is heard in the room, a line each."""

import argparse
import asyncio
import signal
import sys
from contextlib import suppress
from pathlib import Path

import libs.common.early  # noqa: F401 - before all that takes time
from libs.common.config import ConfigError, load
from libs.common.config.settings import Settings
from libs.sim.app import App


def main() -> None:
    """Parse the arguments and run until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m libs.sim")
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    try:
        settings = load(arguments.config).settings
    except ConfigError as error:
        sys.exit(str(error))
    asyncio.run(_run(settings, arguments.seed))


async def _run(settings: Settings, seed: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await App(settings, seed, _tell).run(stop)


def _tell(line: str) -> None:
    with suppress(OSError):  # a reader that has gone is no reason to stop
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
