"""What earning does with each event and each transaction, for all channels."""

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Protocol

import structlog

from libs.common import config
from libs.common.config import ConfigError, Rules
from libs.common.contracts.events import EVENT, Configuration, Event, Tick
from libs.common.contracts.ledger import Transaction
from libs.common.names import fold
from libs.common.reader import Message
from libs.common.subjects import ALL
from libs.common.unit import Unit
from services.earning.people.told import Told
from services.earning.room import Room
from services.earning.store import Held, Store
from services.earning.times import date_of, micros, moment

log = structlog.get_logger()

CALLER = "earning"
"""Our name in the ledger's transactions."""
_INSTANT = timedelta(microseconds=1)


class Listener(Protocol):
    """Who is told, on the event loop, what has been committed."""

    def earned(self, coins: dict[str, int], minutes: int) -> None:
        """Hear of coins asked for, by trigger, and of minutes counted."""

    def configured(self, version: str) -> None:
        """Hear of the configuration that holds now."""


class Earner:
    """Handles events and transactions; all it knows stands in the database of the unit of work."""

    def __init__(self, listener: Listener) -> None:
        """Take whom to tell."""
        self._listener = listener
        self._read: tuple[str, Rules] | None = None

    def version(self, unit: Unit) -> str | None:
        """Give the version of the configuration that holds; None while there is none."""
        store = Store(unit.db)
        return store.version() if self._rules(store) is not None else None

    def rules(self, unit: Unit) -> Rules | None:
        """Give the configuration that holds; None while there is none."""
        return self._rules(Store(unit.db))

    def handle_event(self, unit: Unit, event: Event, message: Message) -> None:
        """Let an event happen, or hold it until the first configuration is known."""
        store = Store(unit.db)
        current = self._rules(store)
        if isinstance(event, Configuration):
            self._configure(unit, store, event, first=current is None)
        elif current is None:
            store.hold(Held(message.sequence, message.stream, message.subject, message.body, micros(message.stored)))
        else:
            self._happen(unit, store, current, event)

    def handle_transaction(self, unit: Unit, transaction: Transaction, _message: Message) -> None:
        """Learn what became of our postings, who is banned, and what others did to everybody's coins."""
        if transaction.caller == CALLER and transaction.kind == "refused":
            self.take_back(unit, transaction)
        told = self._told(unit, transaction.channel, transaction.at)
        if transaction.caller == CALLER:
            unit.settle(transaction.key)
            told.ours(transaction)
        else:
            told.others(transaction)
        if transaction.kind in {"banned", "unbanned"} and transaction.account is not None:
            told.ban(fold(transaction.account), banned=transaction.kind == "banned")
        told.close()

    def take_back(self, unit: Unit, refused: Transaction) -> None:
        """Take back what was counted when we asked for a posting that the ledger refused; nothing if its outcome was seen before."""
        # A minute is paid at its end, and counts on the day on which it began.
        told = self._told(unit, refused.channel, refused.at - _INSTANT)
        told.unpaid(unit.unsettled(refused.key))
        told.close()
        Store(unit.db).forget_notice(refused.key)

    def _told(self, unit: Unit, channel: str, at: datetime) -> Told:
        rules = self._rules(Store(unit.db))
        return Told(unit, channel, date_of(at, UTC if rules is None else rules.economy.zone))

    def _rules(self, store: Store) -> Rules | None:
        version = store.version()
        if version is None:
            return None
        if self._read is None or self._read[0] != version:
            try:
                self._read = (version, config.rules(json.loads(store.settings())))
            except ConfigError as error:
                # Kept by another version of this program: what it means here is for the next configuration event to say.
                log.warning("the kept configuration can't be read; events are held until the next one", version=version, error=str(error))
                return None
        return self._read[1]

    def _configure(self, unit: Unit, store: Store, event: Configuration, *, first: bool) -> None:
        """Take a configuration into effect.

        Raises:
            ConfigError: it can't be read; the one before goes on holding.
        """
        read = config.rules(event.settings)
        store.configure(event.version, json.dumps(event.settings))
        if first:
            self._replay_held(unit, store, read)
        self._happen(unit, store, read, event)
        for channel in store.channels():
            room = Room(unit, read, event.version, channel, event)
            room.welcome_all()
            self._count(unit, room)
        unit.after_commit(lambda: self._listener.configured(event.version))

    def _replay_held(self, unit: Unit, store: Store, read: Rules) -> None:
        for held in store.held():
            event = EVENT.validate_json(held.body)
            _, error = unit.attempt(partial(self._happen, store=store, read=read, event=event))
            if error is not None:
                message = Message(held.stream, held.sequence, held.subject, held.body, moment(held.stored))
                unit.dead_letter(message, error)
        store.let_go()

    def _happen(self, unit: Unit, store: Store, read: Rules, event: Event) -> None:
        version = store.version() or ""
        for channel in _concerned(store, event):
            room = Room(unit, read, version, channel, event)
            room.happen()
            self._count(unit, room)

    def _count(self, unit: Unit, room: Room) -> None:
        if room.slots or room.scene.payroll.coins:
            coins, minutes = dict(room.scene.payroll.coins), room.slots
            unit.after_commit(lambda: self._listener.earned(coins, minutes))


def _concerned(store: Store, event: Event) -> list[str]:
    """Give the channels an event concerns: its own, or all that are known."""
    if event.channel != ALL:
        return [event.channel]
    told = set(event.robots) if isinstance(event, Tick) else set()
    return sorted({*store.channels(), *told})
