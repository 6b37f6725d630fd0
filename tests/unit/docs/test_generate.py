"""What is made from the code is up to date, and says something about everything."""

import re
from pathlib import Path

import pytest

from docs.generate import __main__ as generate
from docs.generate import configuration

PAGES = list(generate.everything())


def test_there_is_something_to_look_at() -> None:
    assert PAGES


@pytest.mark.parametrize(("path", "text"), PAGES, ids=[path.name for path, _ in PAGES])
def test_what_is_made_from_the_code_is_up_to_date(path: Path, text: str) -> None:
    assert path.read_text(encoding="utf-8") == text, "run make docs"


def test_the_reference_says_what_every_key_means() -> None:
    rows = re.findall(r"^\| `(\S+)` \| .* \| (.*) \|$", configuration.reference(), re.MULTILINE)
    assert [key for key, meaning in rows if not meaning] == []
