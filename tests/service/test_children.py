"""Child processes, real ones: they come back, they end, they never outlive their parent."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from libs.cli.children import Child, Command, Supervisor
from tests.support.up import alive
from tests.support.waiting import until

SLEEPER = (sys.executable, "-c", "import time; time.sleep(600)")
STUBBORN = "import pathlib, signal, sys, time; signal.signal(15, signal.SIG_IGN); pathlib.Path(sys.argv[1]).touch(); time.sleep(600)"


class Kept:
    """A supervisor and what it reported."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.supervisor = Supervisor(self.lines.append)
        self.children: list[Child] = []

    def start(self, *argv: str, held: Path | None = None) -> Child:
        child = self.supervisor.start(Command("child", argv, held=held))
        self.children.append(child)
        return child


@pytest.fixture
async def kept() -> AsyncIterator[Kept]:
    kept = Kept()
    yield kept
    kept.supervisor.kill()
    await kept.supervisor.end(kept.children, 5.0)


async def test_a_killed_child_comes_back(kept: Kept) -> None:
    child = kept.start(*SLEEPER)
    first = await child.starts.get()

    os.kill(first, signal.SIGKILL)

    assert await asyncio.wait_for(child.starts.get(), 10) != first
    assert "child: died (signal SIGKILL), starting again in 0.2 s" in kept.lines


async def test_a_child_that_ends_by_itself_is_started_again_too(kept: Kept) -> None:
    child = kept.start(sys.executable, "-c", "raise SystemExit(3)")

    await child.starts.get()
    await asyncio.wait_for(child.starts.get(), 10)

    assert "child: died (status 3), starting again in 0.2 s" in kept.lines


async def test_a_program_that_is_not_there_is_told_and_tried_again(kept: Kept) -> None:
    kept.start("/nowhere/program")

    async def tried_twice() -> bool:
        return len([line for line in kept.lines if "could not start" in line]) > 1

    await until(tried_twice, "two attempts")


async def test_children_end_when_told(kept: Kept) -> None:
    child = kept.start(*SLEEPER)
    pid = await child.starts.get()

    assert await kept.supervisor.end([child], 5.0)
    assert not alive(pid)
    assert kept.lines[-1] == "child: stopped"


async def test_a_child_that_does_not_listen_is_killed(kept: Kept, tmp_path: Path) -> None:
    child = kept.start(sys.executable, "-c", STUBBORN, str(tmp_path / "deaf"))
    pid = await child.starts.get()

    async def deaf() -> bool:
        return (tmp_path / "deaf").exists()

    await until(deaf, "it ignores the signal")

    began = time.monotonic()
    by_itself = await kept.supervisor.end([child], 0.5)

    assert not by_itself
    assert not alive(pid)
    assert time.monotonic() - began < 3


async def test_a_child_that_waits_for_its_next_start_ends_at_once(kept: Kept) -> None:
    child = kept.start("/nowhere/program")

    async def delayed() -> bool:
        return len(kept.lines) > 3

    await until(delayed, "long delays")

    assert await kept.supervisor.end([child], 1.0)


async def test_a_second_holder_of_a_lock_starts_only_after_the_first_has_ended(kept: Kept, tmp_path: Path) -> None:
    first = kept.start(*SLEEPER, held=tmp_path / "lock")
    first_pid = await first.starts.get()

    second = kept.start(*SLEEPER, held=tmp_path / "lock")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(second.starts.get(), 0.5)
    assert alive(first_pid)
    await kept.supervisor.end([first], 5.0)

    assert alive(await asyncio.wait_for(second.starts.get(), 5))


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is Linux's")
@pytest.mark.parametrize("own_group", [False, True])
async def test_children_of_a_killed_parent_are_gone(*, own_group: bool) -> None:
    program = f"""
import asyncio
from libs.cli.children import Command, Supervisor

async def main():
    supervisor = Supervisor(lambda line: None)
    child = supervisor.start(Command("child", {SLEEPER!r}, own_group={own_group}))
    print(await child.starts.get(), flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE)
    assert parent.stdout is not None
    pid = int(await parent.stdout.readline())
    parent.kill()
    await parent.wait()

    async def gone() -> bool:
        return not alive(pid)

    await until(gone, "the child is gone")
