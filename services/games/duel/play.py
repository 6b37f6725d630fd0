"""Duels as a part of the games."""

import time
from collections.abc import Callable
from typing import Final

from libs.common.aliases import Aliases
from libs.common.config import Rules
from libs.common.contracts.events import Event
from libs.common.durable import Unit
from libs.common.parts import Part
from services.games.duel.answers import Answers
from services.games.duel.endings import Endings
from services.games.duel.offers import Offers
from services.games.part import Tools

HEARING_SECONDS: Final = 4.0
"""No offer runs out so soon after the first event that is read: whoever took it in time, while this was down, asks again by then."""


class _Hearing:
    """The time in which a new process lets nothing run out. By the wall clock: it is about who is on the way to it, not about the room."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._until: float | None = None

    def is_over(self) -> bool:
        """Tell so; it begins when this is first asked."""
        now = self._clock()
        if self._until is None:
            self._until = now + HEARING_SECONDS
        return now >= self._until


def part(tools: Tools, clock: Callable[[], float] = time.monotonic) -> Part:
    """Give the part."""
    aliases = Aliases(tools.ask, tools)
    endings = Endings(tools)
    hearing = _Hearing(clock)

    def on_event(unit: Unit, event: Event, _rules: Rules) -> None:
        if hearing.is_over():
            endings.expire(unit, event)

    verbs = (*Offers(tools, aliases).verbs, *Answers(tools, endings).verbs, *endings.verbs)
    return Part(verbs, on_event, aliases.run)
