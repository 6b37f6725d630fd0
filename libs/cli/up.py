"""`kryten-economy up`: the whole economy, from one command to its end."""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import IO, Annotated, Final

import typer
from nats.aio.client import Client
from nats.errors import Error as NatsError

from libs.cli import embedded, provision, readiness, reload, simulate, spares
from libs.cli.children import Child, Command, Supervisor
from libs.cli.operator import NoServer, connect
from libs.cli.options import ConfigOption, LogLevelOption, StateDirOption, configuration, fail, state_directory
from libs.cli.run import arguments
from libs.cli.spares import Spare
from libs.common import lock, streams
from libs.common.config import Config
from libs.common.database import RESTORING
from libs.common.services import existing
from libs.common.streams import ProvisionError

SERVICES_STOP_SECONDS: Final = 3.5
SERVER_STOP_SECONDS: Final = 0.8
SERVER_START_SECONDS: Final = 20.0
ROOM_SECONDS: Final = 15.0
SAME_SIGNAL_SECONDS: Final = 0.5
"""A terminal, make and a supervisor may each pass on one wish to stop."""
FRESH: Final = "fresh"
"""The file in the state directory that keeps the operator's word that nothing is to be imported."""
IMPORTED: Final = "imported"
"""The one that tells that the older program's database was imported."""


class CannotStart(Exception):
    """The economy can't be started like this."""


def command(
    config: ConfigOption = None,
    state_dir: StateDirOption = None,
    log_level: LogLevelOption = None,
    *,
    fresh: Annotated[bool, typer.Option("--fresh", help="Start without the older program's database, for good.")] = False,
    simulated: Annotated[
        bool, typer.Option("--simulate", help="With a simulated channel and state of its own (demo/): the room's lines are printed.")
    ] = False,
    seed: Annotated[int, typer.Option(help="What the simulated viewers do: the same seed, the same evening.")] = 1,
) -> None:
    """Start everything and keep it running: the embedded NATS server (if so configured), the streams, all services."""
    loaded = configuration(simulate.EXAMPLE if simulated and config is None else config)
    directory = state_dir or loaded.path.parent / simulate.STATE if simulated else state_directory(state_dir, loaded)
    try:
        ensure_writable(directory)
        refuse_half_restored(directory)
        if not simulated:
            refuse_unimported(loaded.settings.database.path, directory, fresh=fresh)
            refuse_unimported(loaded.path.parent / loaded.settings.database.path, directory, fresh=fresh)
        simulate.refuse_mixture(loaded, directory, simulating=simulated)
        forked = spares.fork(len(existing()) + simulated)
        status = asyncio.run(_up(loaded, directory, log_level, seed if simulated else None, forked))
    except (CannotStart, simulate.Mixture) as error:
        raise fail(str(error)) from error
    raise typer.Exit(status)


def ensure_writable(state_dir: Path) -> None:
    """Make the state directory where it is missing.

    Raises CannotStart.
    """
    try:
        state_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(f"the state directory {state_dir} can't be made ({error.strerror}): name another by --state-dir") from error
    if not os.access(state_dir, os.W_OK | os.X_OK):
        raise CannotStart(f"nothing can be written into {state_dir}: run this as {state_dir.owner()}, to whom it belongs")


def refuse_half_restored(state_dir: Path) -> None:
    """Start nothing that could not open its database.

    Raises CannotStart.
    """
    if (state_dir / RESTORING).exists():
        raise CannotStart(f"a restore into {state_dir} was interrupted: repeat it, with --force")


def refuse_unimported(database: Path, state_dir: Path, *, fresh: bool) -> None:
    """Keep an operator from starting with empty accounts by mistake.

    Raises CannotStart.
    """
    if fresh:
        (state_dir / FRESH).touch()
    if database.is_file() and not (state_dir / FRESH).exists() and not (state_dir / IMPORTED).exists():
        raise CannotStart(
            f"{database} holds the accounts of the older program, and nothing of it is here yet. Importing it is not built yet: "
            "keep the older program running for now, or start with empty accounts by `up --fresh` (the file is left alone)."
        )


async def _up(config: Config, state_dir: Path, log_level: str | None, seed: int | None, forked: list[Spare]) -> int:
    session = Session(config, state_dir, log_level, say, seed, forked)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, session.asked_to_stop)
    loop.add_signal_handler(signal.SIGHUP, session.asked_to_reload)
    try:
        return await session.run()
    finally:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_IGN)  # all has ended: a late signal shall not spoil the exit status


