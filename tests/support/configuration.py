"""Configurations in a few words."""

from functools import reduce
from pathlib import Path
from typing import Any

import pytest
import yaml

from libs.common.config import ConfigError, Settings, read
from libs.common.config.problems import Problem

ROOT = Path(__file__).parents[2]
OLDER = ROOT / "tests" / "compat" / "config-0.15.3.yaml"
EXAMPLE = ROOT / "config.example.yaml"
LEAST = {"nats": {"servers": ["nats://localhost:4222"]}, "channels": [{"domain": "cytu.be", "channel": "lounge"}]}


def settings(**sections: Any) -> Settings:
    return read(yaml.safe_dump({**LEAST, **sections}), {})[0]


def warnings(**sections: Any) -> list[str]:
    return read(yaml.safe_dump({**LEAST, **sections}), {})[1]


def problems(text: str | None = None, **sections: Any) -> dict[str, Problem]:
    with pytest.raises(ConfigError) as raised:
        read(yaml.safe_dump({**LEAST, **sections}) if text is None else text, {})
    return {problem.key: problem for problem in raised.value.problems}


def nested(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """Give keys within keys down to a value."""
    return reduce(lambda inner, key: {key: inner}, reversed(path), value)
