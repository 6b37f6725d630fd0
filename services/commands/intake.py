"""What `commands` does with each event, in the transaction that moves its position."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from libs.common import config, subjects
from libs.common.config import Rules
from libs.common.contracts.announcements import Announcement
from libs.common.contracts.events import (
    EVENT,
    Configuration,
    Event,
    Join,
    Leave,
    PrivateMessage,
    Roster,
    Tick,
    UserList,
)
from libs.common.durable import Feed, Mark, Message, Unit
from services.commands import store
from services.commands.admission import is_for_us, limit
from services.commands.registry import is_admin
from services.commands.replies import common

log = structlog.get_logger()

KINDS: Final = ("pm", "tick", "userlist", "roster", "join", "leave", "configuration")
"""What is read of the events; chat is not, so that a flood of it can't delay an answer."""
WARNING_VALID: Final = timedelta(minutes=1)
"""How long after the message that earned it a warning is worth saying."""


@dataclass(frozen=True, slots=True)
class Hooks:
    """Who is told on the event loop, once what happened is durable."""

    asked: Callable[[store.Question], None]
    configured: Callable[[str, Rules], None]
    ticked: Callable[[Tick], None]


class Intake:
    """Handles events on the writer thread; all it knows stands in the database."""

    def __init__(self, hooks: Hooks) -> None:
        """Take who is told."""
        self._hooks = hooks
        self._parsed: tuple[str, Rules] | None = None

    def feed(self) -> Feed[Event]:
        """Give the feed of events as `commands` reads it."""
        return Feed(
            stream=subjects.EVENTS,
            decode=EVENT.validate_json,
            mark=lambda event: Mark(event.id, event.epoch, event.raw),
            handle=self.handle,
            subjects=tuple(subjects.event("*", kind) for kind in KINDS),
        )

    def handle(self, unit: Unit, event: Event, message: Message) -> None:
        """Handle one event."""
        match event:
            case PrivateMessage():
                self._on_message(unit, event, message.sequence)
            case Tick():
                store.keep_tick(unit.db, event.at)
                unit.after_commit(lambda: self._hooks.ticked(event))
            case Configuration():
                self._on_configuration(unit, event)
            case UserList() | Roster():
                store.keep_list(unit.db, event.channel, (viewer.user for viewer in event.users))
            case Join():
                store.keep_join(unit.db, event.channel, event.user)
            case Leave():
                store.keep_leave(unit.db, event.channel, event.user)
            case _:
                pass

    def rules(self, unit: Unit) -> tuple[str, Rules] | None:
        """Give the current configuration's version and rules, None before the first."""
        kept = store.configuration(unit.db)
        if kept is None:
            return None
        if self._parsed is None or self._parsed[0] != kept[0]:
            try:
                self._parsed = (kept[0], config.rules(kept[1]))
            except config.ConfigError as error:
                # Kept by another version of this program: messages wait for the next one.
                log.warning("the kept configuration can't be read", version=kept[0], error=str(error))
                return None
        return self._parsed

    def _on_configuration(self, unit: Unit, event: Configuration) -> None:
        rules = config.rules(event.settings)
        store.keep_configuration(unit.db, event)
        unit.after_commit(lambda: self._hooks.configured(event.version, rules))
        for sequence, message in store.take_early(unit.db):
            self._admit(unit, message, sequence, rules)

    def _on_message(self, unit: Unit, message: PrivateMessage, sequence: int) -> None:
        current = self.rules(unit)
        if current is None:
            store.keep_early(unit.db, message, sequence)
        else:
            self._admit(unit, message, sequence, current[1])

    def _admit(self, unit: Unit, message: PrivateMessage, sequence: int, rules: Rules) -> None:
        if not is_for_us(message, rules.outsiders):
            return
        per_minute = rules.commands.rate_limit_per_minute
        exempt = is_admin(message.rank, rules)
        match limit(message.at, store.window(unit.db, message), per_minute, exempt=exempt):
            case "take":
                if not exempt:
                    store.note_taken(unit.db, message)
                question = store.ask(unit.db, message, sequence)
                if question is not None:
                    unit.after_commit(lambda: self._hooks.asked(question))
            case "warn":
                store.note_warned(unit.db, message)
                unit.announce(_warning(message, per_minute))
            case "drop":
                pass


def _warning(message: PrivateMessage, per_minute: int) -> Announcement:
    return Announcement(
        id=f"slow:{message.id}",
        channel=message.channel,
        lane="pm",
        to=message.user,
        text=common.slow_down(per_minute),
        at=message.at,
        until=message.at + WARNING_VALID,
    )
