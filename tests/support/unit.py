"""A unit of work on a database in memory, committed as a service commits one."""

import sqlite3
from collections.abc import Callable
from typing import TypeVar

from libs.common.unit import Unit

T = TypeVar("T")


def committed(db: sqlite3.Connection, service: str, work: Callable[[Unit], T]) -> T:
    """Do `work` in a transaction, and then what it wants done after the commit; undo everything if it raises."""
    unit = Unit(db, service)
    db.execute("BEGIN IMMEDIATE")
    try:
        result = work(unit)
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")
    for call in unit.calls:
        call()
    return result
