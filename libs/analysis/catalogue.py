"""All reports, by name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from duckdb import DuckDBPyConnection

from libs.analysis.reports.actions import Action, actions
from libs.analysis.reports.asked import Asked
from libs.analysis.reports.days import Day, days
from libs.analysis.reports.earners import Earner, earners
from libs.analysis.reports.games import Game, games
from libs.analysis.reports.health import Health, health
from libs.analysis.reports.money import Money, money
from libs.analysis.reports.participation import Participation, participation
from libs.analysis.reports.triggers import Trigger, triggers
from libs.analysis.reports.users import User, user


@dataclass(frozen=True, slots=True)
class Report:
    """One report."""

    what: str
    row: type
    """What each of its rows is: a dataclass."""
    ask: Callable[[DuckDBPyConnection, Asked], Sequence[Any]]
    times: str
    """Which times it takes: `at`, or `since` and `until`."""


REPORTS: Final[Mapping[str, Report]] = {
    "stats": Report("Where all coins are", Money, money, "at"),
    "days": Report("What moved each day", Day, days, "since, until"),
    "health": Report("How coins are spread, and who takes part", Health, health, "at"),
    "user": Report("One viewer's account", User, user, "at"),
    "participation": Report("Who did something, rather than only being there", Participation, participation, "since, until"),
    "triggers": Report("What viewers were paid for", Trigger, triggers, "since, until"),
    "gambling": Report("What each game kept", Game, games, "since, until"),
    "actions": Report("What was granted, taken, set, suspended or undone by hand", Action, actions, "since, until"),
    "earners": Report("Who earned most", Earner, earners, "since, until"),
}
