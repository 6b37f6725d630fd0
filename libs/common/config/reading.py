"""From the file's text to plain values: YAML, the environment put in, and a limit on everything."""

import math
import os
import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import yaml

from libs.common.config.problems import ConfigError, Problem, shown
from libs.common.config.section import MAX_COINS

LONGEST_FILE_BYTES = 1024 * 1024
DEEPEST = 32
MOST_VALUES = 100_000

_VARIABLE = re.compile(r"\$\{([^}:]+)(?::-([^}]*))?\}")


@dataclass
class Reading:
    """One reading of a file: what was odd, and what was wrong."""

    environment: Mapping[str, str]
    warnings: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    values: int = 0


class _Loader(yaml.SafeLoader):
    """YAML's safe part, which also notes keys that stand twice."""

    twice: list[str]

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 - as YAML's own
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen and key.value != "<<":
                    self.twice.append(f"{key.value} stands twice in one place (line {key.start_mark.line + 1}); the last one counts")
                seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def parse(text: str, reading: Reading) -> dict[str, Any]:
    """Give the file's values: only texts, finite numbers, booleans, null, lists, and mappings with texts as keys.

    Raises ConfigError when it is no YAML mapping; lesser things are noted in `reading`.
    """
    try:
        tree = _tree(text, reading)
    except (yaml.YAMLError, ValueError, TypeError, OverflowError, RecursionError, AttributeError, IndexError, KeyError) as error:
        # Beside its own errors PyYAML lets through those of what it calls: a day that no month has, a number too long, brackets too deep.
        raise ConfigError([Problem("", "", f"YAML; {_in_one_line(error)}")]) from error
    if not isinstance(tree, dict):
        raise ConfigError([Problem("", "", "keys with values (nats, channels, ...)")])
    plain = _mapping(tree, "", 0, reading)
    if reading.problems:
        raise ConfigError(reading.problems)
    return plain


def _tree(text: str, reading: Reading) -> Any:
    loader = _Loader(text)
    loader.twice = reading.warnings
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


def _in_one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__


def _plain(value: Any, key: str, depth: int, reading: Reading) -> Any:
    """Give a value as JSON would hold it, with the environment put into its texts."""
    reading.values += 1
    if depth > DEEPEST or reading.values > MOST_VALUES:
        raise ConfigError([Problem(key, "", f"at most {DEEPEST} levels and {MOST_VALUES} values in all")])
    match value:
        case dict():
            return _mapping(value, key, depth, reading)
        case list():
            return [_plain(each, f"{key}.{index}", depth + 1, reading) for index, each in enumerate(value)]
        case str():
            return _text(value, key, reading)
        case None | bool():
            return value
        case int() | float():
            return _number(value, key, reading)
    if not isinstance(value, date):
        reading.problems.append(Problem(key, type(value).__name__, "a text, a number, true, false, a list or keys"))
    return str(value)


def _number(value: float, key: str, reading: Reading) -> float | None:
    """Give a number that every reader of JSON reads as it is."""
    if isinstance(value, int) and abs(value) > MAX_COINS:
        reading.problems.append(Problem(key, "", f"a number between -{MAX_COINS} and {MAX_COINS}"))
        return None
    if not math.isfinite(value):
        reading.problems.append(Problem(key, str(value), "a finite number"))
        return None
    return value


def _mapping(values: dict[Hashable, Any], key: str, depth: int, reading: Reading) -> dict[str, Any]:
    plain = {}
    for name, value in values.items():
        inner = _name(name)
        if not _is_unicode(inner):
            reading.problems.append(Problem(f"{key}.{inner!a}".lstrip("."), "", "a key in valid Unicode"))
            continue
        plain[inner] = _plain(value, f"{key}.{inner}" if key else inner, depth + 1, reading)
    return plain


def _name(name: Hashable) -> str:
    """Give a key as JSON has it: `1:` and `"1":` are the same."""
    return {None: "null", True: "true", False: "false"}[name] if name is None or isinstance(name, bool) else str(name)


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _text(text: str, key: str, reading: Reading) -> str:
    """Put the environment into a text: `${VAR}`, `${VAR:-default}`. What comes out stays a text."""

    def value_of(place: re.Match[str]) -> str:
        name = place[1]
        default: str | None = place[2]
        value = reading.environment.get(name, default)
        if value is None:
            reading.warnings.append(f"{key}: the variable {name} is not set; it is read as empty")
            return ""
        return value

    filled = _VARIABLE.sub(value_of, text)
    if not _is_unicode(filled):
        reading.problems.append(Problem(key, shown(key, filled), "valid Unicode"))
    return filled


def environment() -> Mapping[str, str]:
    """Give the process's own environment."""
    return os.environ
