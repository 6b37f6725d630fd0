"""What analytics does with each event, and how it counts transactions, in the transaction that moves its position."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from libs.common import config, ranks, subjects
from libs.common.config import ConfigError, Rules
from libs.common.contracts.events import EVENT, Configuration, Event, Join, Leave, Roster, UserList
from libs.common.contracts.health import Health
from libs.common.durable import Feed, Mark, Message, Unit
from services.analytics import store
from services.analytics.tally import Tally

log = structlog.get_logger()

KINDS: Final = ("userlist", "roster", "join", "leave", "configuration")
"""What is read of the events: who is there, and by which configuration days and ranks are counted."""
FOLLOWED: Final = {"events_processed": ("ingest", "taken"), "commands_processed": ("commands", "answered")}
"""Our counters that go by a service's own: which service's, and its name in the details of that one's health."""


class Keeper:
    """Handles messages on the writer thread; all it knows stands in the database."""

    def __init__(self, configured: Callable[[str], None]) -> None:
        """Take who is told, on the event loop, of a configuration in force."""
        self._configured = configured
        self._read: tuple[str, Rules] | None = None

    def feed(self) -> Feed[Event]:
        """Give what is read of the events."""
        return Feed[Event](
            subjects.EVENTS,
            EVENT.validate_json,
            lambda event: Mark(event.id, event.epoch, event.raw),
            self.on_event,
            subjects=tuple(subjects.event("*", kind) for kind in KINDS),
        )

    def on_event(self, unit: Unit, event: Event, _message: Message) -> None:
        """Note who is there, and what holds."""
        match event:
            case UserList() | Roster():
                store.keep_list(unit.db, event.channel, (viewer.user for viewer in event.users))
            case Join():
                store.keep_join(unit.db, event.channel, event.user)
            case Leave():
                store.keep_leave(unit.db, event.channel, event.user)
            case Configuration():
                config.rules(event.settings)  # one that can't be read becomes a dead letter, and the old one stays
                store.configure(unit.db, event.version, event.settings)
                unit.after_commit(lambda: self._configured(event.version))
            case _:
                pass

    def counted(self, unit: Unit) -> tuple[int, str]:
        """Give up to which number transactions are counted, and the time zone of the economy's days."""
        return store.counted(unit.db), self.zone(unit)

    def count(self, unit: Unit, sums: Tally, up_to: int) -> None:
        """Count transactions, up to a number."""
        store.add(unit.db, sums, up_to)
        if sums.active:
            store.forget_days(unit.db, max(day for day, *_ in sums.active))

    def kept(self, unit: Unit, healths: Mapping[str, Health | None]) -> store.Kept:
        """Add what services say they have counted, and read all that is kept, as of now."""
        for name, (service, key) in FOLLOWED.items():
            health = healths.get(service)
            told = health.details.get(key) if health is not None else None
            if isinstance(told, int):
                store.follow(unit.db, name, told)
        rules = self.rules(unit)
        ladder = ranks.tiers(rules.ranks) if rules else ranks.DEFAULT_TIERS
        return store.kept(unit.db, self._today(unit), ladder, rules.outsiders if rules else frozenset())

    def rules(self, unit: Unit) -> Rules | None:
        """Give the configuration that holds; None before the first."""
        version = store.version(unit.db)
        if version is None:
            return None
        if self._read is None or self._read[0] != version:
            try:
                self._read = (version, config.rules(store.settings(unit.db)))
            except ConfigError as error:
                # Kept by another version of this program: what it means here is for the next configuration event to say.
                log.warning("the kept configuration can't be read", version=version, error=str(error))
                return None
        return self._read[1]

    def version(self, unit: Unit) -> str | None:
        """Give the version of the configuration that holds."""
        return store.version(unit.db) if self.rules(unit) is not None else None

    def zone(self, unit: Unit) -> str:
        """Give the time zone of the economy's days."""
        rules = self.rules(unit)
        return rules.economy.timezone if rules else "UTC"

    def _today(self, unit: Unit) -> date:
        return datetime.now(ZoneInfo(self.zone(unit))).date()
