"""`event.{name}.presence`: coins for being there when a scheduled event begins."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from libs.common.config import Rules
from services.earning.notices import attended
from services.earning.pay.awards import REASON_MAX, Award, Notice
from services.earning.pay.occasions import Attendance

_NAME_CHARACTERS: Final = 100
"""What a key has room for."""


def event_bonus(there: Attendance, rules: Rules) -> Iterator[Award]:
    """Pay one share, or the whole of it where it is not shared."""
    name = there.event
    known = name if len(name) <= _NAME_CHARACTERS else f"{name[:_NAME_CHARACTERS]}#{sha256(name.encode()).hexdigest()[:8]}"
    yield Award(
        user=there.user,
        name=there.name,
        key=f"event:{there.channel}:{known}:{there.begins}:{there.user}",
        type="event_bonus",
        trigger=f"event.{name}.presence",
        amount=there.coins,
        at=there.at,
        reason=f"There when {name[:REASON_MAX]} began",
        notice=Notice(attended(name, there.coins, rules.currency), automatic=True),
        cause=there.cause,
    )
