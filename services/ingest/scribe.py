"""The scribe: given raw messages one after the other, writes exactly one event for each, and remembers what later ones need.

No clock, no I/O: the same messages always give the same events, whoever was killed in between.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

from libs.common import subjects
from libs.common.contracts.events import Event, Gap, Ignored, Unreadable
from services.ingest import observed, translate, wire
from services.ingest.room import Room
from services.ingest.translate import Case
from services.ingest.wire import Envelope, Wrong

IDS_OF_ALL: Final = 1_000
"""So many ids are remembered of what belongs to no single channel: ticks every two seconds, not worth reading back for hours."""
EVENT_BYTES_MAX: Final = 900_000
"""An event must fit into one message of the server (1 MiB by default, with room for headers)."""


@dataclass(frozen=True, slots=True)
class Written:
    """An event, and how it is published."""

    event: Event
    subject: str
    body: bytes


@dataclass(frozen=True, slots=True)
class _Raw:
    sequence: int
    subject: str
    body: bytes
    stored: datetime


class Scribe:
    """Translates in order; its memory is never ahead of what it wrote."""

    def __init__(self, channels: Mapping[str, str], epoch: int, position: int = 0) -> None:
        """Begin behind a position.

        Args:
            channels: the configured domain of each channel's token.
            epoch: when the raw stream was made, in milliseconds since 1970; one more after each hole in it.
            position: the sequence of the last raw message that has its event.
        """
        self.epoch = epoch
        self.position = position
        self.doubt = 0
        """Up to this raw sequence nothing proves that the robot was there: the NATS server was down somewhere before it."""
        self.rooms = {channel: Room() for channel in channels}
        self.everywhere = Room(ids_max=IDS_OF_ALL)
        self._domains = {channel: domain.casefold() for channel, domain in channels.items()}

    @property
    def server(self) -> str | None:
        """Give the run of the NATS server under which the last tick was published, as far as is known."""
        return next((room.server for room in (self.everywhere, *self.rooms.values()) if room.server is not None), None)

    def remember(self, event: Event) -> None:
        """Take in an event written earlier, by this scribe or by another before it."""
        if event.channel == subjects.ALL:
            self.everywhere.remember_id(event.id)
            for room in (self.everywhere, *self.rooms.values()):
                room.remember(event)
            return
        own = self.rooms.get(event.channel)
        if own is not None:
            own.remember_id(event.id)
            own.remember(event)

    def remember_id(self, channel: str, id_: str) -> None:
        """Take in no more than the id of an event written earlier."""
        room = self.everywhere if channel == subjects.ALL else self.rooms[channel]
        room.remember_id(id_)

    def gap(self, sequence: int) -> Written | None:
        """Write the event of a hole in the raw stream, if there is one before `sequence`.

        It takes the number of the last message missing, in an epoch of its own: so numbers still rise one by one within an epoch.
        """
        missing = sequence - self.position - 1
        if missing <= 0:
            return None
        self.epoch += 1
        return self.lost(sequence - 1, missing)

    def lost(self, sequence: int, missing: int | None = None, *, at: datetime | None = None, server: str | None = None) -> Written:
        """Write that raw messages up to `sequence` are missing; before the first message of a stream made anew, `sequence` is 0.

        `at` is for a scribe that remembers nothing; `server` is the run of the NATS server that holds from here on, if that is known.
        """
        # Where nothing was ever written before the hole, there is nobody whom it could concern.
        at = self._clock(subjects.ALL) or at or datetime.fromtimestamp(self.epoch / 1000, tz=UTC)
        id_ = hashed(self.epoch, sequence, b"gap")
        gap = Gap(id=id_, epoch=self.epoch, raw=sequence, channel=subjects.ALL, at=at, missing=missing, server=server)
        return self._kept(gap)

    def write(self, sequence: int, subject: str, body: bytes, stored: datetime) -> Written:
        """Write the one event of a raw message. Never raises, whatever the message holds."""
        raw = _Raw(sequence, subject, body, stored)
        try:
            written = self._publishable(self._translate(raw))
        except Wrong as wrong:
            written = self._publishable(self._unreadable(raw, str(wrong)))
        except Exception as error:  # noqa: BLE001 - one message must never stop the service: what no rule foresaw is unreadable
            written = self._publishable(self._unreadable(raw, f"not foreseen: {error!r}"))
        return self._kept(written)

    def _translate(self, raw: _Raw) -> Event:
        space, *rest = raw.subject.split(".")
        match space, rest:
            case "kryten", ["events", "cytube", channel, name]:
                return self._robot_event(raw, channel, name)
            case "kryten", ["lifecycle", "robot", what]:
                return self._lifecycle(raw, what)
            case "economy", ["observed", channel, kind]:
                return self._observation(raw, channel, kind)
        raise Wrong("a subject nobody asked for")

    def _robot_event(self, raw: _Raw, channel: str, name: str) -> Event:
        envelope = wire.envelope(wire.decode(raw.body), name)
        domain = self._domains.get(channel)
        if domain is None or (envelope.domain or "").casefold() != domain:
            return self._foreign(raw, envelope)
        case = self._case(raw, channel, envelope, proof=True)
        if envelope.id in case.room.ids:
            return translate.ignored(case, "repeated")
        rule = translate.ROBOT.get(name)
        return self._attempt(raw, case, rule) if rule else translate.ignored(case, "unused")

    def _lifecycle(self, raw: _Raw, what: str) -> Event:
        body = wire.decode(raw.body)
        envelope = wire.envelope(body, what)
        channel = subjects.ALL
        if envelope.channel is not None or envelope.domain is not None:
            channel = subjects.token(envelope.channel or "")
            domain = self._domains.get(channel)
            if domain is None or (envelope.domain or domain).casefold() != domain:
                return self._foreign(raw, envelope)
        case = self._case(raw, channel, envelope, proof=False)
        if envelope.id in case.room.ids:
            return translate.ignored(case, "repeated")
        return observed.lifecycle(case, what, body)

    def _observation(self, raw: _Raw, channel: str, kind: str) -> Event:
        envelope = wire.envelope(wire.decode(raw.body), kind)
        if channel != subjects.ALL and channel not in self.rooms:
            return self._foreign(raw, envelope)
        case = self._case(raw, channel, envelope, proof=False)
        if envelope.id in case.room.ids:
            return translate.ignored(case, "repeated")
        rule = observed.OBSERVED.get(kind)
        if rule is None:
            return translate.ignored(case, "unused")
        event = self._attempt(raw, case, rule)
        return observed.doubted(event) if raw.sequence <= self.doubt else event

    def _attempt(self, raw: _Raw, case: Case, rule: Any) -> Event:
        """Apply a rule; a payload it can't read is still a message of its channel, at its time."""
        try:
            event: Event = rule(case)
        except Wrong as wrong:
            return Unreadable.model_construct(**case.head, subject=raw.subject, error=str(wrong))
        return event

    def _foreign(self, raw: _Raw, envelope: Envelope) -> Event:
        """Write down somebody else's message; its time is not ours."""
        head = {**self._head(raw, subjects.ALL, None), "proof": False}
        return Ignored.model_construct(**head, reason="foreign", name=envelope.name)

    def _unreadable(self, raw: _Raw, error: str) -> Event:
        return Unreadable.model_construct(**self._head(raw, subjects.ALL, None), proof=False, subject=raw.subject, error=error[:300])

    def _case(self, raw: _Raw, channel: str, envelope: Envelope, *, proof: bool) -> Case:
        room = self.everywhere if channel == subjects.ALL else self.rooms[channel]
        head = self._head(raw, channel, envelope.sent)
        if envelope.id is not None and envelope.id not in room.ids:
            head["id"] = envelope.id
        head["proof"] = proof and raw.sequence > self.doubt
        return Case(envelope, room, head)

    def _head(self, raw: _Raw, channel: str, sent: datetime | None) -> dict[str, Any]:
        previous = self._clock(channel)
        at = min(sent, raw.stored) if sent is not None else previous or raw.stored
        if previous is not None and at < previous:
            at = previous
        return {"id": hashed(self.epoch, raw.sequence, raw.body), "epoch": self.epoch, "raw": raw.sequence, "channel": channel, "at": at}

    def _clock(self, channel: str) -> datetime | None:
        """Give the time behind which an event of this channel can't fall; what concerns all, behind no channel's."""
        if channel != subjects.ALL:
            return self.rooms[channel].at
        return max((room.at for room in (self.everywhere, *self.rooms.values()) if room.at is not None), default=None)

    def _publishable(self, event: Event) -> Written:
        body = event.encode()
        if len(body) > EVENT_BYTES_MAX:
            raise Wrong(f"an event of {len(body)} bytes would not fit into a message")
        return Written(event, subjects.event(event.channel, event.kind), body)

    def _kept(self, written: Written | Event) -> Written:
        written = written if isinstance(written, Written) else self._publishable(written)
        self.remember(written.event)
        self.position = written.event.raw
        return written


def is_of(event: Event, body: bytes) -> bool:
    """Tell whether an event was written of the raw message with this body."""
    if event.id == hashed(event.epoch, event.raw, body):
        return True
    try:
        return wire.decode(body).get("correlation_id") == event.id
    except Wrong:
        return False


def hashed(epoch: int, sequence: int, body: bytes) -> str:
    """Give the id of what has none."""
    return sha256(b"%d:%d:%s" % (epoch, sequence, body)).hexdigest()[:32]
