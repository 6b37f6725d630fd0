"""A room whose people talk, for tests of what is paid for lines."""

from typing import Any

from tests.support.earning_stage import QUIET, Stage
from tests.support.script import BOT, SILENT

LOUD: dict[str, Any] = {name: section for name, section in QUIET.items() if name not in SILENT}
"""Everything is paid for what is written, and else only the minutes."""


def only(trigger: str, **section: Any) -> dict[str, Any]:
    """Give a configuration in which one thing alone is paid for what is written."""
    family = "chat_triggers" if trigger in SILENT["chat_triggers"] else "social_triggers"
    return {**QUIET, family: {**SILENT[family], trigger: section}}


def room(changes: dict[str, Any], *people: str, at: str = "11:00") -> Stage:
    """Give a room in which people and the robot have been for an hour, and somebody spoke at 11:59."""
    stage = Stage(changes)
    stage.listed(at, BOT, *people)
    stage.chat("11:59", "opener", text="-")
    return stage
