"""Leaderboards, as PM and API both have them."""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection
from datetime import UTC, datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from libs.common import ranks
from libs.common.config.ranks import Ranks
from libs.common.contracts.ledger_requests import AccountsAnswer, AccountsRequest
from libs.common.names import fold

Board = Literal["earners", "rich", "lifetime"]

BOARDS: Final[dict[str, Board | Literal["ranks"]]] = {
    "earners": "earners",
    "today": "earners",
    "rich": "rich",
    "balance": "rich",
    "balances": "rich",
    "lifetime": "lifetime",
    "all": "lifetime",
    "ranks": "ranks",
}
"""By the words they are asked for with, in lower case."""
_PAGE: Final = 500


def day_start(at: datetime, zone: ZoneInfo) -> datetime:
    """Give when the day of this moment began, in UTC."""
    return at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


async def holders(
    accounts: Callable[[AccountsRequest], Awaitable[AccountsAnswer]],
    rung: Callable[[str, int], int],
    section: Ranks,
    outsiders: Collection[str] = (),
) -> dict[str, int]:
    """Count who holds each rank, lowest first; ranks that nobody holds are left out, and so are `outsiders` (folded names).

    `rung` gives the place of the rank of (name, lifetime earned).
    """
    ladder = ranks.tiers(section)
    held: Counter[str] = Counter()
    offset, total = 0, 1
    while offset < total:
        page = await accounts(AccountsRequest(limit=_PAGE, offset=offset))
        taking_part = (account for account in page.accounts if fold(account.account) not in outsiders)
        held.update(ladder[rung(account.account, account.lifetime_earned)].name for account in taking_part)
        offset, total = offset + _PAGE, page.total
    return {tier.name: held[tier.name] for tier in ladder if held[tier.name]}
