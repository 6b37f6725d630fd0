"""What a reload says it changed."""

import json
from pathlib import Path
from typing import Any

import pytest

from libs.common.config import Config
from libs.common.config.loading import read
from services.ingest.changes import changes, needing_restart


def config(**sections: Any) -> Config:
    needed = {"nats": {"servers": ["nats://127.0.0.1:4222"]}, "channels": [{"domain": "cytu.be", "channel": "lounge"}]}
    return Config(*_settings({**needed, **sections}))


def _settings(values: dict[str, Any]) -> tuple[Any, Path, list[str]]:
    settings, warnings = read(json.dumps(values), {})
    return settings, Path("config.yaml"), warnings


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 3, "c": 2}}, ["a.b: 1 -> 3"]),
        ({"a": {}}, {"a": {"b": "x"}}, ['a.b: (nothing) -> "x"']),
        ({"a": {"b": True}}, {}, ["a.b: true -> (nothing)"]),
        ({"a": None}, {}, []),
        ({"names": ["x"]}, {"names": ["x", "y"]}, ['names: ["x"] -> ["x", "y"]']),
        ({"a": "x" * 90 + "1"}, {"a": "x" * 90 + "2"}, ["a: changed"]),
        ({"api_token": "one"}, {"api_token": "two"}, ["api_token: (hidden)"]),
        ({"secret": {"a": 1}}, {"secret": {"a": 2}}, ["secret.a: (hidden)"]),
        ({"url": "nats://me:pw@host"}, {"url": "nats://me:pw@there"}, ['url: "nats://host" -> "nats://there"']),
        ({"url": "nats://me:pw@host"}, {"url": "nats://me:other@host"}, ["url: changed"]),
        ({"list": [{"token": "a"}]}, {"list": [{"token": "b"}]}, ["list: changed"]),
    ],
)
def test_each_key_that_differs_is_told_without_secrets(before: dict[str, Any], after: dict[str, Any], told: list[str]) -> None:
    assert changes(before, after) == told


def test_ports_and_addresses_need_a_restart() -> None:
    assert needing_restart(config(), config(metrics={"port": 4000})) == ["metrics.port: 28286 -> 4000"]


def test_rules_need_none() -> None:
    assert needing_restart(config(), config(presence={"base_rate_per_minute": 9}, admin={"owner_level": 5})) == []


def test_a_secret_among_the_rules_needs_one() -> None:
    before, after = (config(mediacms={"base_url": "http://x", "api_token": token}) for token in ("one", "two"))
    assert needing_restart(before, after) == ["mediacms.api_token: (hidden)"]
