"""Jobs that are done once for a date, however the hour, the time zone or the configuration change meanwhile."""

from services.earning.scene import Scene
from services.earning.schedules.clock import Schedule, following, latest
from services.earning.store.diary import Diary
from services.earning.times import moment


def planned(scene: Scene, job: str, schedule: Schedule, due: int | None) -> int:
    """Give when a job is to be due: what is overdue stays so; else the next instant on a date for which it was not done yet."""
    return due if due is not None and due <= scene.at else next_due(scene, job, schedule)


def next_due(scene: Scene, job: str, schedule: Schedule) -> int:
    """Give the first instant from now on whose date it was not done for yet."""
    done = Diary(scene.unit.db).date(scene.channel, job) or ""
    due = following(schedule, scene.at)
    while date_at(scene, due) <= done:
        due = following(schedule, due)
    return due


def open_date(scene: Scene, job: str, schedule: Schedule, due: int) -> str | None:
    """Give the date a job that was due is to be done for now: of several that were missed the last; None where it was done for that one.

    None, too, where another configuration has meanwhile put it to a later hour.
    """
    instant = latest(schedule, scene.at)
    date = date_at(scene, instant)
    done = Diary(scene.unit.db).date(scene.channel, job) or ""
    return date if instant >= due and date > done else None


def date_at(scene: Scene, instant: int) -> str:
    """Give the date of an instant in the economy's time zone."""
    return scene.date(moment(instant))
