"""Public lines that are kept a moment, so that those of one kind are said as one. Plain state, on a clock of the caller's in seconds."""

from collections.abc import Callable, Iterator
from typing import Final

from services.announcer.speech.queues import Item

LARGEST: Final = 50
"""Lines that are said as one, at most."""


class Batches:
    """What is kept, by what may be said together."""

    def __init__(self) -> None:
        self._kept: dict[str, list[Item]] = {}
        self._due: dict[str, float] = {}

    def __bool__(self) -> bool:
        return bool(self._kept)

    def __iter__(self) -> Iterator[Item]:
        return (item for items in self._kept.values() for item in items)

    @property
    def due_seconds(self) -> float:
        """When the first batch is due; there is one."""
        return min(self._due.values())

    def keep(self, batch: str, item: Item, due_seconds: float) -> None:
        """Keep a line; the first of a batch says when the batch is due."""
        items = self._kept.setdefault(batch, [])
        items.append(item)
        self._due.setdefault(batch, due_seconds)
        if len(items) >= LARGEST:
            self._due[batch] = float("-inf")

    def take(self, now: float, *, full_only: bool = False) -> Iterator[list[Item]]:
        """Give what is due, a batch at a time; `full_only`: what can take no more."""
        latest = float("-inf") if full_only else now
        for batch in [batch for batch, due in self._due.items() if due <= latest]:
            del self._due[batch]
            yield self._kept.pop(batch)

    def drop(self, unwanted: Callable[[Item], bool]) -> list[Item]:
        """Let go of what is no longer wanted, and give it."""
        dropped = [item for item in self if unwanted(item)]
        for batch in list(self._kept) if dropped else ():
            self._kept[batch] = [item for item in self._kept[batch] if not unwanted(item)]
            if not self._kept[batch]:
                del self._kept[batch], self._due[batch]
        return dropped
