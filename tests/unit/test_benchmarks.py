"""The benchmarks are named where one looks for them. What they measure is no test's business."""

from pathlib import Path

from benchmarks.__main__ import ALL

PAGE = Path(__file__).parents[2] / "benchmarks" / "README.md"


def test_every_benchmark_is_described() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [name for name in ALL if f"| `{name}` |" not in page] == []
