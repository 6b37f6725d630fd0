"""The configuration as it travels: what a `Configuration` event carries, and what a service makes of it."""

import hashlib
import json
from typing import Any

from pydantic import ValidationError

from libs.common.config.problems import ConfigError, problems_of
from libs.common.config.secrets import is_secret, without_login
from libs.common.config.settings import Rules, Settings

PUBLISHED = frozenset(Rules.model_fields)
"""The sections that are published; all others stay with the process whose file they stand in."""


def published(settings: Settings) -> dict[str, Any]:
    """Give all that the rules need as plain JSON values: no connection settings, and no secrets however deep they stand."""
    values = settings.model_dump(mode="json", include=set(PUBLISHED))
    return {name: _without_secrets(value) for name, value in values.items() if value is not None}


def version(published: dict[str, Any]) -> str:
    """Give the name of these rules: the same rules, the same name (16 hexadecimal digits)."""
    canonical = json.dumps(published, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def rules(published: dict[str, Any]) -> Rules:
    """Give the typed rules back. Keys that another version of the program published, and this one does not know, are passed over.

    Raises ConfigError.
    """
    try:
        return Rules.model_validate(published, extra="ignore")
    except ValidationError as error:
        raise ConfigError(problems_of(error, Rules)) from error


def _without_secrets(value: Any) -> Any:
    match value:
        case dict():
            return {key: _without_secrets(inner) for key, inner in value.items() if not is_secret(key)}
        case list():
            return [_without_secrets(inner) for inner in value]
        case str():
            return without_login(value)
        case _:
            return value
