"""The digest of the week before, for administrators."""

import json
from collections.abc import Sequence
from datetime import UTC, date, timedelta
from typing import Final

from libs.common.config import Rules
from services.earning.digests.week import DAYS, week_before
from services.earning.digests.words import of_week
from services.earning.notices import pm
from services.earning.pay.caps import DAY_US, Cap
from services.earning.people.viewer import Viewer
from services.earning.scene import Scene
from services.earning.schedules.clock import Schedule
from services.earning.schedules.dated import next_due, open_date, planned
from services.earning.store.counters import Counters
from services.earning.store.diary import Diary

NAME: Final = "admin_digest"
_MONDAY: Final = 0


def plan(scene: Scene, due: int | None) -> int | None:
    """Give when it is due."""
    return planned(scene, NAME, _schedule(scene.rules), due) if scene.rules.digest.admin_digest.enabled else None


def run(scene: Scene, due: int) -> int | None:
    """Work it out, keep it for the week, and tell who is here."""
    if not scene.rules.digest.admin_digest.enabled:
        return None
    schedule, diary = _schedule(scene.rules), Diary(scene.unit.db)
    day = open_date(scene, NAME, schedule, due)
    if day is not None:
        before = diary.last(scene.channel, NAME)
        week = week_before(scene, date.fromisoformat(day), None if before is None else int(json.loads(before.note)["circulation"]))
        note = {"circulation": week.circulation, "text": of_week(week, scene.rules.currency)}
        diary.write(scene.channel, NAME, day, json.dumps(note))
        tell(scene, scene.here())
    return next_due(scene, NAME, schedule)


def tell(scene: Scene, viewers: Sequence[Viewer]) -> None:
    """Tell those of them who are administrators, where they had not this week's. Who is quiet is told, too: it is their work."""
    level = scene.rules.admin.owner_level
    admins = [viewer for viewer in viewers if viewer.rank is not None and viewer.rank >= level]
    if not scene.rules.digest.admin_digest.enabled or not admins:
        return
    last = Diary(scene.unit.db).last(scene.channel, NAME)
    if last is None or date.fromisoformat(scene.today) - date.fromisoformat(last.date) >= timedelta(days=DAYS):
        return
    text, counters = json.loads(last.note)["text"], Counters(scene.unit.db)
    for viewer in admins:
        once = Cap(NAME, 1, viewer.user, last.date, keep_us=(DAYS + 1) * DAY_US)
        if counters.take(scene.channel, (once,), scene.at) is None:
            key = f"admindigest:{scene.channel}:{last.date}:{viewer.user}"
            scene.unit.announce(pm(key, scene.channel, viewer.name, text, scene.now, "digest"))


def _schedule(rules: Rules) -> Schedule:
    return Schedule(f"{rules.digest.admin_digest.send_hour_utc:02}:00", UTC, _MONDAY)
