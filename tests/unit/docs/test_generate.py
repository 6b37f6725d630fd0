"""What is made from the code is up to date, and says something about everything."""

import re

import pytest

from docs.generate import __main__ as generate
from docs.generate import configuration


def test_there_is_something_to_look_at() -> None:
    assert "configuration" in generate.generators()


@pytest.mark.parametrize("generator", generate.generators())
def test_what_is_made_from_the_code_is_up_to_date(generator: str) -> None:
    for path, text in generate.pages(generator):
        assert path.read_text(encoding="utf-8") == text, f"{path.name} is out of date: run make docs"


def test_the_reference_says_what_every_key_means() -> None:
    rows = re.findall(r"^\| `(\S+)` \| .* \| (.*) \|$", configuration.reference(), re.MULTILINE)
    assert [key for key, meaning in rows if not meaning] == []
