"""What a benchmark gives, and how it is shown."""

import os
import platform
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import quantiles

from tests.support.nats import binary


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure beside what it should be."""

    what: str
    value: float
    unit: str
    aim: str = ""
    note: str = ""


def percentile(values: Sequence[float], percent: int) -> float:
    """Give the value below which `percent` of the values lie."""
    return quantiles(values, n=100, method="inclusive")[percent - 1] if len(values) > 1 else values[0]


def machine() -> str:
    """Say on what, and with what, it was measured."""
    server = subprocess.run([binary() or "nats-server", "--version"], capture_output=True, text=True, check=False).stdout.split()[-1]
    libraries = ", ".join(f"{name} {version(name)}" for name in ("faststream", "nats-py", "kryten-py"))
    return (
        f"{_processor()}, {os.cpu_count()} cores, {_memory_gib():.0f} GiB, {platform.system()} {platform.release()}\n"
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, nats-server {server}, {libraries}\n"
        f"one flush to this disk: {_flush_ms():.2f} ms"
    )


def table(figures: Sequence[Figure]) -> str:
    """Show figures in columns."""
    lines = [("figure", "measured", "aim", "")]
    lines += [(f.what, f"{_number(f.value)} {f.unit}", f.aim, f.note) for f in figures]
    widths = [max(len(line[column]) for line in lines) for column in range(3)]
    return "\n".join(
        "  ".join((*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[3])).rstrip() for line in lines
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for entry in info.read_text(encoding="utf-8").splitlines():
            if entry.startswith("model name"):
                return entry.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def _memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def _flush_ms(times: int = 50) -> float:

    with tempfile.NamedTemporaryFile() as file:
        began = time.perf_counter()
        for _ in range(times):
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
        return (time.perf_counter() - began) / times * 1000
