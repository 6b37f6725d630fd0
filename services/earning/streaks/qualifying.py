"""A day that counts: whoever has been here long enough on it has one more day in a row, and a day of the week."""

from libs.common.config import fill
from services.earning.notices import WORTH_SAYING, coined
from services.earning.presence.minutes import Slot
from services.earning.scene import Scene
from services.earning.store.weeks import Weeks
from services.earning.streaks.rules import QualifyingDay, Week, advance, is_weekend, there, week_of
from services.earning.triggers import EVERY_QUALIFYING_DAY

CLAIM = "qualified"
"""Marks the day as counted."""
_FIRST_LINE = 7
_EACH_LINE = 30


def qualify(scene: Scene, slot: Slot) -> None:
    """Count the day once it has enough minutes."""
    day, rules = slot.day, scene.rules.streaks
    if day.present < rules.daily.min_presence_minutes or CLAIM in day.claimed:
        return
    day.claim(CLAIM)
    qualifying = QualifyingDay(slot, _streak(scene, slot), _week(scene, slot))
    if not slot.payable:
        return
    for trigger in EVERY_QUALIFYING_DAY:
        for award in trigger(qualifying, scene.rules):
            scene.payroll.pay(award)
    if scene.now - slot.ends < WORTH_SAYING and scene.has_part(slot.viewer):
        _speak(scene, qualifying)


def _streak(scene: Scene, slot: Slot) -> int:
    if not scene.rules.streaks.daily.enabled:
        return 0
    career = scene.careers.of(slot.viewer.user)
    career.streak = advance(career.streak, career.streak_date, slot.day.date)
    career.streak_date = max(career.streak_date or "", slot.day.date)
    career.longest_streak = max(career.longest_streak, career.streak)
    return career.streak


def _week(scene: Scene, slot: Slot) -> Week | None:
    bridge = scene.rules.streaks.weekend_weekday_bridge
    if not bridge.enabled:
        return None
    weeks, user = Weeks(scene.unit.db), slot.viewer.user
    name = week_of(slot.day.date, bridge.week_starts_on)
    week = there(weeks.week(scene.channel, user, name), slot.day.date)
    weeks.keep(scene.channel, user, week._replace(paid=week.paid or (week.is_bridged and slot.payable)))
    return week


def _speak(scene: Scene, day: QualifyingDay) -> None:
    """Tell the room of a long streak, and the viewer of a bridge that is half built."""
    viewer, date = day.slot.viewer, day.slot.day.date
    if day.streak == _FIRST_LINE or (day.streak and day.streak % _EACH_LINE == 0):
        scene.say(f"streak:{scene.channel}:{viewer.user}:{date}:line", "streak", user=viewer.name, days=day.streak)
    bridge = scene.rules.streaks.weekend_weekday_bridge
    if day.week is None or not bridge.announce_on_weekend or not bridge.bonus or bridge.week_starts_on != "saturday":
        return  # in a week that begins on a Monday no weekday follows the weekend
    first = is_weekend(date) and not day.week.weekday and not Weeks(scene.unit.db).is_reminded(scene.channel, viewer.user, day.week.week)
    if first:
        Weeks(scene.unit.db).remind(scene.channel, viewer.user)
        text = fill(bridge.message, amount=bridge.bonus, currency=coined(bridge.bonus, scene.rules.currency))
        scene.tell(f"bridge.reminder:{scene.channel}:{viewer.user}:{day.week.week}", viewer.user, viewer.name, text)
