"""The whole house from nothing: how long until it is ready, and what it weighs."""

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.figures import Figure
from tests.support.house import House
from tests.support.nats import NatsServer, free_port
from tests.support.programs import ROOT


async def run() -> list[Figure]:
    """Start `kryten-economy up` on an empty folder, with the embedded server."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        house = House(folder, NatsServer(folder / "unused", free_port()))
        house.configure(nats={"servers": [house.server.url], "embedded": True})
        words = ["-m", "kryten_economy", "up", "--config", str(house.config), "--state-dir", str(house.state_dir)]
        began = time.perf_counter()
        up = await asyncio.create_subprocess_exec(
            sys.executable, *words, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, start_new_session=True
        )
        try:
            await asyncio.wait_for(_until_ready(up), 60)
            ready = time.perf_counter()
            await asyncio.sleep(3)
            weights = _weights(up.pid)
        finally:
            up.terminate()
            await up.wait()
    figures = [Figure("from nothing to ready", ready - began, "s", "5", "an empty state directory, the embedded server included")]
    figures += [Figure(f"private memory of {process}", private, "MiB") for process, private, _ in weights]
    figures.append(Figure("private memory, all together", sum(private for _, private, _ in weights), "MiB"))
    return [*figures, Figure("memory with all that is shared", sum(share for *_, share in weights), "MiB", "450", "each shared page once")]


async def _until_ready(up: asyncio.subprocess.Process) -> None:
    said = []
    while up.stdout is not None and (line := await up.stdout.readline()):
        said.append(line.decode())
        if line.startswith(b"ready"):
            return
    message = "up ended before it was ready:\n" + "".join(said)
    raise RuntimeError(message)


def _weights(parent: int) -> list[tuple[str, float, float]]:
    """Give name, private memory, and memory with the share of what several have (MiB), of a process and all below it."""
    family, weights = {parent}, []
    for entry in sorted(int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()):
        if entry == os.getpid():
            continue
        try:
            stat = Path(f"/proc/{entry}/stat").read_text(encoding="utf-8")
            if entry in family or int(stat.rsplit(")", 1)[1].split()[1]) in family:
                family.add(entry)
                rollup = Path(f"/proc/{entry}/smaps_rollup").read_text(encoding="utf-8")
                mib = {line.split()[0]: int(line.split()[1]) / 1024 for line in rollup.splitlines()[1:]}
                weights.append((_name(entry), mib["Private_Clean:"] + mib["Private_Dirty:"], mib["Pss:"]))
        except OSError:
            continue  # it ended meanwhile
    return weights


def _name(process: int) -> str:
    words = Path(f"/proc/{process}/cmdline").read_bytes().decode().replace("\0", " ").split()
    return next((word for word in words if word.startswith("services.")), Path(words[0]).name if "up" not in words else "up")
