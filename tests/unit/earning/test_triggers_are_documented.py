"""Each trigger has its line in the reference."""

import importlib
import re
from pathlib import Path

from services.earning import triggers

ROOT = Path(__file__).parent.parent.parent.parent


def test_every_trigger_file_stands_in_a_registry() -> None:
    files = {path.stem for path in Path(triggers.__file__).parent.glob("*.py")} - {"__init__"}
    registries = [value for name, value in vars(triggers).items() if name.isupper()]

    assert files == {rule.__name__ for registry in registries for rule in registry}


def test_every_trigger_stands_in_the_reference() -> None:
    files = {path.stem for path in Path(triggers.__file__).parent.glob("*.py")} - {"__init__"}
    reference = (ROOT / "docs" / "reference" / "triggers.md").read_text(encoding="utf-8")
    first_lines = [(importlib.import_module(f"{triggers.__name__}.{file}").__doc__ or "").partition(":")[0] for file in files]
    named = [name for line in first_lines for name in re.findall("`([^`]+)`", line)]

    assert len(named) >= len(files)
    assert [name for name in named if f"| `{name}`" not in reference] == []