def say(line: str) -> None:
    """Print a line at once."""
    with suppress(OSError):  # a reader that has gone is no reason to stop
        print(line, flush=True)


class Session:
    """One run of the economy."""

    def __init__(
        self,
        config: Config,
        state_dir: Path,
        log_level: str | None,
        report: Callable[[str], None],
        seed: int | None = None,
        forked: Iterable[Spare] = (),
    ) -> None:
        """Prepare; `run` does it all, with the processes that were forked for it.

        `report` gets a line for whatever happens. With a seed there is a simulated channel too.
        """
        self._config = config
        self._state_dir = state_dir
        self._log_level = log_level
        self._report = report
        self._seed = seed
        self._logs: Path | None = None
        self._supervisor = Supervisor(report, forked)
        self._server: Child | None = None
        self._services: list[Child] = []
        self._client: Client | None = None
        self._stop = asyncio.Event()
        self._stop_asked_at = 0.0
        self._killed = False
        self._last_trouble = ""
        self._reload: asyncio.Task[None] | None = None
        self._began = time.monotonic()
        self._at_terminal = _is_terminal()

    async def run(self) -> int:
        """Start everything, keep it running until asked to stop, end it; give the exit status.

        Raises CannotStart if something is in the way.
        """
        held = await self._locked()
        if held is None:
            return 0
        with held:
            if self._seed is not None:
                self._logs = simulate.begin_logs(self._state_dir)
                self._report(f"a simulated channel, set up by {self._config.path}; coins and logs are in {self._state_dir}")
            work = asyncio.create_task(self._start_and_watch())
            stop = asyncio.create_task(self._stop.wait())
            await asyncio.wait([work, stop], return_when=asyncio.FIRST_COMPLETED)
            failure = work.exception() if work.done() else None
            work.cancel()
            stop.cancel()
            await asyncio.wait([work, stop])
            clean = await self._end()
            if failure is not None:
                raise failure
            return 0 if clean else 1

    def asked_to_stop(self) -> None:
        """Stop; asked a second time, kill."""
        now = time.monotonic()
        if not self._stop.is_set():
            self._stop_asked_at = now
            self._stop.set()
            self._supervisor.expect_ends()
        elif now - self._stop_asked_at > SAME_SIGNAL_SECONDS:
            self._killed = True
            self._supervisor.kill()

    def asked_to_reload(self) -> None:
        """Let ingest read the configuration anew, and tell what it says; or stop, when it was our terminal that has gone."""
        if self._at_terminal and not _is_terminal():
            self.asked_to_stop()
            return
        self._reload = asyncio.create_task(self._reload_configuration())

    async def _locked(self) -> IO[str] | None:
        """Wait until no other `up` runs on this state directory; None when asked to stop meanwhile."""
        told = False
        while not self._stop.is_set():
            try:
                return lock.take(self._state_dir / "up.lock")
            except lock.AlreadyRunning as other:
                if not told:
                    cure = f"; to end it: kill {other.holder}" if other.holder else ""
                    self._report(f"waiting for the other one to end: {other}{cure}")
                    told = True
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), 0.1)  # the kernel tells nobody when a lock comes free
        return None

    async def _start_and_watch(self) -> None:
        settings = self._config.settings
        if settings.nats.embedded:
            await self._start_server()
        try:
            self._client = await connect(settings.nats, self._state_dir, patient=True, failed=self._tell_connection)
        except NoServer as error:
            raise CannotStart(str(error)) from error
        await self._provision(self._client)
        for name in existing():
            argv = arguments(name, self._config.path, self._state_dir, self._log_level)
            self._services.append(self._supervisor.start(self._quietly(Command(name, (*argv, "--wait")))))
        first = [asyncio.Event() for _ in self._services]
        async with asyncio.TaskGroup() as watches:
            for child, event in zip(self._services, first, strict=True):
                watches.create_task(self._tell_ready(self._client, child, event))
            if self._seed is not None:
                watches.create_task(self._open_room(first, self._seed))
            for event in first:
                await event.wait()
            self._report(f"ready ({time.monotonic() - self._began:.1f} s)")

    async def _open_room(self, ready: list[asyncio.Event], seed: int) -> None:
        """Start the simulated channel once there is somebody to answer; one service that does not come shall not keep the room shut."""
        with suppress(TimeoutError):
            async with asyncio.timeout(ROOM_SECONDS):
                for event in ready:
                    await event.wait()
        self._report(f"{simulate.invitation(self._config.path)} (Ctrl-C ends it all)")
        self._services.append(self._supervisor.start(self._quietly(simulate.command(self._config.path, seed))))

    def _quietly(self, command: Command) -> Command:
        """Where a room is on the screen, let the services speak into files."""
        return command if self._logs is None else replace(command, log=self._logs / f"{command.name}.log")

    async def _start_server(self) -> None:
        """Start the embedded server and wait until it takes clients.

        Raises CannotStart.
        """
        nats = self._config.settings.nats
        try:
            prepared = embedded.prepare(nats, self._state_dir)
        except embedded.CannotEmbed as error:
            raise CannotStart(str(error)) from error
        try:
            await _patiently(lambda: embedded.ensure_free(nats), 5.0)  # what a killed `up` left behind may need a moment to go
        except embedded.CannotEmbed as error:
            raise CannotStart(str(error) if self._seed is None else simulate.taken(*nats.listen)) from error
        self._server = self._supervisor.start(self._quietly(prepared))
        deadline = time.monotonic() + SERVER_START_SECONDS
        while not await embedded.listens(nats):
            if time.monotonic() > deadline or self._server.starts.qsize() > 1:
                raise CannotStart(f"the embedded NATS server does not start:\n{embedded.last_words(self._state_dir)}")
            await asyncio.sleep(0.01)
        if self._logs is None:
            self._report(f"{self._server.name}: ready on {':'.join(map(str, nats.listen))}")

    async def _provision(self, client: Client) -> None:
        """Make the streams.

        Raises CannotStart.
        """
        try:
            outcomes = await streams.provision(client, provision.wanted(self._config.settings))
        except (ProvisionError, NoServer) as error:
            raise CannotStart(str(error)) from error
        for outcome in outcomes:
            if outcome.error is None and (outcome.plan.changes or outcome.plan.left_alone):
                for line in outcome.lines:
                    self._report(line)
        errors = [line for outcome in outcomes if outcome.error for line in outcome.lines]
        if errors:
            raise CannotStart("\n".join(errors))

    async def _tell_ready(self, client: Client, child: Child, first: asyncio.Event) -> None:
        while True:
            await child.starts.get()
            await readiness.until_ready(client, child.name, self._report)
            while not child.starts.empty():
                child.starts.get_nowait()  # it died before it was ready: this one start is told, not each
            if self._logs is None:
                self._report(f"{child.name}: ready")
            first.set()

    async def _reload_configuration(self) -> None:
        if self._client is None:
            self._report("reload: not yet, still starting")
            return
        try:
            lines = list(reload.told(await reload.ask(self._client)))
        except (reload.NoAnswer, NoServer) as error:
            lines = [str(error)]
        for line in lines:
            self._report(f"reload: {line}")

    async def _end(self) -> bool:
        """End the services, then the server; tell whether they ended by themselves."""
        if self._client is not None:
            with suppress(NatsError, OSError):
                await asyncio.wait_for(self._client.close(), 0.3)
        clean = await self._supervisor.end(self._services, SERVICES_STOP_SECONDS)
        if self._server is not None:
            clean = await self._supervisor.end([self._server], SERVER_STOP_SECONDS) and clean
        return clean and not self._killed

    async def _tell_connection(self, error: Exception) -> None:
        trouble = f"nats: {str(error) or type(error).__name__}"
        if trouble != self._last_trouble and not self._stop.is_set():
            self._report(trouble)
        self._last_trouble = trouble


def _is_terminal() -> bool:
    """Whether what is typed reaches us; no longer so once the terminal was closed."""
    return os.isatty(0)


async def _patiently(check: Callable[[], None], within_seconds: float) -> None:
    """Repeat a check until it passes; after so long let its error through."""
    deadline = time.monotonic() + within_seconds
    while True:
        try:
            return check()
        except embedded.CannotEmbed:
            if time.monotonic() > deadline:
                raise
        await asyncio.sleep(0.05)
