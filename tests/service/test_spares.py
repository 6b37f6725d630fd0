"""Processes forked in advance, real ones: each becomes the program it is told to be, and ends as that program would."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest

from tests.support.up import alive, wait_until_gone

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is forked")

PROGRAM = """
import os, signal, sys, time

word = sys.argv[1]
if word == "status":
    sys.exit(3)
if word == "text":
    sys.exit("what is wrong")
if word == "fault":
    raise RuntimeError("a fault")
if word == "tell":
    print(os.getpid(), sys.argv[1:], __name__, signal.getsignal(signal.SIGINT).name, sys.stdin.read(), file=sys.stderr)
    print(open("/proc/self/cmdline").read().split("\\0")[0], file=sys.stderr)
if word == "sleep":
    time.sleep(600)
"""

PARENT = """
import asyncio, json, os, signal, sys
from libs.cli import spares
from libs.cli.children import Command, Supervisor

sys.path.insert(0, {folder!r})
spares.load_shared = list
lines = []

def words(word):
    return (sys.executable, "-m", "program", word)

async def ended(spare, word, *, listen=False):
    await spare.become(words(word), listen=listen)
    said = (await spare.stderr.read()).decode() if listen else ""
    return await spare.wait(), said

async def main(forked):
{body}

forked = spares.fork({count})
print(json.dumps(asyncio.run(main(forked))), flush=True)
"""

Play = Callable[..., Any]


@pytest.fixture
def play(tmp_path: Path) -> Play:
    """Give what runs the body of a coroutine in a process of its own, with so many spares, and gives back what that returned."""
    (tmp_path / "program.py").write_text(PROGRAM, encoding="utf-8")

    def run(body: str, count: int = 1) -> Any:
        source = PARENT.format(folder=str(tmp_path), body=indent(body, "    "), count=count)
        ran = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True, timeout=30)
        return json.loads(ran.stdout)

    return run


def test_a_spare_is_the_program_it_is_told_to_be(play: Play) -> None:
    pid, told = play("return forked[0].pid, (await ended(forked[0], 'tell', listen=True))[1].splitlines()")

    assert told == [f"{pid} ['tell'] __main__ SIG_IGN ", f"{sys.executable} -m program tell"]


@pytest.mark.parametrize(
    ("word", "status", "said"),
    [("status", 3, ""), ("text", 1, "what is wrong"), ("fault", 1, "RuntimeError: a fault"), ("none", 0, "")],
)
def test_a_spare_ends_as_the_program_would(play: Play, word: str, status: int, said: str) -> None:
    assert play(f"status, said = await ended(forked[0], {word!r}, listen=True)\nreturn status, said.splitlines()[-1] if said else ''") == [
        status,
        said,
    ]


def test_a_child_from_a_spare_that_is_killed_comes_back_as_a_new_program(play: Play) -> None:
    spare, first, second, lines = play(
        """
supervisor = Supervisor(lines.append, forked)
child = supervisor.start(Command("child", words("sleep")))
first = await child.starts.get()
os.kill(first, signal.SIGKILL)
second = await child.starts.get()
await supervisor.end([child], 5.0)
return forked[0].pid, first, second, lines
"""
    )

    assert (first == spare, second == spare) == (True, False)
    assert lines[1] == "child: died (signal SIGKILL), starting again in 0.2 s"


def test_a_spare_that_was_killed_is_passed_over(play: Play) -> None:
    dead, living, child = play(
        """
os.kill(forked[0].pid, signal.SIGKILL)
os.waitid(os.P_PID, forked[0].pid, os.WEXITED | os.WNOWAIT)
supervisor = Supervisor(lines.append, forked)
child = supervisor.start(Command("child", words("sleep")))
pid = await child.starts.get()
await supervisor.end([child], 5.0)
return forked[0].pid, forked[1].pid, pid
""",
        2,
    )

    assert child == living != dead


def test_other_commands_leave_the_spares_alone(play: Play) -> None:
    spare, child = play(
        """
supervisor = Supervisor(lines.append, forked)
child = supervisor.start(Command("child", ("/bin/sleep", "600")))
pid = await child.starts.get()
await supervisor.end([child], 5.0)
return forked[0].pid, pid
"""
    )

    assert child != spare


def test_spares_nobody_needed_end_with_their_parent(play: Play) -> None:
    pids = play("return [spare.pid for spare in forked]", 2)

    wait_until_gone(pids)


def test_spares_of_a_killed_parent_are_gone(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM, encoding="utf-8")
    body = """
await forked[0].become(words("sleep"), listen=False)
print(*(spare.pid for spare in forked), flush=True)
await asyncio.sleep(600)
"""
    source = PARENT.format(folder=str(tmp_path), body=indent(body, "    "), count=2)
    with subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pids = [int(word) for word in parent.stdout.readline().split()]
        were = [alive(pid) for pid in pids]
        parent.kill()

    wait_until_gone(pids)
    assert were == [True, True]


def test_what_is_shared_is_no_services_own_and_bears_a_fork() -> None:
    source = """
import os, sys
import libs.cli.up
from libs.cli.spares import load_shared
load_shared()
print([name for name in sys.modules if name.startswith("services.") or name == "libs.common.early"], len(os.listdir("/proc/self/task")))
"""
    ran = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True, timeout=60)

    assert ran.stdout == "[] 1\n"
