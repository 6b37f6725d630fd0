from pathlib import Path

from services.commands.handlers import COMMANDS

REFERENCE = (Path(__file__).parents[3] / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")


def test_every_command_and_alias_stands_in_the_reference() -> None:
    for command in COMMANDS.commands:
        assert f"`{command.usage}`" in REFERENCE
        assert all(f"`{alias}`" in REFERENCE for alias in command.aliases)
