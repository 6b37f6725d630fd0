"""Duels as a part of the games."""

import time
from collections.abc import Callable
from typing import Final

from libs.common.aliases import Aliases
from libs.common.config import Rules
from libs.common.contracts.events import Event
from libs.common.durable import Unit
from services.games.duel.answers import Answers
from services.games.duel.endings import Endings
from services.games.duel.offers import Offers
from services.games.part import Part, Tools

HEARING_SECONDS: Final = 4.0
"""No offer runs out so soon after the first event that is read: whoever took it in time, while this was down, asks again by then."""


def part(tools: Tools, clock: Callable[[], float] = time.monotonic) -> Part:
    """Give the part."""
    aliases = Aliases(tools.ask, tools)
    endings = Endings(tools)
    since: list[float] = []

    def on_event(unit: Unit, event: Event, _rules: Rules) -> None:
        if not since:
            since.append(clock())
        if clock() - since[0] >= HEARING_SECONDS:
            endings.expire(unit, event)

    verbs = (*Offers(tools, aliases).verbs, *Answers(tools, endings).verbs, *endings.verbs)
    return Part(verbs, on_event, aliases.run)
