"""Every line in the room: counted, and paid for what the triggers find in it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from libs.common.contracts.events import Chat
from libs.common.names import fold
from services.earning.chat import words
from services.earning.chat.line import Joke, Line, Newcomer, Person
from services.earning.media.follow import playing
from services.earning.pay.awards import Award
from services.earning.people.viewer import Viewer
from services.earning.presence.standing import State
from services.earning.scene import Scene
from services.earning.store.counters import Counters
from services.earning.store.lines import Lines, Told
from services.earning.times import MINUTE_US, SECOND_US, micros
from services.earning.triggers import SAID
from services.earning.triggers.lines.greeted_newcomer import greeting
from services.earning.triggers.lines.kudos_received import TRIGGER as KUDOS
from services.earning.triggers.lines.laugh_received import TRIGGER as LAUGH

OLD: Final = timedelta(minutes=10)
"""A line the robot heard so long after it was said counts, and earns nothing: what it belonged to is over."""
CALL_US: Final = 30 * SECOND_US
"""So long a line to the robot waits for an answer."""
_LEFT_US: Final = 10 * MINUTE_US
"""So long after leaving one can still be praised."""
_REMEMBERED_US: Final = MINUTE_US
"""So long lines are remembered at least."""


def hear(scene: Scene, event: Chat, viewer: Viewer) -> None:
    """Count a line and pay for it. Robots, ignored users, guests, and who is banned or shadow-muted have said nothing."""
    if event.shadow or not scene.has_part(viewer):
        return
    heard = _Heard(scene, event, viewer)
    if not heard.remember():
        return
    heard.count()
    if event.at - heard.said <= OLD:
        heard.pay()
        heard.call()
    heard.end_silence()


class _Heard:
    """One line that counts."""

    def __init__(self, scene: Scene, event: Chat, viewer: Viewer) -> None:
        self._scene = scene
        self._event = event
        self._viewer = viewer
        self._lines = Lines(scene.unit.db, scene.channel)
        self._id = words.identity(viewer.user, micros(event.time) // 1_000, event.html)
        self._is_command = words.is_command(event.text)
        self._earns = not self._is_command and bool(event.text.strip())
        self._laughs = words.is_laugh(event.text, scene.rules.chat_triggers.laugh_received.tokens)
        self._length = words.length(event.text)
        self._named = words.named(event.text)
        # The site's own time holds, for windows and dates; its clock may be ahead of the robot's.
        self.said = min(event.time, event.at)
        self._at = micros(self.said)
        self._date = scene.date(self.said)

    def remember(self) -> bool:
        """Remember the line; tell whether it was not heard before."""
        window_us = self._scene.rules.chat_triggers.laugh_received.joke_window_seconds * SECOND_US
        told = Told(self._id, self._viewer.user, self._at, self._earns and not self._laughs)
        return self._lines.remember(told, self._at - max(window_us, _REMEMBERED_US))

    def count(self) -> None:
        scene, text, user = self._scene, self._event.text, self._viewer.user
        career, day = scene.careers.of(user), scene.calendar.day(user, self._date)
        career.messages += 1
        day.messages_sent += 1
        day.long_messages += self._length >= scene.rules.chat_triggers.long_message.min_chars
        day.gifs_posted += words.has_gif(text)
        emotes = self._lines.emotes_among(text.split())
        if emotes:
            of_day, ever = self._lines.use_emotes(user, self._date, emotes)
            day.unique_emotes_used += of_day
            career.emotes += ever

    def pay(self) -> None:
        if not self._earns:
            return
        scene, line = self._scene, self._line()
        is_paid = can_be_paid(scene, self._viewer)
        for trigger in SAID:
            for award in trigger(line, scene.rules):
                if award.claim is not None:
                    scene.calendar.day(award.user, self._date).claim(award.claim)
                if (is_paid or award.user != self._viewer.user) and scene.payroll.pay(award) is not None:
                    self._count_award(award)

    def call(self) -> None:
        if self._is_command or fold(self._scene.rules.bot.username) in self._named:
            self._lines.call(self._viewer.user, self._at, self._at - CALL_US)

    def end_silence(self) -> None:
        self._lines.end_silence(self._at)

    def _line(self) -> Line:
        since, user = self._lines.silence_since(), self._viewer.user
        praised = words.praised(self._event.text)
        known = {viewer.user: viewer for viewer in self._scene.store.known(self._scene.channel, [*self._named, *praised])}
        people = {name: viewer for name, viewer in known.items() if can_be_paid(self._scene, viewer)}
        if self._scene.rules.chat_triggers.kudos_received.self_excluded:
            praised = [name for name in praised if name != user]
        return Line(
            channel=self._scene.channel,
            id=self._id,
            cause=self._event.id,
            at=self.said,
            date=self._date,
            speaker=Person(user, self._viewer.name),
            length=self._length,
            claimed=frozenset(self._scene.calendar.day(user, self._date).claimed),
            silence_us=None if since is None else self._at - since,
            playing=playing(self._scene, self._at),
            joke=self._joke() if self._laughs else None,
            praised=tuple(_person(people[name]) for name in praised if name in people and self._was_here(people[name])),
            named=tuple(_person(people[name]) for name in self._named if name != user and name in people and _is_here(people[name])),
            newcomers=self._newcomers([name for name in self._named if name != user and name in known]),
        )

    def _joke(self) -> Joke | None:
        section = self._scene.rules.chat_triggers.laugh_received
        # A line that comes late laughs about nothing that was said after it.
        since, but = self._at - section.joke_window_seconds * SECOND_US, self._viewer.user if section.self_excluded else None
        found = self._lines.joke(since, self._at, but)
        if found is None:
            return None
        teller = self._scene.store.viewer(self._scene.channel, found[1])
        return Joke(found[0], _person(teller)) if teller is not None and can_be_paid(self._scene, teller) else None

    def _newcomers(self, names: Sequence[str]) -> tuple[Newcomer, ...]:
        if not names:
            return ()
        window_us = self._scene.rules.social_triggers.greeted_newcomer.window_seconds * SECOND_US
        arrived, counters = self._lines.arrived(names, self._at - window_us), Counters(self._scene.unit.db)
        return tuple(
            Newcomer(name, arrived[name])
            for name in names
            if name in arrived and not counters.count(self._scene.channel, greeting(arrived[name]), self._at)
        )

    def _was_here(self, viewer: Viewer) -> bool:
        """Tell whether somebody is here, or was a short while ago."""
        standing = viewer.standing
        last = standing.left if standing.state is State.AWAY else standing.since
        return _is_here(viewer) or (last is not None and self._at - last <= _LEFT_US)

    def _count_award(self, award: Award) -> None:
        calendar = self._scene.calendar
        if award.trigger == LAUGH:
            calendar.day(award.user, self._date).laughs_received += 1
        elif award.trigger == KUDOS:
            calendar.day(award.user, self._date).kudos_received += 1
            calendar.day(self._viewer.user, self._date).kudos_given += 1


def can_be_paid(scene: Scene, viewer: Viewer) -> bool:
    """Tell whether somebody has an account, and is not too new."""
    return viewer.opened and scene.is_paid(viewer)


def _is_here(viewer: Viewer) -> bool:
    return viewer.standing.state is State.PRESENT


def _person(viewer: Viewer) -> Person:
    return Person(viewer.user, viewer.name)
