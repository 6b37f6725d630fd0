"""`retention.welcome_back`: here again after many days."""

from collections.abc import Iterator

from libs.common.config import Rules
from services.earning.notices import welcome
from services.earning.pay.awards import Award, Notice
from services.earning.pay.caps import DAY_US
from services.earning.presence.sights import Return
from services.earning.times import micros


def welcome_back(seen: Return, rules: Rules) -> Iterator[Award]:
    """Pay whoever was away for enough whole days."""
    back = rules.retention.welcome_back
    days = (micros(seen.at) - seen.left) // DAY_US
    if not back.enabled or not back.bonus or days < back.days_absent:
        return
    yield Award(
        user=seen.user,
        name=seen.name,
        key=f"welcomeback:{seen.channel}:{seen.user}:{seen.left // DAY_US}",
        type="welcome_back",
        trigger="retention.welcome_back",
        amount=back.bonus,
        at=seen.at,
        reason=f"Back after {days} days" if days > 1 else "Back after a day",
        cause=seen.cause,
        notice=Notice(welcome(back.message, back.bonus, rules.currency), automatic=True),
    )
