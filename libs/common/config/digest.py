"""What is told of a day, or a week."""

from typing import Annotated

from libs.common.config.section import Hour, Section
from libs.common.config.texts import Places

_TOLD = Places("earned", "currency", "spent", "balance", "rank", "streak", "next_goal_description", "days_away")


class UserDigest(Section):
    """A PM for everybody who was there the day before."""

    enabled: bool = True
    send_hour_utc: Hour = 4
    message: Annotated[str, _TOLD] = (
        "Yesterday: {earned} {currency} earned, {spent} spent, {balance} left. "
        "Rank {rank}, day {streak} in a row. Next: {next_goal_description}, in about {days_away} days."
    )


class AdminDigest(Section):
    """A PM for administrators, on Mondays."""

    enabled: bool = True
    send_hour_utc: Hour = 5


class Digest(Section):
    """What is told of a day, or a week."""

    user_digest: UserDigest = UserDigest()
    admin_digest: AdminDigest = AdminDigest()
