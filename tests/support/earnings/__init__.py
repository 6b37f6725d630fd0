"""What everybody should have earned, worked out from a room's events a second time.

It shares no line with `services/` and none with the rules in `libs/`, and goes about it the other way round: it knows the whole story
before it begins, puts together for each viewer when they were there, then goes through the lines, and last adds up the coins. Slow and
plain on purpose. It knows no outages, no bans, one room and one configuration.
"""

from tests.support.earnings.coins import Payment, reckon

__all__ = ["Payment", "reckon"]
