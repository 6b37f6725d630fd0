"""The operator's own texts, with names in braces where figures go."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_PLACE = re.compile(r"\{([A-Za-z_]+)\}")


@dataclass(frozen=True, slots=True, init=False)
class Places:
    """In a field's annotation: the names that may stand in braces in its text."""

    names: tuple[str, ...]

    def __init__(self, *names: str) -> None:
        object.__setattr__(self, "names", names)


def fill(text: str, /, **values: object) -> str:
    """Put values into their places; whatever else stands in the text, braces too, stays as it is.

    An operator's text can thus never make a rule fail, as `str.format` would.
    """
    return _PLACE.sub(lambda place: str(values.get(place[1], place[0])), text)


def strangers(text: str, known: Iterable[str]) -> list[str]:
    """Give the places of a text that nothing will fill."""
    return sorted({place[1] for place in _PLACE.finditer(text)} - set(known))
