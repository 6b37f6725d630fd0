"""A service as a process: its arguments, its lock, its end."""

import argparse
import asyncio
import gc
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, NoReturn, get_args

import structlog

from libs.common import lock, logs
from libs.common.config import Config, ConfigError, load
from libs.common.config.connection import LogLevel
from libs.common.connection import is_refusal
from libs.common.consumer import ConsumerTakenOver
from libs.common.credentials import CertificateUnfit
from libs.common.database import DatabaseUnfit
from libs.common.durable import CommitFailed
from libs.common.position import PositionLost
from libs.common.service import ConnectionClosed, NotProvisioned, Runtime

LOCK_SECONDS: Final = 30.0
STREAMS_SECONDS: Final = 60.0


def main(name: str, build: Callable[[Runtime], None]) -> None:
    """Run a service as a process: parse the arguments, set it up, run until told to stop; exit status 1 when something is wrong."""
    parser = argparse.ArgumentParser(prog=f"python -m services.{name}")
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--state-dir", type=Path)
    parser.add_argument("--log-level", type=str.upper, choices=get_args(LogLevel))
    parser.add_argument("--wait-for-streams", action="store_true", help="wait a while for the streams to be made")
    parser.add_argument("--wait", action="store_true", help="wait a while for an older process of this service to end")
    arguments = parser.parse_args()
    try:
        config = load(arguments.config)
    except ConfigError as error:
        sys.exit(str(error))
    logs.configure(name, arguments.log_level or config.settings.log_level)
    log = structlog.get_logger()
    for warning in config.warnings:
        log.warning("configuration", detail=str(warning))
    state_dir: Path = arguments.state_dir or arguments.config.parent / "data"
    try:
        held = lock.take(state_dir / f"{name}.lock", wait_seconds=LOCK_SECONDS if arguments.wait else 0)
    except lock.AlreadyRunning as error:
        log.error("refuses to start: this service runs already", error=str(error), cure="stop the other one first")
        sys.exit(1)
    except OSError as error:
        log.error("refuses to start: the state directory can't be used", error=str(error), cure="let this user write there")
        sys.exit(1)
    # What the imports made stays: the collector need not look at it again and again.
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    with held:
        patience_seconds = STREAMS_SECONDS if arguments.wait_for_streams else 0.0
        asyncio.run(_run(name, config, state_dir, build, patience_seconds))


def _end(status: int) -> NoReturn:
    """End at once; the kernel lets go of the lock.

    All is closed. `asyncio.run` would cancel what the NATS client left behind just once, and wait for ever when `asyncio.wait_for`
    loses that (see `tasks.end`); and taking the interpreter down in order costs a third of a second of a stop's time.
    """
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


async def _run(name: str, config: Config, state_dir: Path, build: Callable[[Runtime], None], patience_seconds: float) -> NoReturn:
    log = structlog.get_logger()
    try:
        runtime = Runtime(name, config, state_dir, patience_seconds=patience_seconds)
        build(runtime)
        await runtime.run()
    except (NotProvisioned, PositionLost, ConsumerTakenOver, CommitFailed, ConnectionClosed, DatabaseUnfit, CertificateUnfit) as error:
        log.error("ends", error=str(error), reason=type(error).__name__)
        _end(1)
    except Exception as error:
        if is_refusal(error):  # told with its cure, as it came
            _end(1)
        log.exception("ends, by a fault", error=str(error), reason=type(error).__name__)
        _end(1)
    _end(0)
