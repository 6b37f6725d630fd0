from pathlib import Path

from docs.generate.commands import reference

REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "commands.md"


def test_the_reference_is_what_the_registry_says() -> None:
    assert REFERENCE.read_text(encoding="utf-8") == reference(), "out of date: run `python -m docs.generate`"
