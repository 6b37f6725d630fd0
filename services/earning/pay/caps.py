"""Caps: how often something is paid."""

from typing import Final, NamedTuple

from services.earning.times import MINUTE_US

HOUR_US: Final = 60 * MINUTE_US
DAY_US: Final = 24 * HOUR_US


class Cap(NamedTuple):
    """At most `maximum` awards of something. It is consumed in the transaction of the award, together with all its other caps."""

    name: str
    """What is counted, such as a trigger."""
    maximum: int
    """0 is no bound."""
    user: str = ""
    """Whose count it is (folded); empty for the whole room's."""
    scope: str = ""
    """Within what it is counted: a date, a thing that played, a line. Empty where there is a window, or for ever."""
    window_us: int | None = None
    """A fixed window: it begins with the first hit, and anew with the first hit after its end."""
    keep_us: int = 2 * DAY_US
    """How long the count is kept where there is no window."""
