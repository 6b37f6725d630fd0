"""What `econ:health` answers."""

from libs.common.config.economy import Currency
from libs.common.contracts.ledger_requests import Flow, StatsAnswer
from services.commands.replies.coins import coins
from services.commands.replies.reports.stats import change, circulation


def health(found: StatsAnswer, there: int | None, chose: int | None, active_days: int, currency: Currency) -> str:
    """Tell how much there is, how it is spread, and how many of those who were `there` today did something."""
    lines = [f"In circulation: {circulation(found, currency)}; today {change(found.window or Flow(), currency)}."]
    lines.append(books(found, currency))
    median = f"Median: {coins(found.median_balance, currency)} of all {found.accounts:,}"
    spread = found.spread
    if spread is None:
        lines.append(f"{median}.")
    else:
        lines.append(f"{median}, {coins(spread.active_median, currency)} of the {spread.active:,} active in {active_days} days.")
        lines.append(f"Spread: Gini {spread.gini:.2f}; the ten richest have {_percent(spread.top_ten, found.spendable)} %.")
    return "\n".join([*lines, participation(chose, there)])


def books(found: StatsAnswer, currency: Currency) -> str:
    """Tell whether all coins ever issued are where they should be."""
    off = found.minted - found.burnt - found.house - found.circulation
    if off:
        return f"The books are off by {coins(off, currency)}: see 'kryten-economy audit'."
    house = f"- {found.house:,} with the house" if found.house >= 0 else f"+ {-found.house:,} lost by the house"
    return f"The books add up: {found.minted:,} minted - {found.burnt:,} burnt {house}."


def participation(chose: int | None, there: int | None) -> str:
    """Tell how many of those who were there did something themselves."""
    if chose is None or there is None:
        return "Who took part today I can't tell right now."
    return f"Took part today: {chose:,} of {there:,} ({_percent(min(chose, there), there)} %)."


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0
