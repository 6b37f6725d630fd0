"""`kryten-economy up` as an operator runs it: a process group of its own, started, killed and told to stop from outside."""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from tests.support.house import House
from tests.support.nats import NatsServer, Server, free_port
from tests.support.programs import ROOT


class WholeHouse:
    """One `up` on a house; its server is the embedded one, unless another is given."""

    def __init__(self, folder: Path, server: Server | None = None, **sections: object) -> None:
        """Write the configuration into an empty folder; nothing runs yet."""
        self.house = House(folder, server or NatsServer(folder / "unused", free_port()))
        nats = {"servers": [self.house.server.url], "embedded": server is None}
        self.house.configure(nats=nats, announcer={"pacing": False}, **sections)
        self.said: list[str] = []
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()

    @property
    def url(self) -> str:
        """Where the NATS server listens."""
        return self.house.server.url

    async def start(self, within_seconds: float = 40.0) -> None:
        """Start it and wait until it says it is ready."""
        words = ["-m", "kryten_economy", "up", "--config", str(self.house.config), "--state-dir", str(self.house.state_dir)]
        self._ready.clear()
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, *words, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, start_new_session=True
        )
        self._reader = asyncio.create_task(self._read(self._process))
        try:
            await asyncio.wait_for(self._ready.wait(), within_seconds)
        except TimeoutError:
            self.kill()
            message = f"up was not ready within {within_seconds} s:\n{self.words()}"
            raise AssertionError(message) from None

    def kill(self) -> None:
        """End the whole group without warning."""
        if self._process is not None and self._process.returncode is None:
            os.killpg(self._process.pid, signal.SIGKILL)

    async def stop(self, within_seconds: float = 10.0) -> int:
        """Tell the whole group to stop; give the exit status."""
        if self._process is None:
            return 0
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGTERM)
        return await asyncio.wait_for(self._process.wait(), within_seconds)

    async def gone(self) -> None:
        """Wait until the process that was killed is gone."""
        if self._process is not None:
            await self._process.wait()

    async def close(self) -> None:
        """Leave nothing behind."""
        await self.house.hang_up()
        self.kill()
        await self.gone()
        if self._reader is not None:
            await self._reader
        await self.house.close()

    def words(self) -> str:
        """Give what it said last."""
        return "\n".join(self.said[-60:])

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        while process.stdout is not None and (line := await process.stdout.readline()):
            self.said.append(line.decode(errors="replace").rstrip())
            if line.startswith(b"ready"):
                self._ready.set()
