"""`python -m docs.generate [--check]`."""

import argparse
import importlib
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path

from docs import generate

ROOT = Path(__file__).parents[2]


def generators() -> list[str]:
    """Name what gives generated files."""
    return sorted(found.name for found in pkgutil.iter_modules(generate.__path__) if found.name != "__main__")


def pages(generator: str) -> Iterator[tuple[Path, str]]:
    """Give the files that one of them makes: where each belongs, and what belongs into it."""
    module = importlib.import_module(f"{generate.__name__}.{generator}")
    for path, text in getattr(module, "pages", tuple)():
        yield ROOT / path, text


def main() -> int:
    """Write what differs; with `--check` only name it, and give 1 if there is any."""
    parser = argparse.ArgumentParser(prog="python -m docs.generate")
    parser.add_argument("--check", action="store_true", help="only tell what is out of date")
    check = parser.parse_args().check
    stale = [
        (path, text) for name in generators() for path, text in pages(name) if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    for path, text in stale:
        print(f"{path.relative_to(ROOT)}{': out of date, run python -m docs.generate' if check else ': written'}")
        if not check:
            path.write_text(text, encoding="utf-8")
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
