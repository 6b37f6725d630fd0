"""The commands as a whole: all are there, and none is in another's way."""

import ast
import re
from pathlib import Path

from typer.testing import CliRunner

import libs.cli
from libs.cli.main import PLACES, app


def said(*words: str) -> str:
    return CliRunner().invoke(app, words, env={"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"}).output


def test_every_command_is_listed_with_what_it_does() -> None:
    listed = said("--help")

    assert [name for name in PLACES if not re.search(rf"\b{name}\b +\S", listed)] == []


def test_the_nearest_of_an_unknown_command_is_told() -> None:
    assert "Did you mean 'provision'" in said("provison")


def test_commands_are_imported_only_when_they_are_called() -> None:
    folder = Path(libs.cli.__path__[0])
    trees = [ast.parse((folder / name).read_text(encoding="utf-8")) for name in ("main.py", "bare.py")]

    imported = {alias.name for tree in trees for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names}

    assert imported & {path.stem for path in folder.glob("*.py")} == {"bare"}
