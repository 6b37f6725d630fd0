"""What is told of a day, or a week."""

from typing import Annotated

from libs.common.config.section import Hour, Section
from libs.common.config.texts import Places

_TOLD = Places("earned", "currency", "spent", "balance", "rank", "streak", "next_goal_description", "days_away")


class UserDigest(Section):
    """A PM for everybody who was there the day before."""

    enabled: bool = True
    send_hour_utc: Hour = 4
    """From then on, an hour of UTC: to who is here at once, to others when they come that day. Best early in the economy's day, since
    what is told of is the day before."""
    message: Annotated[str, _TOLD] = (
        "Yesterday: {earned} {currency} earned, {spent} spent; you have {balance} now. "
        "Rank: {rank}. Days in a row: {streak}. Ahead: {next_goal_description} (in days, as things go: {days_away})."
    )
    """`streak`: days in a row; `next_goal_description`: the next rank and what is missing; `days_away`: days until then at the pace of the
    last seven, ? where there was none."""


class AdminDigest(Section):
    """A PM for administrators, on Mondays."""

    enabled: bool = True
    send_hour_utc: Hour = 5
    """From then on, an hour of UTC: to who is here at once, to others when they come that week."""


class Digest(Section):
    """What is told of a day, or a week."""

    user_digest: UserDigest = UserDigest()
    admin_digest: AdminDigest = AdminDigest()
