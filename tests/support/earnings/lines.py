"""What is said, and what it brings to whom; what plays, as far as lines and likes go by it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from libs.common.contracts.events import Chat, Emotes, Event, PrivateMessage
from tests.support.earnings import words
from tests.support.earnings.dues import DONE, Due, Story
from tests.support.earnings.plays import Play, plays
from tests.support.earnings.rules import Rules
from tests.support.earnings.stays import People

HOUR = timedelta(hours=1)
TOO_LATE = timedelta(minutes=10)
SKEW = timedelta(seconds=10)
"""Clocks of the site and of the robot may differ by so much: a line heard during a play, but said longer before it, is not about it."""
REMEMBERED = timedelta(minutes=1)
"""So long a line can be laughed about at least, by the time of the latest one: a laugh that is heard later comes too late."""
ANSWER_WITHIN = timedelta(seconds=30)


@dataclass(slots=True)
class Said:
    """A line that counted, as a joke others may laugh about."""

    at: datetime
    author: str
    is_joke: bool
    laughed: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Conversation:
    """Goes through the events once; what it needs of the past it keeps."""

    rules: Rules
    people: People
    events: Sequence[Event]
    story: Story
    said: list[Said] = field(default_factory=list)
    spoken: datetime | None = None
    """The time of the latest line that counted."""
    emotes: set[str] = field(default_factory=set)
    calls: list[tuple[datetime, str]] = field(default_factory=list)
    greeted: set[tuple[str, datetime]] = field(default_factory=set)
    caps: dict[tuple[str, ...], tuple[datetime, int]] = field(default_factory=dict)
    given: dict[tuple[str, date], int] = field(default_factory=dict)
    talked: set[tuple[str, date]] = field(default_factory=set)
    plays: list[Play] = field(default_factory=list)

    def tell(self) -> None:
        """Add what all are due for what was said, and count it."""
        self.plays = plays(self.events)
        for number, event in enumerate(self.events):
            if isinstance(event, Emotes):
                self._emotes(event)
            elif isinstance(event, Chat) and not event.shadow:
                if event.user.casefold() == self.rules.bot:
                    self._answer(number, event)
                elif self.people.may_earn(event.user.casefold()):
                    self._line(number, event)
            elif isinstance(event, PrivateMessage) and event.text.strip().lower() == "like" and not event.shadow:
                self._like(number, event)

    def _line(self, number: int, line: Chat) -> None:
        author, at = line.user.casefold(), min(line.time, line.at)
        day = self.rules.day(at)
        self._count(author, day, line)
        is_command = line.text.startswith("!")
        if not is_command and line.text.strip() and line.at - at <= TOO_LATE:
            self._about_time(number, line, author, at, day)
            self._about_media(number, line, author, at)
            self._about_others(number, line, author, at, day)
            self.talked.add((author, day))
        self.said.append(Said(at, author, is_joke=not (words.is_laugh(line.text) or is_command or not line.text.strip())))
        self.spoken = max(at, self.spoken or at)
        if is_command or self.rules.bot in words.named(line.text):
            self.calls.append((at, author))

    def _count(self, author: str, day: date, line: Chat) -> None:
        self.story.count(author, day, "messages_sent")
        if words.length(line.text) >= self.rules["chat_triggers.long_message.min_chars"]:
            self.story.count(author, day, "long_messages")
        if words.has_gif(line.text):
            self.story.count(author, day, "gifs_posted")
        self.story.emotes.setdefault((author, day), set()).update(self.emotes & set(line.text.split()))

    # -- the line by itself ---------------------------------------------------------------------------------------------------------

    def _about_time(self, number: int, line: Chat, author: str, at: datetime, day: date) -> None:
        long = self._section("chat_triggers.long_message")
        if (
            long
            and words.length(line.text) >= long["min_chars"]
            and self._is_paid(author, line)
            and self._within(at, long["max_per_hour"], "long", author)
        ):
            self._pay(number, line, author, "chat.long_message", long["reward"])
        first = self._section("chat_triggers.first_message_of_day")
        if first and (author, day) not in self.talked:
            self._pay(number, line, author, "chat.first_message_of_day", first["reward"])
        starter = self._section("chat_triggers.conversation_starter")
        if starter and self.spoken is not None and at - self.spoken >= timedelta(minutes=starter["min_silence_minutes"]):
            self._pay(number, line, author, "chat.conversation_starter", starter["reward"])

    def _about_media(self, number: int, line: Chat, author: str, at: datetime) -> None:
        play = next((play for play in reversed(self.plays) if play.told <= number), None)
        if play is None or at < play.changed - SKEW or not self._is_paid(author, line):
            return
        first = self._section("content_triggers.first_after_media_change")
        if first and not play.has_first and at - play.changed <= timedelta(seconds=first["window_seconds"]):
            play.has_first = True
            self._pay(number, line, author, "content.first_after_media_change", first["reward"])
        comment = self._section("content_triggers.comment_during_media")
        if comment:
            most = comment["max_per_item_base"]
            if comment["scale_with_duration"]:
                most = max(most, most * play.seconds // (30 * 60))
            play.comments[author] += 1
            if play.comments[author] <= most:
                self._pay(number, line, author, "content.comment_during_media", Decimal(str(comment["reward_per_message"])))

    def _like(self, number: int, event: PrivateMessage) -> None:
        section, user = self._section("content_triggers.like_current"), event.user.casefold()
        play = next((play for play in reversed(self.plays) if play.told <= number), None)
        if section and play is not None and self._is_paid(user, event) and user not in play.likes:
            play.likes.add(user)
            self._pay(number, event, user, "content.like_current", section["reward"])

    # -- the line and others --------------------------------------------------------------------------------------------------------

    def _about_others(self, number: int, line: Chat, author: str, at: datetime, day: date) -> None:
        names = words.named(line.text)
        self._greet(number, line, author, names)
        mention = self._section("social_triggers.mentioned_by_other")
        for name in names if mention else ():
            person = self.people.all.get(name)
            if person is None or name == author or not self._is_paid(name, line) or not person.is_here(line.at):
                continue
            if self._within(at, mention["max_per_hour_same_user"], "mention", author, name):
                self._pay(number, line, name, "social.mentioned_by_other", mention["reward"])
        if words.is_laugh(line.text):
            self._laugh(number, line, author, at, day)
        for name in words.praised(line.text):
            self._praise(number, line, author, name, at, day)

    def _greet(self, number: int, line: Chat, author: str, names: Sequence[str]) -> None:
        """Pay for the first to name somebody new, guests too; one line greets all whom it names, and is paid once."""
        section, at = self._section("social_triggers.greeted_newcomer"), min(line.time, line.at)
        met = {
            (name, arrival)
            for name in names
            if section and name != author and name in self.people.all and name not in self.rules.outsiders
            for arrival in self.people.all[name].arrivals
            if arrival <= line.at and at - arrival <= timedelta(seconds=section["window_seconds"])
        }
        if met - self.greeted:
            self.greeted |= met
            self._pay(number, line, author, "social.greeted_newcomer", section["reward"])

    def _laugh(self, number: int, line: Chat, author: str, at: datetime, day: date) -> None:
        section = self._section("chat_triggers.laugh_received")
        window = self.rules.span("chat_triggers.laugh_received.joke_window_seconds", seconds=1)
        since = max(at - window, max(at, self.spoken or at) - max(window, REMEMBERED))
        jokes = [said for said in self.said[-200:] if said.is_joke and said.author != author and since <= said.at <= at]
        if not section or not jokes or not self._is_paid(jokes[-1].author, line):
            return
        joke = jokes[-1]
        if author not in joke.laughed and len(joke.laughed) < section["max_laughers_per_joke"]:
            joke.laughed.add(author)
            self.story.count(joke.author, day, "laughs_received")
            self._pay(number, line, joke.author, "chat.laugh_received", section["reward_per_laugher"])

    def _praise(self, number: int, line: Chat, author: str, name: str, at: datetime, day: date) -> None:
        section, person = self._section("chat_triggers.kudos_received"), self.people.all.get(name)
        if not section or person is None or name == author or not self._is_paid(name, line) or not person.is_within_reach(line.at):
            return
        if section["max_given_per_day"] and self.given.get((author, day), 0) >= section["max_given_per_day"]:
            return
        if section["max_per_hour_same_pair"] and not self._within(at, section["max_per_hour_same_pair"], "kudos", author, name):
            return
        self.given[author, day] = self.given.get((author, day), 0) + 1
        self.story.count(author, day, "kudos_given")
        self.story.count(name, day, "kudos_received")
        self._pay(number, line, name, "chat.kudos_received", section["reward"])

    def _answer(self, number: int, line: Chat) -> None:
        """Pay whom the robot answers: whoever called it last, half a minute ago at most; who is named has it to themselves."""
        section, at = self._section("social_triggers.bot_interaction"), min(line.time, line.at)
        recent = [user for when, user in self.calls if at - when <= ANSWER_WITHIN]
        if not section or not recent:
            return
        names = words.named(line.text)
        named = [user for user in recent if user in names]
        if not named and any(name in self.people.all and self.people.all[name].is_here(line.at) for name in names):
            return
        user, day = (named or recent)[-1], self.rules.day(at)
        self.calls = [call for call in self.calls if call[1] != user]
        if self._is_paid(user, line) and self.story.value(user, day, "bot_interactions") < section["max_per_day"]:
            self.story.count(user, day, "bot_interactions")
            self._pay(number, line, user, "social.bot_interaction", section["reward"])

    # -- with what ------------------------------------------------------------------------------------------------------------------

    def _section(self, key: str) -> dict[str, Any]:
        """Give a trigger's section; an empty one where it is off."""
        section: dict[str, Any] = self.rules[key]
        return section if section["enabled"] else {}

    def _is_paid(self, user: str, line: Chat | PrivateMessage) -> bool:
        """Tell whether somebody earns and is not too new: who is not paid takes no one's place, and uses nothing up."""
        return self.people.may_earn(user) and not self.people.is_too_new(user, line.at)

    def _within(self, at: datetime, most: int, *what: str) -> bool:
        """Take one of so many in an hour that begins with the first and again with the first after it."""
        start, taken = self.caps.get(what, (at, 0))
        if at - start >= HOUR:
            start, taken = at, 0
        if taken >= most:
            return False
        self.caps[what] = start, taken + 1
        return True

    def _pay(self, number: int, event: Chat | PrivateMessage, user: str, trigger: str, base: Decimal | int) -> None:
        at = event.at
        if base and not self.people.is_too_new(user, at):
            self.story.dues.append(Due(number, DONE, at, user, trigger, Decimal(base), self.rules.day(min(event.time, at)), at))

    def _emotes(self, event: Emotes) -> None:
        if event.change == "list":
            self.emotes = set(event.names)
        elif event.change in {"remove", "rename"}:
            self.emotes -= {event.old or "", *(event.names if event.change == "remove" else ())}
        if event.change in {"update", "rename"}:
            self.emotes |= set(event.names)
