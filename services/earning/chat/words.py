"""What stands in a line: names, praise, laughter, pictures. Pure, and quick however long the line is.

A line comes as plain text: entities are decoded, and a link is there once.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import sha256
from itertools import groupby, islice
from typing import Final
from urllib.parse import urlsplit

from libs.common.names import fold

NAME_MAX: Final = 20
"""Characters of a name."""
_FEW_WORDS: Final = 3
_SERIOUS: Final = frozenset({"dead"})
"""Laughter only in a line of few words: in longer ones it is often meant."""
_RUN_MAX: Final = 3

_SPACE: Final = re.compile(r"\s+")
_RUN: Final = re.compile(r"(.)\1{3,}")
_WORD: Final = re.compile(r"\w+")
_LINK: Final = re.compile(r"https?://\S+", re.IGNORECASE)
_LINK_ENDS: Final = ".,;:!?'\")]}>"
_GIF_SITES: Final = ("giphy.com", "tenor.com")
_NAME: Final = re.compile(r"[A-Za-z0-9_-]+")
_PRAISE: Final = re.compile(r"(?<![^\s(\[{<\"'“«,;])@?([A-Za-z0-9_-]{1,20})\+\+(?![\w+-])")

Runs = tuple[tuple[str, int], ...]


def identity(user: str, time_ms: int, html: str) -> str:
    """Give what one line is known by, however often CyTube repeats it: who said it (folded), when by CyTube's clock, and what."""
    return sha256(f"{user} {time_ms} {html}".encode()).hexdigest()[:20]


def length(text: str) -> int:
    """Count characters as they count for a long line: any white space between words as one, a drawn out character as three at most."""
    return len(_RUN.sub(r"\1" * _RUN_MAX, _SPACE.sub(" ", text.strip())))


def is_command(text: str) -> bool:
    """Tell whether a line is meant for a robot."""
    return text.lstrip().startswith("!")


def praised(text: str) -> list[str]:
    """Give whom a line praises by `name++` (folded), each once, in order."""
    return list(dict.fromkeys(fold(name) for name in _PRAISE.findall(text)))


def named(text: str) -> list[str]:
    """Give what may be a name in a line (folded), each once, in order. Links and praise name nobody."""
    text = _without_links(text)
    if "++" in text:
        text = _PRAISE.sub(" ", text)
    return list(dict.fromkeys(fold(name) for name in _NAME.findall(text) if len(name) <= NAME_MAX))


def is_laugh(text: str, tokens: Sequence[str]) -> bool:
    """Tell whether a line laughs: one of the tokens stands in it.

    A word stands by itself, in any case; its letters may be drawn out, and its last two go on (`loool`, `lolol`, `HAHAHAH`). What has
    other characters than letters stands between spaces (`:D`), or anywhere if none of them is plain ASCII (`😂`).
    """
    laughter, text = _laughter(tuple(tokens)), _without_links(text)
    if any(sign in text for sign in laughter.signs):
        return True
    if laughter.marks and not laughter.marks.isdisjoint(text.casefold().split()):
        return True
    few = len(text.split(maxsplit=_FEW_WORDS)) <= _FEW_WORDS
    return any(
        _goes_on(runs, token)
        for word in _WORD.findall(text.casefold())
        for token in laughter.words.get(word[0], ())
        if (few or not _spells(token, _SERIOUS)) and (runs := _runs(word))
    )


def has_gif(text: str) -> bool:
    """Tell whether a line has a link to a moving picture."""
    return "://" in text and any(_is_gif(link.rstrip(_LINK_ENDS)) for link in _LINK.findall(text))


class _Laughter:
    """Tokens by how they are looked for."""

    def __init__(self, tokens: Iterable[str]) -> None:
        self.words: dict[str, list[Runs]] = {}
        self.marks: set[str] = set()
        self.signs: list[str] = []
        for token in filter(None, map(str.casefold, tokens)):
            if _WORD.fullmatch(token):
                self.words.setdefault(token[0], []).append(_runs(token))
            elif any(character.isascii() for character in token):
                self.marks.add(token)
            else:
                self.signs.append(token)


@lru_cache(maxsize=16)
def _laughter(tokens: tuple[str, ...]) -> _Laughter:
    return _Laughter(tokens)


def _without_links(text: str) -> str:
    return _LINK.sub(" ", text) if "://" in text else text


def _runs(word: str) -> Runs:
    """Give each character with how often it stands there in a row."""
    return tuple((character, len(list(row))) for character, row in groupby(word))


def _spells(token: Runs, words: frozenset[str]) -> bool:
    return "".join(character * count for character, count in token) in words


def _goes_on(word: Runs, token: Runs) -> bool:
    """Tell whether a word is a token, drawn out and with its last two letters over and over."""
    if len(word) < len(token):
        return False
    if any(there[0] != needed[0] or there[1] < needed[1] for there, needed in zip(word, token, strict=False)):
        return False
    tail = [character for character, _ in token[-2:]]
    return all(there[0] == tail[number % len(tail)] for number, there in enumerate(islice(word, len(token), None)))


def _is_gif(link: str) -> bool:
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:  # such as an address that is none: `http://[`
        return False
    return parts.path.lower().endswith((".gif", ".gifv")) or any(host == site or host.endswith(f".{site}") for site in _GIF_SITES)
