"""What `econ:stats` answers."""

from datetime import date

from libs.common.config.economy import Currency
from libs.common.contracts.earning import AttendanceAnswer
from libs.common.contracts.ledger_requests import Flow, StatsAnswer
from services.commands.replies.coins import coins


def stats(found: StatsAnswer, there: AttendanceAnswer | None, today: date, currency: Currency) -> str:
    """Tell where the coins are, and what moved them."""
    moved = found.window or Flow()
    here = "who is here I can't tell right now" if there is None else f"{there.day:,} here today, {there.now:,} now"
    return "\n".join(
        [
            f"{today:%d %b}: {found.accounts:,} accounts, {moved.active:,} active, {here}.",
            f"In circulation: {circulation(found, currency)}. House: {coins(found.house, currency)}.",
            f"Today: earned {moved.earned:,}, spent {moved.spent:,}; staked {moved.wagered:,}, won {moved.won:,}.",
            f"Today's change: {change(moved, currency)}.",
        ]
    )


def circulation(found: StatsAnswer, currency: Currency) -> str:
    """Tell how many coins there are, and in which form."""
    return f"{coins(found.circulation, currency)} ({found.spendable:,} at hand, {found.escrow:,} held)"


def change(moved: Flow, currency: Currency) -> str:
    """Tell what circulation rose by, with what makes it up; and if that does not add up."""
    told = f"{moved.circulation:+,} {currency.symbol} ({moved.minted:,} minted, {moved.burnt:,} burnt, {moved.house:,} to the house)"
    off = moved.circulation - (moved.minted - moved.burnt - moved.house)
    return f"{told}, which is off by {off:,}: see 'kryten-economy audit'" if off else told
