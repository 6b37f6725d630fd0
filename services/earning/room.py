"""One channel while one event is handled: reads how things stand, asks the rules, writes what comes of it."""

from libs.common.config import Rules
from libs.common.contracts.events import (
    Afk,
    Chat,
    Event,
    Gap,
    Join,
    Leave,
    PrivateMessage,
    Rank,
    Roster,
    UserList,
)
from libs.common.contracts.events import Viewer as Listed
from libs.common.contracts.facts import Arrival
from libs.common.names import fold, is_valid
from libs.common.unit import Unit
from services.earning import jobs, parts
from services.earning.notices import WORTH_SAYING, pm
from services.earning.people.viewer import Viewer
from services.earning.presence import standing as presence
from services.earning.presence.minutes import slots
from services.earning.presence.sights import Return, Sight
from services.earning.presence.signs import breaks, proves
from services.earning.presence.standing import State, Turn
from services.earning.scene import Scene
from services.earning.store import Clock
from services.earning.times import MINUTE_US, SECOND_US, micros, moment
from services.earning.triggers import AT_FIRST_SIGHT, AT_RETURN, EVERY_MINUTE

_BURST_US = 30 * SECOND_US
"""So long after a robot session's edge CyTube may repeat chat lines; later, a line's age says only how far CyTube's clock is off."""
_LIVE_US = 10 * SECOND_US
"""Within that time, a chat line this much older than its event was said while the robot was away: its author need not be here."""
_WORTH_SAYING_US = WORTH_SAYING.total_seconds() * SECOND_US


