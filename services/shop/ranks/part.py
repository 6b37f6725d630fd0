"""Hears of ranks, and tells which one a buyer holds."""

from libs.common import rankbook, ranks
from libs.common.config import Rules
from libs.common.contracts.facts import RankHeld
from libs.common.contracts.ledger import AccountState
from libs.common.durable import Unit
from libs.common.ranks import Perks
from services.shop.part import Part, Tools


def buyers(_tools: Tools) -> Part:
    """Give the part that knows the ranks of buyers; it hears of one before those who go by it."""
    return Part(on_rank=hear)


def hear(unit: Unit, fact: RankHeld, _rules: Rules) -> None:
    """Keep the rank somebody holds."""
    rankbook.keep(unit.db, fact.channel, fact.user, fact.rank)


def place(unit: Unit, channel: str, account: AccountState | None, rules: Rules) -> int:
    """Give the place on the ladder of somebody's rank; the lowest without an account."""
    if account is None:
        return 0
    return ranks.held(account.lifetime_earned, rankbook.told(unit.db, channel, account.account), ranks.tiers(rules.ranks))


def perks(unit: Unit, channel: str, account: AccountState | None, rules: Rules) -> Perks:
    """Give what somebody's rank brings."""
    return ranks.perks(place(unit, channel, account, rules), rules.ranks)
