"""Who may play: the one list of checks at every door of every game, in the order in which they answer.

What the ledger alone can say for certain (the daily limit, enough coins, bans) it says when it does the posting; `refused` puts that
into the same words. A refused attempt costs nothing: no coins, no cooldown, no count.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from libs.common.config import Rules
from libs.common.contracts import owners
from libs.common.contracts.ledger import AccountState, Limit, Outcome
from libs.common.contracts.owners import Declined
from libs.common.names import fold

_LONG_AGO: Final = timedelta.max


@dataclass(frozen=True, slots=True)
class Terms:
    """What a game asks of who plays it."""

    game: str
    enabled: bool
    """The game's own switch."""
    wagers: tuple[int, int] | None = None
    """Least and most that may be staked; None where nothing is."""
    cooldown_seconds: int = 0
    daily_limit: int = 0
    """0: none."""


@dataclass(frozen=True, slots=True)
class Player:
    """Who wants to play, as we know them."""

    name: str
    at: datetime
    account: AccountState | None
    wager: int = 0
    since_last: timedelta = _LONG_AGO
    """Since this one's last round of this game in this room."""


def declined(player: Player, terms: Terms, rules: Rules, table: Declined | None = None) -> Declined | None:
    """Say why somebody may not play, None if they may.

    Args:
        player: who wants to.
        terms: the game's.
        rules: the configuration in force.
        table: what the game's own state says against it (a round that is closed, a hand that is open).
    """
    gambling, account = rules.gambling, player.account
    if not (gambling.enabled and terms.enabled):
        return Declined(code="off")
    if fold(player.name) in rules.outsiders:
        return Declined(code="silent")
    if account is None:
        return Declined(code="no_account")
    if account.banned or account.frozen:
        return Declined(code="banned" if account.banned else "frozen")
    age_left = account.opened_at + timedelta(minutes=gambling.min_account_age_minutes) - player.at
    if gambling.min_account_age_minutes and age_left > timedelta(0):
        return Declined(code="too_new", values={"minutes": math.ceil(age_left / timedelta(minutes=1))})
    return _wager_declined(player.wager, terms) or table or _too_soon(player.since_last, terms)


def _wager_declined(wager: int, terms: Terms) -> Declined | None:
    if terms.wagers is None:
        return None
    least, most = max(terms.wagers[0], 1), terms.wagers[1]
    if wager < least:
        return Declined(code="wager_low", values={"minimum": least})
    return Declined(code="wager_high", values={"maximum": most}) if wager > most else None


def _too_soon(since_last: timedelta, terms: Terms) -> Declined | None:
    cooldown = timedelta(seconds=terms.cooldown_seconds)
    if since_last >= cooldown:
        return None
    return Declined(code="cooldown", values={"seconds": math.ceil((cooldown - since_last).total_seconds())})


def limits(player: str, terms: Terms, day: str) -> list[Limit]:
    """Give the lines that make the ledger count a round of the day, first in its posting."""
    if not terms.daily_limit:
        return []
    return [Limit(account=player, name=f"gambling.{terms.game}", window=day, add=1, maximum=terms.daily_limit)]


def day(at: datetime, rules: Rules) -> str:
    """Give the economy's date."""
    return f"{at.astimezone(rules.economy.zone):%Y-%m-%d}"


def refused(outcome: Outcome, wager: int, limit: int = 0) -> Declined:
    """Say why the ledger refused a round of so much, of which there are `limit` a day."""
    if outcome.refusal == "limit_reached":
        return Declined(code="daily_limit", values={"limit": limit})
    return owners.refused(outcome, wager)
