"""Our part of a channel's style sheet: read out of it, and put back, with all else left as it is, byte for byte.

Ours is what stands between two marker comments: rules that give a color to names, nothing else. The older program's block is recognised
by its own markers, and still older rules by the comment above them. Whatever else somebody wrote into the block is kept, before it.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from libs.common.config.shop import ChatColor
from libs.common.names import fold

LONGEST: Final = 20_000
"""UTF-16 units; CyTube cuts what is longer without a word."""

_NAME: Final = r"[A-Za-z0-9_-]{1,30}"
_PLACE: Final = "{username}"
_USUAL: Final = ChatColor()
_COMMENT: Final = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A style sheet without our part, and what our part said."""

    before: str
    after: str
    colors: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """By folded name: the name as written, and `#RRGGBB`."""
    managed: bool = False
    """Whether there was a block of ours."""
    important: bool = False
    """Whether its rules overrode others (`!important`): then they go on doing so."""


@dataclass(frozen=True, slots=True)
class _Rule:
    names: tuple[str, ...]
    color: str
    important: bool


def can_name(section: ChatColor) -> bool:
    """Tell whether the configured selector tells one viewer from another."""
    return _PLACE in section.css_selector_template


def read(css: str, section: ChatColor, protected: Collection[str] = ()) -> Sheet:
    """Take our part out of a style sheet.

    Args:
        css: the whole text.
        section: the markers and the selector.
        protected: folded names whose colors are not ours to keep: they become plain rules outside.
    """
    grammar = _Grammar(section)
    text, place, rules, foreign = css, None, list[_Rule](), list[str]()
    for begin, end in _markers(section):
        while (start := text.find(begin)) >= 0:
            body, rest = grammar.body(text[start + len(begin) :], end)
            found, other = grammar.parse(body)
            rules, foreign = rules + found, foreign + other
            text, place = text[:start] + rest, start if place is None else min(place, start)
    managed, place = place is not None, len(text) if place is None else place
    before, older = grammar.without_legacy(text[:place], section.css_legacy_marker)
    after, more = grammar.without_legacy(text[place:], section.css_legacy_marker)
    rules = [*older, *more, *rules]
    colors = {fold(name): (name, rule.color) for rule in rules for name in rule.names}
    important = any(rule.important for rule in rules)
    kept = [
        *foreign,
        *(_line(section, colors.pop(user)[:1], color, important) for user, (_, color) in list(colors.items()) if user in protected),
    ]
    if kept:
        before = "\n".join([_ended(before) + kept[0], *kept[1:], ""])
    return Sheet(before, after, colors, managed, important)


def write(sheet: Sheet, colors: Iterable[tuple[str, str]], section: ChatColor) -> str:
    """Give the style sheet with these colors (names as the room spells them, `#RRGGBB`) as our part."""
    rules = [_line(section, names, color, sheet.important) for names, color in _grouped(colors)]
    if not rules and not sheet.managed:
        return sheet.before + sheet.after
    begin, end = next(_markers(section))
    return _ended(sheet.before) + "\n".join([begin, *rules, end]) + sheet.after


class _Grammar:
    """The rules that can be ours under one selector."""

    def __init__(self, section: ChatColor) -> None:
        head, _, tail = section.css_selector_template.partition(_PLACE)
        selector = f"{re.escape(head.strip())}{{}}{re.escape(tail.strip())}" if can_name(section) else "(?!){}"
        several = rf"{selector.format(_NAME)}(?:\s*,\s*{selector.format(_NAME)})*"
        self._rule = re.compile(rf"\s*({several})\s*\{{\s*color\s*:\s*(#[0-9A-Fa-f]{{6}})\s*(!\s*important)?\s*;?\s*\}}", re.ASCII)
        self._marks = {mark for pair in _markers(section) for mark in pair} | {section.css_legacy_marker}
        self._selector = re.compile(selector.format(f"({_NAME})"), re.ASCII)

    def body(self, text: str, end: str) -> tuple[str, str]:
        """Give what stands in a block, and what behind it. One whose end is gone ends with the last rule of ours."""
        place = text.find(end)
        if place >= 0:
            return text[:place], text[place + len(end) :]
        stop = self._run(text)[1]
        return text[:stop], text[stop:]

    def parse(self, body: str) -> tuple[list[_Rule], list[str]]:
        """Give the rules that are ours, and each piece that is not."""
        rules, foreign, place = list[_Rule](), list[str](), 0
        while place < len(body):
            found, after = self._run(body[place:])
            rules += found
            place += after
            piece = _statement(body[place:])
            place += len(piece)
            if piece.strip() and piece.strip() not in self._marks:
                foreign.append(piece.strip())
        return rules, foreign

    def without_legacy(self, text: str, marker: str) -> tuple[str, list[_Rule]]:
        """Take out the rules that stand right under the older marker, and the marker over them."""
        rules, place = list[_Rule](), 0
        while marker and (start := text.find(marker, place)) >= 0:
            found, length = self._run(text[start + len(marker) :])
            rules += found
            if found:
                text = text[:start] + text[start + len(marker) + length :]
            place = start if found else start + len(marker)
        return text, rules

    def _run(self, text: str) -> tuple[list[_Rule], int]:
        """Give the rules of ours with which a text begins, and where they end."""
        rules, place = list[_Rule](), 0
        while (found := self._rule.match(text, place)) is not None:
            names = tuple(each[1] for each in self._selector.finditer(found[1]))
            rules.append(_Rule(names, found[2].upper(), found[3] is not None))
            place = found.end()
        return rules, place


def _markers(section: ChatColor) -> Iterator[tuple[str, str]]:
    """Give the markers of blocks that are ours: the configured ones (as far as there are two), and the older program's."""
    pairs = ((section.css_block_begin, section.css_block_end), (_USUAL.css_block_begin, _USUAL.css_block_end))
    yield from (pair for pair in dict.fromkeys(pairs) if all(pair))


def _grouped(colors: Iterable[tuple[str, str]]) -> Iterator[tuple[list[str], str]]:
    """Give the names of each color together: the sheet is short of room."""
    by_color = sorted(colors, key=lambda each: (each[1], fold(each[0])))
    groups = [([name for name, _ in group], color) for color, group in groupby(by_color, key=lambda each: each[1])]
    yield from sorted(groups, key=lambda group: fold(group[0][0]))


def _ended(text: str) -> str:
    """Give a text whose last line is ended."""
    return text if not text or text.endswith("\n") else f"{text}\n"


def _line(section: ChatColor, names: Iterable[str], color: str, important: bool) -> str:  # noqa: FBT001 - the caller's own word
    selectors = ", ".join(section.css_selector_template.replace(_PLACE, name) for name in names)
    return f"{selectors} {{ color: {color}{' !important' if important else ''}; }}"


def _statement(text: str) -> str:
    """Give the first statement of a style sheet, whatever it says: a comment, a rule with all its braces, or what ends with a semicolon."""
    blank = len(text) - len(text.lstrip())
    comment = _COMMENT.match(text, blank)
    if comment is not None:
        return text[: comment.end()]
    depth = 0
    for place in range(blank, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if (text[place] == "}" and depth <= 0) or (text[place] == ";" and depth == 0):
            return text[: place + 1]
    return text
