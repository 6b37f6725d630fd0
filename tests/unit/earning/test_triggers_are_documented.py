"""Each trigger has its line in the reference."""

from pathlib import Path

from services.earning import triggers

ROOT = Path(__file__).parent.parent.parent.parent


def test_every_trigger_file_stands_in_the_registry_and_in_the_reference() -> None:
    files = {path.stem for path in Path(triggers.__file__).parent.glob("*.py")} - {"__init__"}
    registered = {rule.__name__ for rule in (*triggers.EVERY_MINUTE, *triggers.AT_FIRST_SIGHT)}
    reference = (ROOT / "docs" / "reference" / "triggers.md").read_text(encoding="utf-8")

    assert files == registered
    assert all(f"| `{name}`" in reference for name in ("presence.base", "dwell.{h}h", "onboarding.wallet"))