class Room:
    """One channel, one event."""

    def __init__(self, unit: Unit, rules: Rules, version: str, channel: str, event: Event) -> None:
        """Take the unit of work, the rules that hold, their version, the channel's token, and what happened."""
        self.scene = Scene(unit, rules, channel, event.at, event.id)
        self._unit = unit
        self._store = self.scene.store
        self._rules = rules
        self._version = version
        self._channel = channel
        self._event = event
        self._at = self.scene.at
        self._grace_us = rules.presence.join_debounce_minutes * MINUTE_US
        self._returned: dict[str, int] = {}
        """Who (folded) turned out to be here again after an absence that was no bounce, and when they had left."""
        self.slots = 0
        """Minutes counted so far."""

    def happen(self) -> None:
        """Let the event happen: time first, then what it brings."""
        clock = self._wind()
        if proves(self._event, self._channel):
            self._prove(clock.proof)
            self.scene.calendar.write()
        if clock.notice_due is not None and clock.notice_due <= self._at:
            self._tell()
        if breaks(self._event, self._channel):
            self._break(clock.proof)
            self._store.breaks(self._channel, self._at)
        # Behind the break: nobody is known to be here then, and it rains on nobody.
        if clock.job_due is not None and clock.job_due <= self._at:
            self._work()
        self._bring(clock)
        for part in parts.FOLLOW:
            part(self.scene, self._event)
        self.close()

    def welcome_all(self) -> None:
        """See everybody present anew: with another configuration they may earn now."""
        viewers = self._store.present(self._channel)
        for viewer in viewers:
            self._sight(viewer)
        self._store.save(self._channel, viewers)
        jobs.plan(self.scene)
        self.close()

    def close(self) -> None:
        """Write what was counted and earned."""
        self.scene.close(parts.reached, self._version)

    def _wind(self) -> Clock:
        """Give the channel's clock: begun, if need be, and with its time for every job."""
        clock = self._store.clock(self._channel)
        is_old = clock is None or clock.epoch != self._event.epoch
        if is_old:
            self._store.begin(self._channel, self._event.epoch, self._at)
        if is_old and clock is not None:
            # Between two epochs something is missing, whether or not anybody could write so.
            self._break(clock.proof)
        is_unplanned = clock is None or clock.job_due is None
        if is_unplanned:  # some job always has its time: where none has, the channel is new, or this program newer than its state
            jobs.plan(self.scene)
        if is_old or is_unplanned:
            clock = self._store.clock(self._channel)
        return clock or Clock(None, self._event.epoch, 0, None, self._at)

    def _work(self) -> None:
        """Do what is due by the clock. What comes after it is to see what came of it."""
        self.close()
        before = self.scene
        jobs.run_due(before, self._version)
        self.scene = before.anew()
        self.scene.payroll.coins.update(before.payroll.coins)

    def _prove(self, proof: int | None) -> None:
        if proof is None or proof // MINUTE_US != self._at // MINUTE_US:
            for viewer in self._store.present(self._channel):
                self._pay(viewer, presence.proved(viewer.standing, proof, self._at))
        self._store.prove(self._channel, self._at)

    def _break(self, proof: int | None) -> None:
        viewers = self._store.present(self._channel)
        lost = [(viewer, viewer.standing) for viewer in viewers]
        for viewer in viewers:
            viewer.standing = presence.suspend(viewer.standing, proof)
        self._store.save(self._channel, viewers)
        for part in parts.BREAK:
            part(self.scene, proof, lost)

    def _tell(self) -> None:
        for notice in self._store.due(self._channel, self._at):
            viewer = self._store.viewer(self._channel, notice.user)
            state = State.AWAY if viewer is None else viewer.standing.state
            late = self._at - notice.due >= _WORTH_SAYING_US
            if state is State.SUSPENDED and not late:
                continue  # whether they are still here will turn out
            if state is State.PRESENT and not late and not self.scene.careers.of(notice.user).banned:
                self._unit.announce(pm(notice.key, self._channel, notice.name, notice.text, moment(notice.due)))
            self._store.forget_notice(notice.key)

    def _bring(self, clock: Clock) -> None:
        match self._event:
            case Chat():
                self._chat(self._event, clock.broken)
            case PrivateMessage():
                self._private_message(self._event)
            case Join():
                self._join(self._event)
            case Leave():
                self._leave(self._event)
            case UserList():
                self._list(self._event)
            case Roster():
                if clock.listed_raw <= self._event.as_of:
                    self._roster(self._event)
            case Gap():
                self._store.list_at(self._channel, self._event.raw)  # a roster read before it says nothing any more
            case Rank():
                self._rank(self._event)
            case Afk():
                self._afk(self._event)
            case _:
                pass

    def _chat(self, event: Chat, broken: int | None) -> None:
        viewer = self._known(event.user)
        if viewer is None:
            return
        bursting = broken is not None and self._at - broken <= _BURST_US
        if bursting and self._at - micros(event.time) > _LIVE_US:
            viewer.rank = viewer.rank if event.rank is None else event.rank
        else:
            self._speak(viewer, event)
            if not event.shadow:
                viewer.last_spoke = self._at
                viewer.messages += 1
            self._keep(viewer)
        for part in parts.HEAR:
            part(self.scene, event, viewer)

    def _private_message(self, event: PrivateMessage) -> None:
        viewer = self._known(event.user)
        if viewer is None or viewer.user == fold(self._rules.bot.username):
            return
        self._speak(viewer, event)
        self._keep(viewer)

    def _speak(self, viewer: Viewer, event: Chat | PrivateMessage) -> None:
        self._turn(viewer, presence.seen(viewer.standing, self._at, self._grace_us))
        viewer.name = event.user
        viewer.seen_raw = event.raw
        if event.rank is not None:
            viewer.rank = event.rank

    def _join(self, event: Join) -> None:
        viewer = self._known(event.user)
        if viewer is None:
            return
        turn = presence.join(viewer.standing, self._at, self._grace_us)
        rank = event.rank if _rank_of_join_holds(viewer, event) else viewer.rank
        self._turn(viewer, turn)
        viewer.rank, viewer.told_raw = rank, event.raw
        viewer.name, viewer.afk, viewer.seen_raw = event.user, event.afk, event.raw
        self._keep(viewer)
        if turn.arrived and viewer.user not in self._rules.outsiders:
            self._announce_arrival(viewer, turn)
            for part in parts.ARRIVE:
                part(self.scene, viewer, turn)

    def _leave(self, event: Leave) -> None:
        viewer = self._known(event.user)  # never seen or not: a roster read before this would have them here
        if viewer is None:
            return
        self._turn(viewer, presence.leave(viewer.standing, self._at, self._grace_us))
        viewer.afk, viewer.left_raw = False, event.raw
        self._keep(viewer)

    def _list(self, event: UserList) -> None:
        others = self._store.not_away(self._channel)
        listed = []
        for entry in _by_user(event.users).values():
            viewer = others.pop(fold(entry.user), None) or self._known(entry.user)
            if viewer is None:
                continue
            self._turn(viewer, presence.seen(viewer.standing, self._at, self._grace_us))
            viewer.name, viewer.afk = entry.user, entry.afk is True
            viewer.rank = viewer.rank if entry.rank is None else entry.rank
            viewer.seen_raw = viewer.told_raw = event.raw
            self._sight(viewer)
            listed.append(viewer)
        for viewer in others.values():
            self._turn(viewer, presence.missing(viewer.standing, self._at))
            viewer.afk, viewer.left_raw = False, event.raw
        self._store.save(self._channel, [*listed, *others.values()])
        self._store.list_at(self._channel, event.raw)

    def _roster(self, event: Roster) -> None:
        """Take the robot's own list, where nothing later than it says otherwise."""
        others = self._store.not_away(self._channel)
        listed = []
        for entry in _by_user(event.users).values():
            viewer = others.pop(fold(entry.user), None) or self._known(entry.user)
            if viewer is None or (viewer.standing.state is State.AWAY and viewer.left_raw > event.as_of):
                continue
            self._turn(viewer, presence.seen(viewer.standing, self._at, self._grace_us))
            fresh = viewer.told_raw <= event.as_of
            if entry.rank is not None and (fresh or viewer.rank is None):
                viewer.rank = entry.rank
            if entry.afk is not None and fresh:
                viewer.afk = entry.afk
            self._sight(viewer)
            listed.append(viewer)
        gone = [viewer for viewer in others.values() if viewer.seen_raw <= event.as_of]
        for viewer in gone:
            self._turn(viewer, presence.missing(viewer.standing, self._at))
            viewer.afk = False
        self._store.save(self._channel, [*listed, *gone])

    def _rank(self, event: Rank) -> None:
        viewer = self._known(event.user)
        if viewer is None:
            return
        viewer.rank, viewer.told_raw = event.rank, event.raw
        self._keep(viewer)

    def _afk(self, event: Afk) -> None:
        viewer = self._known(event.user)
        if viewer is None:
            return
        viewer.afk, viewer.told_raw = event.afk, event.raw
        self._keep(viewer)

    def _known(self, name: str) -> Viewer | None:
        """Give the viewer of that name, new if need be; None where it can't be one."""
        if not is_valid(name):
            return None
        user = fold(name)
        return self._store.viewer(self._channel, user) or Viewer(user, name)

    def _turn(self, viewer: Viewer, turn: Turn) -> None:
        self._pay(viewer, turn.owed)
        before, viewer.standing = viewer.standing, turn.standing
        left = presence.returned(before, turn, self._at, self._grace_us)
        if left is not None:
            self._returned[viewer.user] = left
        for part in parts.TURN:
            part(self.scene, viewer, before, turn)
        if viewer.first_seen is None and turn.standing.state is State.PRESENT:
            viewer.first_seen = self._at

    def _pay(self, viewer: Viewer, owed: range) -> None:
        """Count minutes, judging the viewer as known before this event, and pay what the triggers give for them."""
        for slot in slots(self._channel, viewer, owed, self._rules, self.scene.calendar.day):
            self.slots += 1
            for trigger in EVERY_MINUTE:
                for award in trigger(slot, self._rules):
                    if award.claim is not None:
                        slot.day.claim(award.claim)
                    if slot.payable:
                        self.scene.payroll.pay(award)
            self.scene.careers.of(viewer.user).minutes += 1
            for part in parts.COUNT:
                part(self.scene, slot)

    def _keep(self, viewer: Viewer) -> None:
        self._sight(viewer)
        self._store.save(self._channel, (viewer,))

    def _sight(self, viewer: Viewer) -> None:
        """See somebody who is here, as they are known now: open an account at the first sight, and welcome back who was away."""
        left = self._returned.pop(viewer.user, None)
        if viewer.opened and left is None:
            return
        if viewer.standing.state is not State.PRESENT or not self.scene.has_part(viewer):
            return  # who is banned would be refused, for good under this key: it is for when the ban is over
        if not viewer.opened:
            viewer.opened = True
            sight = Sight(self._channel, viewer.user, viewer.name, self._event.at, self._event.id)
            awards = (award for trigger in AT_FIRST_SIGHT for award in trigger(sight, self._rules))
        elif left is not None and self.scene.is_paid(viewer):
            back = Return(self._channel, viewer.user, viewer.name, self._event.at, left, self._event.id)
            awards = (award for trigger in AT_RETURN for award in trigger(back, self._rules))
        else:
            return
        for award in awards:
            self.scene.payroll.pay(award)

    def _announce_arrival(self, viewer: Viewer, turn: Turn) -> None:
        key = f"arrival:{self._channel}:{viewer.user}:{self._at // 1_000}"
        absent_seconds = None if turn.absent_us is None else turn.absent_us / SECOND_US
        fact = Arrival(id=key, channel=self._channel, user=viewer.name, at=self._event.at, absent_seconds=absent_seconds)
        self._unit.fact(self._channel, fact.kind, key, fact)


def _rank_of_join_holds(viewer: Viewer, event: Join) -> bool:
    """Tell whether a join's rank, which is only that of the account on the site, is the best that is known.

    A guest is one, whoever had the name before. Of others a rank told since they last left is better.
    """
    if event.rank is None or viewer.rank is None or event.rank < 1:
        return event.rank is not None
    return viewer.standing.state is not State.PRESENT and viewer.told_raw <= viewer.left_raw


def _by_user(users: list[Listed]) -> dict[str, Listed]:
    """Fold two spellings of one name into one viewer."""
    return {fold(entry.user): entry for entry in users}
