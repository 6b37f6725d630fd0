"""What the ledger tells of somebody's coins: others' movements, and what it refused of ours."""

from collections import defaultdict
from dataclasses import dataclass, field

from libs.common.contracts.ledger import DAYS_EARNINGS, Entry, Posting, Transaction, Transfer
from libs.common.names import fold
from libs.common.unit import Unit
from services.earning.people.lifetime import INCOME
from services.earning.store.badges import Badges
from services.earning.store.careers import CareerTable, Change
from services.earning.store.days import Days, Sums


@dataclass(slots=True)
class _News:
    """What one transaction changes for one viewer."""

    career: Change = field(default_factory=Change)
    day: Sums = field(default_factory=Sums)


class Told:
    """One transaction. What it changes is added where it stands, without reading it; it is looked at with the next event."""

    def __init__(self, unit: Unit, channel: str, date: str) -> None:
        """Take the unit of work, the channel and the date on which the transaction's cause happened."""
        self._careers = CareerTable(unit.db)
        self._days = Days(unit.db)
        self._badges = Badges(unit.db)
        self._channel = channel
        self._date = date
        self._news: defaultdict[str, _News] = defaultdict(_News)

    def ban(self, user: str, *, banned: bool) -> None:
        """Note whether somebody (folded) is banned."""
        self._news[user].career.banned = int(banned)

    def unpaid(self, posting: Posting | None) -> None:
        """Take back what was counted when we asked for it."""
        for line in () if posting is None else posting.lines:
            if not isinstance(line, Transfer):
                continue
            if line.target.startswith("@"):
                self._news[fold(line.source)].career.balance += line.amount
                continue
            news = self._news[fold(line.target)]
            news.career.balance -= line.amount
            if line.type in INCOME:
                news.career.earned -= line.amount
            if line.type in DAYS_EARNINGS:
                news.day = news.day._replace(earned=news.day.earned - line.amount)

    def ours(self, transaction: Transaction) -> None:
        """Take note of what we asked for, and counted then: of balances, where none was known."""
        for entry in transaction.entries:
            if not entry.account.startswith("@"):
                self._careers.learn_balance(self._channel, fold(entry.account), entry.balance)

    def others(self, transaction: Transaction) -> None:
        """Count what others moved."""
        for entry in transaction.entries:
            if not entry.account.startswith("@"):
                change = self._news[fold(entry.account)].career
                change.balance += entry.amount
                change.told = entry.balance
            whose = entry.owner or entry.account
            if entry.counts is not None and not whose.startswith("@"):
                self._total(self._news[fold(whose)], entry)
        for given, taken in zip(_of("tip_send", transaction), _of("tip_receive", transaction), strict=False):
            self._tip(fold(given.account), fold(taken.account))

    def close(self) -> None:
        """Write it."""
        for user, news in self._news.items():
            self._careers.change(self._channel, user, news.career)
            if any(news.day):
                self._days.add(self._channel, user, self._date, news.day)

    def _tip(self, giver: str, taker: str) -> None:
        """Count with how many others somebody has exchanged tips."""
        if self._badges.tip(self._channel, giver, taker):
            self._news[giver].career.tipped += 1
            self._news[taker].career.tippers += 1

    def _total(self, news: _News, entry: Entry) -> None:
        career, day = news.career, news.day
        match entry.counts:
            case "earned":
                career.earned += entry.amount
                if (entry.metadata or {}).get("undoes") in DAYS_EARNINGS:
                    news.day = day._replace(earned=day.earned + entry.amount)
            case "spent":
                career.spent -= entry.amount
                news.day = day._replace(spent=day.spent - entry.amount)
            case "wagered":
                career.wagered -= entry.amount
                news.day = day._replace(wagered=day.wagered - entry.amount)
            case _:
                news.day = day._replace(won=day.won + entry.amount)


def _of(kind: str, transaction: Transaction) -> list[Entry]:
    return [entry for entry in transaction.entries if entry.type == kind and not entry.account.startswith("@")]
