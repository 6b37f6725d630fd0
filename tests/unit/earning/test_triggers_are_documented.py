"""Each trigger has its line in the reference."""

import importlib
import re
from pathlib import Path

from services.earning import triggers

ROOT = Path(__file__).parent.parent.parent.parent
FOLDER = Path(triggers.__file__).parent
FILES = sorted(path.relative_to(FOLDER) for path in FOLDER.rglob("*.py") if path.stem != "__init__")


def test_every_trigger_file_stands_in_a_registry() -> None:
    registries = [value for name, value in vars(triggers).items() if name.isupper()]

    assert {path.stem for path in FILES} == {rule.__name__ for registry in registries for rule in registry}


def test_every_trigger_stands_in_the_reference() -> None:
    reference = (ROOT / "docs" / "reference" / "triggers.md").read_text(encoding="utf-8")
    modules = [importlib.import_module(".".join([triggers.__name__, *path.with_suffix("").parts])) for path in FILES]
    first_lines = [(module.__doc__ or "").partition(":")[0] for module in modules]
    named = [name for line in first_lines for name in re.findall("`([^`]+)`", line)]

    assert len(named) >= len(FILES)
    assert [name for name in named if f"| `{name}`" not in reference] == []
