"""What every viewer should own, worked out from the raw events alone.

The model of the tests: it reads messages as `ECONOMY_RAW` keeps them and shares no line with `services/` or `libs/`, so that what both
agree on was understood twice. It is slow and plain on purpose: every minute of every viewer is looked at by itself.
"""

import contextlib
import html
import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from tests.support.model_parts import MINUTE, NAME, Channel, Expected, Payment, Question, Raw, Room, Rules, Viewer, microseconds, time_of

ALL = "@all"
MARKS = {"startup", "connected", "disconnected", "shutdown"}


def expect(raws: Iterable[Raw], rooms: Sequence[Room]) -> Expected:
    """Work out what should come of these messages; the first configuration also judges what stands before it."""
    messages = list(raws)
    world = _World(rooms)
    world.doubts = [(int(after), raw.sequence) for raw in messages if (after := _outage(raw)) is not None]
    for raw in messages:
        settings = _configuration(raw)
        if settings is not None:
            world.rules = Rules(settings)
            break
    for raw in messages:
        world.take(raw)
    return world.expected


class _World:
    def __init__(self, rooms: Sequence[Room]) -> None:
        self.rules = Rules({})
        self.channels = {room.token: Channel(room) for room in rooms}
        self.expected = Expected()
        self.observed_ids: set[str] = set()
        self.doubts: list[tuple[int, int]] = []
        """Between which raw sequences the server was down at some time: no message in between proves anything."""

    # -- reading --------------------------------------------------------------------------------------------------------------------

    def take(self, raw: Raw) -> None:
        """Let one raw message happen."""
        try:
            body = json.loads(raw.body)
        except ValueError:
            body = None
        if not isinstance(body, dict):
            self._moment(ALL, None, raw)
            return
        words = raw.subject.split(".")
        if raw.subject.startswith("economy.observed."):
            self._observed(raw, words[-1], words[2], body)
        elif raw.subject.startswith("kryten.lifecycle.robot."):
            self._lifecycle(raw, words[-1], body)
        else:
            self._robot(raw, words[-1], self.channels[words[3]], body)

    def _moment(self, token: str, timestamp: Any, raw: Raw) -> int:
        """Give the event time and move the clock (of every channel, where it concerns all); without a timestamp it stands still."""
        moved = list(self.channels.values()) if token == ALL else [self.channels[token]]
        previous = max(channel.clock for channel in moved)
        stored = microseconds(raw.stored)
        at = max(previous, min(microseconds(timestamp), stored)) or stored
        for channel in moved:
            channel.clock = at
        return at

    def _observed(self, raw: Raw, kind: str, token: str, body: dict[str, Any]) -> None:
        at = self._moment(token, body.get("timestamp"), raw)
        if token != ALL:
            self.channels[token].hear(at)
        payload = body["payload"]
        if body.get("correlation_id") in self.observed_ids:
            return
        self.observed_ids.add(body.get("correlation_id") or "")
        if kind == "tick":
            for name, robot in payload["robots"].items():
                self.channels[name].hear(at)
                if robot == "connected":
                    self._proof(self.channels[name], at, raw)
                elif robot == "away":
                    self._mark(self.channels[name], at)
        elif kind == "gap":
            self._gap(at, raw)
        elif kind == "roster":
            self._roster(self.channels[token], at, payload)
        elif kind == "configuration":
            self.rules = Rules(payload["settings"])
            for channel in self.channels.values():
                for viewer in channel.viewers.values():
                    self._wallet(channel, viewer, at)

    def _gap(self, at: int, raw: Raw) -> None:
        for channel in self.channels.values():
            self._mark(channel, at)
            channel.listed_at = raw.sequence
            for viewer in channel.viewers.values():
                viewer.doubted = True

    def _lifecycle(self, raw: Raw, what: str, body: dict[str, Any]) -> None:
        named = body.get("channel") is not None and body.get("domain") is not None
        ours = [c for c in self.channels.values() if named and _is_ours(c.room, body)]
        at = self._moment(ours[0].room.token if ours else ALL, None if named and not ours else body.get("timestamp"), raw)
        for channel in ours:
            channel.hear(at)
        if what in MARKS:
            for channel in ours if named else self.channels.values():
                self._mark(channel, at)

    def _robot(self, raw: Raw, name: str, channel: Channel, body: dict[str, Any]) -> None:
        if str(body.get("domain")).casefold() != channel.room.domain.casefold():
            self._moment(ALL, None, raw)
            return
        at = self._moment(channel.room.token, body.get("timestamp"), raw)
        channel.hear(at)
        repeated = body.get("correlation_id") in channel.ids
        channel.ids.add(body.get("correlation_id") or "")
        if name == "login" and not repeated:
            self._mark(channel, at)
            return
        self._proof(channel, at, raw)
        happen = getattr(self, f"_on_{name}", None)
        if happen is not None and not repeated:
            with contextlib.suppress(KeyError, TypeError, ValueError, AttributeError):  # a payload that makes no sense means nothing
                happen(channel, at, raw, body)

    # -- what happens in a room -----------------------------------------------------------------------------------------------------

    def _on_adduser(self, channel: Channel, at: int, raw: Raw, body: dict[str, Any]) -> None:
        user = body["payload"]
        viewer = channel.viewer(user["name"])
        gone_for = at - viewer.last_leave
        if viewer.state in {"grace", "suspended"}:
            if viewer.state == "suspended":
                gone_for = at - viewer.since
            if gone_for < self.rules.debounce:
                self._pay_between(channel, viewer, viewer.open_from, at)
            else:
                viewer.state = "absent"
        if viewer.state == "absent":
            self.expected.arrivals.append((channel.room.token, viewer.name, time_of(at)))
        viewer.rank = min(float(user["rank"]), 1.0)
        viewer.afk = bool(user.get("meta", {}).get("afk", False))
        viewer.shadow = bool(user.get("meta", {}).get("smuted", viewer.shadow))
        viewer.here, viewer.doubted = True, False
        viewer.told_at = raw.sequence
        self._present(channel, viewer, at, raw.sequence)

    def _on_userleave(self, channel: Channel, at: int, raw: Raw, body: dict[str, Any]) -> None:
        viewer = channel.viewer(body["payload"]["name"])
        viewer.here = False
        viewer.went_at = raw.sequence
        if viewer.state == "suspended":
            self._seen(channel, viewer, at)
        if viewer.state == "present":
            self._go(viewer, at)
        elif viewer.state == "grace":
            if at - viewer.last_leave < self.rules.debounce:
                viewer.last_leave = at
            else:
                viewer.state = "absent"
        viewer.afk = False

    def _on_userlist(self, channel: Channel, at: int, raw: Raw, body: dict[str, Any]) -> None:
        channel.listed_at = raw.sequence
        listed = set()
        for user in body["payload"]:
            viewer = channel.viewer(user["name"])
            self._return(channel, viewer, at)
            viewer.rank = float(user["rank"])
            viewer.afk = bool(user.get("meta", {}).get("afk", False))
            viewer.shadow = bool(user.get("meta", {}).get("smuted", viewer.shadow))
            viewer.here, viewer.doubted = True, False
            viewer.told_at = raw.sequence
            self._present(channel, viewer, at, raw.sequence)
            listed.add(viewer.name)
        for viewer in channel.viewers.values():
            if viewer.name not in listed:
                self._missing(viewer, at)

    def _roster(self, channel: Channel, at: int, payload: dict[str, Any]) -> None:
        as_of = int(payload["as_of"])
        if channel.listed_at > as_of:
            return
        listed = set()
        for user in payload["users"]:
            viewer = channel.viewer(user["user"])
            listed.add(viewer.name)
            if viewer.went_at > as_of and viewer.came_at < viewer.went_at:
                continue
            self._return(channel, viewer, at)
            told_later = viewer.told_at > as_of
            if user.get("rank") is not None and (viewer.rank is None or not told_later):
                viewer.rank = float(user["rank"])
            if user.get("afk") is not None and not told_later:
                viewer.afk = bool(user["afk"])
            if user.get("shadow_muted"):
                viewer.shadow = True
            viewer.here, viewer.doubted = True, False
            self._present(channel, viewer, at, viewer.came_at)
        for viewer in channel.viewers.values():
            if viewer.name not in listed and viewer.came_at <= as_of:
                self._missing(viewer, at)

    def _on_setuserrank(self, channel: Channel, at: int, raw: Raw, body: dict[str, Any]) -> None:
        viewer = channel.viewer(body["payload"]["name"])
        viewer.rank, viewer.doubted = float(body["payload"]["rank"]), False
        viewer.told_at = raw.sequence
        self._wallet(channel, viewer, at)

    def _on_setafk(self, channel: Channel, _at: int, raw: Raw, body: dict[str, Any]) -> None:
        viewer = channel.viewer(body["payload"]["name"])
        viewer.afk, viewer.told_at = bool(body["payload"]["afk"]), raw.sequence

    def _on_setusermeta(self, channel: Channel, _at: int, _raw: Raw, body: dict[str, Any]) -> None:
        viewer = channel.viewer(body["payload"]["name"])
        viewer.shadow = bool(body["payload"]["meta"].get("smuted", viewer.shadow))

    def _on_chatmsg(self, channel: Channel, at: int, raw: Raw, body: dict[str, Any]) -> None:
        line = body["payload"]
        if line["username"].startswith("["):
            return
        identity = (line["username"].casefold(), line["time"], line["msg"])
        said = microseconds(body["timestamp"]) or at
        if said - channel.lines.setdefault(identity, said) >= 1_000_000:
            return
        if at - channel.broken_at <= 30_000_000 and at - line["time"] * 1000 > 10_000_000:
            return
        viewer = channel.viewer(line["username"])
        self._speak(channel, viewer, at, raw.sequence)
        if not line.get("meta", {}).get("shadow"):
            viewer.spoke = at
            viewer.messages += 1

    def _on_pm(self, channel: Channel, at: int, raw: Raw, body: dict[str, Any]) -> None:
        line = body["payload"]
        viewer = channel.viewer(line["username"])
        if viewer.name == self.rules.bot:
            return
        self._speak(channel, viewer, at, raw.sequence)
        text = html.unescape(re.sub(r"<[^>]*>", "", line["msg"])).strip()
        shadow = viewer.shadow or line.get("meta", {}).get("shadow", False)
        if text and not shadow and viewer.name not in self.rules.nobodies and NAME.fullmatch(line["username"]):
            self.expected.questions.append(Question(raw.sequence, channel.room.token, viewer.name, text, time_of(at)))
            if viewer.here and not viewer.doubted and viewer.rank is not None and viewer.rank >= self.rules.owner_level:
                self._grant(channel, text, at)

    def _grant(self, channel: Channel, text: str, at: int) -> None:
        words = text.split()
        if words[0].lower() != "grant" or len(words) < 3:
            return
        target = words[1].lstrip("@")
        try:
            amount = int(words[2])
        except ValueError:
            return
        if 1 <= amount < 2**53 and NAME.fullmatch(target) and target.casefold() not in self.rules.nobodies:
            self._credit(channel, target.casefold(), "grant", amount, at)

    # -- presence -------------------------------------------------------------------------------------------------------------------

    def _proof(self, channel: Channel, at: int, raw: Raw) -> None:
        """The robot was in the room: pay everybody present each minute that ended since the last proof."""
        if any(after < raw.sequence < gap for after, gap in self.doubts):
            return
        for viewer in channel.viewers.values():
            if viewer.state == "present":
                self._pay_between(channel, viewer, max(viewer.since, channel.proof or 0), at)
        channel.proof = at

    def _mark(self, channel: Channel, at: int) -> None:
        """Nobody knows who was there since the last proof."""
        channel.broken_at = at
        for viewer in channel.viewers.values():
            if viewer.state == "present":
                known = viewer.since if channel.proof is None else channel.proof
                viewer.state, viewer.since, viewer.open_from = "suspended", known, max(known, viewer.since)

    def _seen(self, channel: Channel, viewer: Viewer, at: int) -> None:
        """A suspended viewer is there: a short outage is paid, a long one is not."""
        if at - viewer.since <= self.rules.debounce:
            self._pay_between(channel, viewer, viewer.open_from, at)
        viewer.state, viewer.since = "present", at

    def _return(self, channel: Channel, viewer: Viewer, at: int) -> None:
        """Somebody turns out to be there, without having joined before our eyes."""
        if viewer.state == "suspended":
            self._seen(channel, viewer, at)
        elif viewer.state == "grace" and at - viewer.last_leave < self.rules.debounce:
            self._pay_between(channel, viewer, viewer.open_from, at)

    def _missing(self, viewer: Viewer, at: int) -> None:
        """A list does not have this viewer."""
        viewer.here = False
        if viewer.state in {"present", "suspended"}:
            viewer.afk = False
        if viewer.state == "present":
            self._go(viewer, at)
        elif viewer.state == "suspended":
            viewer.state, viewer.last_leave = "grace", viewer.since

    def _go(self, viewer: Viewer, at: int) -> None:
        viewer.state = "grace"
        viewer.since = viewer.last_leave = viewer.open_from = at

    def _speak(self, channel: Channel, viewer: Viewer, at: int, sequence: int) -> None:
        self._return(channel, viewer, at)
        self._present(channel, viewer, at, sequence)

    def _present(self, channel: Channel, viewer: Viewer, at: int, sequence: int) -> None:
        if viewer.state != "present":
            viewer.state, viewer.since = "present", at
        if viewer.first_seen is None:
            viewer.first_seen = at
        viewer.came_at = sequence
        self._wallet(channel, viewer, at)

    # -- money ----------------------------------------------------------------------------------------------------------------------

    def _counted(self, viewer: Viewer) -> bool:
        if viewer.name in self.rules.nobodies or not NAME.fullmatch(viewer.name):
            return False
        return viewer.rank is not None and viewer.rank >= self.rules.min_rank

    def _wallet(self, channel: Channel, viewer: Viewer, at: int) -> None:
        if viewer.state == "present" and self._counted(viewer) and not viewer.has_wallet:
            viewer.has_wallet = True
            self._credit(channel, viewer.name, "wallet", self.rules.wallet, at)

    def _pay_between(self, channel: Channel, viewer: Viewer, after: int, until: int) -> None:
        """Pay each minute that ended after `after` and not after `until`."""
        end = (after // MINUTE + 1) * MINUTE
        while end <= until:
            if end not in viewer.paid and self._counted(viewer):
                viewer.paid.add(end)
                self._pay_minute(channel, viewer, end)
            end += MINUTE

    def _pay_minute(self, channel: Channel, viewer: Viewer, end: int) -> None:
        rules = self.rules
        start = time_of(end - MINUTE).astimezone(rules.zone)
        too_new = end - (viewer.first_seen or 0) < rules.new_for or viewer.messages < rules.new_until_messages
        active = viewer.spoke is not None and end - viewer.spoke <= rules.active_for and not viewer.afk
        amount = rules.base + (rules.bonus if active else 0)
        if start.hour in rules.night_hours:
            amount *= rules.night_factor
        if not too_new:
            viewer.carry += amount
            whole = int(viewer.carry)
            viewer.carry -= whole
            self._credit(channel, viewer.name, "presence", whole, end)
        day = start.date()
        viewer.minutes[day] += 1
        for hours, reward in rules.milestones.items():
            needed = 60 * hours - (rules.milestone_grace if hours >= 24 else 0)
            if viewer.minutes[day] >= needed and (day, hours) not in viewer.claimed:
                viewer.claimed.add((day, hours))
                if not too_new:
                    self._credit(channel, viewer.name, f"dwell.{hours}h", reward, end)

    def _credit(self, channel: Channel, user: str, why: str, amount: int, at: int) -> None:
        if amount:
            self.expected.payments.append(Payment(channel.room.token, user, why, amount, time_of(at)))


def _configuration(raw: Raw) -> dict[str, Any] | None:
    """Give the settings, where the message is a configuration."""
    if not raw.subject.endswith(".configuration"):
        return None
    settings: dict[str, Any] = json.loads(raw.body)["payload"]["settings"]
    return settings


def _outage(raw: Raw) -> int | None:
    """Give the raw sequence behind which the server was down, where the message says so."""
    if not raw.subject.endswith(".gap"):
        return None
    after: int | None = json.loads(raw.body)["payload"].get("after")
    return after


def _is_ours(room: Room, body: dict[str, Any]) -> bool:
    same_domain = str(body["domain"]).casefold() == room.domain.casefold()
    return same_domain and str(body["channel"]).lower().replace(".", "") == room.token
