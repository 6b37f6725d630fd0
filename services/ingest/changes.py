"""What differs between two configurations, key by key, without ever showing a secret."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from libs.common.config import Config, published
from libs.common.config.problems import LONGEST_VALUE_SHOWN
from libs.common.config.secrets import is_secret, without_login

HIDDEN: Final = "(hidden)"
NOTHING: Final = "(nothing)"


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Give the dotted keys that differ, each with its value before and after, in the order of the file. A list is one value."""
    old, new = dict(_leaves(before)), dict(_leaves(after))
    return [_line(key, old.get(key), new.get(key)) for key in dict.fromkeys((*old, *new)) if old.get(key) != new.get(key)]


def needing_restart(started_with: Config, now: Config) -> list[str]:
    """Give the keys that processes read at their start only and that differ: connection settings, ports, paths, and all secrets."""
    live = {line.split(":", 1)[0] for line in changes(published(started_with.settings), published(now.settings))}
    whole = changes(started_with.settings.model_dump(mode="json"), now.settings.model_dump(mode="json"))
    return [line for line in whole if line.split(":", 1)[0] not in live]


def _leaves(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Give what is set, by dotted key; an empty mapping, like nothing at all, is nothing."""
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{prefix}{key}.")
        elif value is not None:
            yield f"{prefix}{key}", value


def _line(key: str, before: Any, after: Any) -> str:
    if any(is_secret(part) for part in key.split(".")):
        return f"{key}: {HIDDEN}"
    old, new = _shown(before), _shown(after)
    # What differs only where it is not shown: the login in an address, a token in a list, the end of a long text.
    return f"{key}: changed" if old == new else f"{key}: {old} -> {new}"


def _shown(value: Any) -> str:
    if value is None:
        return NOTHING
    text = without_login(json.dumps(_without_secrets(value), ensure_ascii=False))
    return text if len(text) <= LONGEST_VALUE_SHOWN else f"{text[:LONGEST_VALUE_SHOWN]}..."


def _without_secrets(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: HIDDEN if is_secret(key) else _without_secrets(inner) for key, inner in value.items()}
    return [_without_secrets(inner) for inner in value] if isinstance(value, list) else value
