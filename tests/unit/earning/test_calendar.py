"""Days as they are read, counted on and written within one event."""

import sqlite3

from libs.common.database import migrate
from services.earning.people.calendar import Calendar
from services.earning.store import MIGRATIONS
from services.earning.store.days import Days

DATE = "2026-11-22"
USERS = [f"user{number:02}" for number in range(40)]


def test_what_was_counted_before_a_day_was_read_whole_is_not_forgotten() -> None:
    db = sqlite3.connect(":memory:")
    migrate(db, MIGRATIONS)
    for _ in range(2):
        calendar = Calendar(Days(db), "room")
        for _ in range(3):
            for user in USERS:
                calendar.day(user, DATE).present += 1
            calendar.write()

    assert {user: day.present for user, day in Days(db).all("room", DATE).items()} == dict.fromkeys(USERS, 6)
