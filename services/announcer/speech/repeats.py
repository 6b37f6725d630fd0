"""Which public line the room has just heard. Plain state, on a clock of the caller's in seconds."""

from typing import Final

from services.announcer.speech.queues import Utterance

EACH_COUNTS: Final = frozenset({None, "jackpot"})
"""Lines that are said however often they come; None: a finished text."""


class Repeats:
    """Public lines said lately."""

    def __init__(self) -> None:
        self._said_at: dict[str, float] = {}

    def note(self, utterance: Utterance, now: float) -> None:
        """Take that this was said."""
        if _may_repeat(utterance):
            self._said_at[utterance.text] = now

    def knows(self, utterance: Utterance, since: float) -> bool:
        """Tell whether the same was said since then."""
        return _may_repeat(utterance) and self._said_at.get(utterance.text, since) > since

    def forget(self, until: float) -> None:
        """Let go of what was said until then."""
        self._said_at = {text: at for text, at in self._said_at.items() if at > until}


def _may_repeat(utterance: Utterance) -> bool:
    return utterance.lane == "chat" and any(item.announcement.line not in EACH_COUNTS for item in utterance.items)
