"""What earning keeps: the only place that knows SQL, one file to a thing.

Times are microseconds since 1970, dates those of the economy's time zone, users folded names. Everything is written within the unit of
work of the event that caused it, and read back for the next one; nothing is kept in memory between two events.
"""

from services.earning.store.store import Clock, Held, Store, WaitingNotice
from services.earning.store.tables import MIGRATIONS

__all__ = ["MIGRATIONS", "Clock", "Held", "Store", "WaitingNotice"]
