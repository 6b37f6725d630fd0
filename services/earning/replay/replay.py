"""A replay: the same events under the configurations that were recorded, and under another one."""

import copy
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from libs.common import config
from libs.common.contracts.events import Checkpoint, Configuration, Event, Roster, Tick, UserList
from libs.common.contracts.ledger import Transaction
from services.earning.replay.opening import Opening, seed
from services.earning.replay.run import Run, booked, earned_at
from services.earning.store.scratch import Scratch


@dataclass(frozen=True, slots=True)
class Span:
    """What is counted: the end is not in it."""

    begins: datetime
    ends: datetime


class Replay:
    """Plays one stream of events twice from the first moment of the span on; what comes before it, once.

    Until then the recorded configuration holds in both, so that all that differs comes of the other one. Randomness follows from events,
    so it is the same in both.
    """

    def __init__(self, span: Span, recorded: Configuration, other: Mapping[str, Any], openings: Mapping[str, Opening]) -> None:
        """Take what is counted, the configuration in force when the events begin, other settings (as published), and how channels stood.

        Raises:
            ConfigError: the recorded configuration can't be read by this version.
        """
        self.booked: dict[str, Counter[str]] = defaultdict(Counter)
        """What earning really had minted within the span, by channel and trigger."""
        self.opened: dict[str, int] = {
            channel: sum(each.balance for each in opening.coins.values()) for channel, opening in openings.items()
        }
        """What viewers had between them when the events begin, by channel."""
        self.events = 0
        """Played so far."""
        self._span = span
        self._recorded = recorded
        self._other = dict(other)
        self._version = config.version(self._other)
        self._listed: set[str] = set()
        rules, scratch = config.rules(recorded.settings), Scratch()
        for channel, opening in openings.items():
            seed(scratch, channel, opening, rules)
        self.recorded = Run(scratch, span.begins, span.ends)
        self.recorded.play(recorded)
        self._under_other: Run | None = None
        self.over = False
        """Whether a tick has said that the span is over."""

    @property
    def other(self) -> Run:
        """The run under the other configuration: of its own from the first moment of the span on."""
        return self.recorded if self._under_other is None else self._under_other

    def play(self, event: Event) -> None:
        """Let an event happen in both."""
        self.events += 1
        if isinstance(event, Configuration):
            self._recorded = event
        if self._under_other is None and event.at >= self._span.begins:
            self._part(event)
        event = self._listing(event)
        self.recorded.play(event)
        if self._under_other is not None:
            self._under_other.play(self._translated(event))
        self.over = isinstance(event, Tick) and event.at >= self._span.ends

    def tell(self, transaction: Transaction) -> None:
        """Let the books tell of a transaction, in both."""
        paid = booked(transaction)
        if paid is not None and self._span.begins <= earned_at(transaction.at, paid[0]) < self._span.ends:
            self.booked[transaction.channel][paid[0]] += paid[1]
        self.recorded.tell(transaction)
        if self._under_other is not None:
            self._under_other.tell(transaction)

    def _part(self, event: Event) -> None:
        """Have the other configuration take effect in a copy; the recorded one takes effect anew, so that both see everybody anew."""
        self._under_other = self.recorded.fork()
        self.recorded.counts = self._under_other.counts = True
        begins = self._recorded.model_copy(update={"id": f"replay:{event.id}", "epoch": event.epoch, "raw": event.raw, "at": event.at})
        if not isinstance(event, Configuration):
            self.recorded.play(begins)
            self._under_other.play(self._translated(begins))

    def _translated(self, event: Event) -> Event:
        """Give an event as it is under the other configuration."""
        if isinstance(event, Configuration):
            return event.model_copy(update={"version": self._version, "settings": copy.deepcopy(self._other)})
        return event

    def _listing(self, event: Event) -> Event:
        """Take the first checkpoint of a room, which tells who is there, for a list: the last list came before the events begin."""
        if isinstance(event, UserList | Roster):
            self._listed.add(event.channel)
        elif isinstance(event, Checkpoint) and event.channel not in self._listed:
            self._listed.add(event.channel)
            fields = {name: getattr(event, name) for name in ("id", "epoch", "raw", "channel", "at", "users")}
            return UserList(**fields)
        return event
