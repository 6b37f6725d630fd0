"""What the ledger tells of somebody's coins: others' movements, and what it refused of ours."""

from libs.common.contracts.ledger import DAYS_EARNINGS, Entry, Posting, Transaction, Transfer
from libs.common.names import fold
from libs.common.unit import Unit
from services.earning.people.calendar import Calendar
from services.earning.people.careers import Careers
from services.earning.people.lifetime import INCOME
from services.earning.store.badges import Badges
from services.earning.store.careers import CareerTable
from services.earning.store.days import Days


class Told:
    """One transaction. What it changes is looked at with the next event."""

    def __init__(self, unit: Unit, channel: str, date: str) -> None:
        """Take the unit of work, the channel and the date on which the transaction's cause happened."""
        self._table = CareerTable(unit.db)
        self._channel = channel
        self._date = date
        self._careers = Careers(self._table, channel)
        self._calendar = Calendar(Days(unit.db), channel)
        self._badges = Badges(unit.db)

    def ban(self, user: str, *, banned: bool) -> None:
        """Note whether somebody (folded) is banned."""
        self._careers.of(user).banned = int(banned)

    def unpaid(self, posting: Posting | None) -> None:
        """Take back what was counted when we asked for it."""
        for line in () if posting is None else posting.lines:
            if not isinstance(line, Transfer):
                continue
            if line.target.startswith("@"):
                self._keep(line)
                continue
            career = self._careers.of(fold(line.target))
            if career.balance is not None:
                career.balance -= line.amount
            if line.type in INCOME:
                career.earned -= line.amount
            if line.type in DAYS_EARNINGS:
                self._calendar.day(career.user, self._date).earned -= line.amount

    def entries(self, transaction: Transaction, *, own: bool) -> None:
        """Count what moved. What we asked for ourselves is counted already."""
        for entry in transaction.entries:
            if not entry.account.startswith("@"):
                self._balance(entry, own=own)
            whose = entry.owner or entry.account
            if not own and not whose.startswith("@"):
                self._total(fold(whose), entry)
        for given, taken in zip(_of("tip_send", transaction), _of("tip_receive", transaction), strict=False):
            self._tip(fold(given.account), fold(taken.account))

    def close(self) -> None:
        """Write it."""
        for career in (changed := self._careers.changed()):
            career.checked = None
        self._table.save(self._channel, changed)
        self._calendar.write()

    def _keep(self, fee: Transfer) -> None:
        """Give back what was counted as taken."""
        career = self._careers.of(fold(fee.source))
        if career.balance is not None:
            career.balance += fee.amount

    def _tip(self, giver: str, taker: str) -> None:
        """Count with how many others somebody has exchanged tips."""
        if self._badges.tip(self._channel, giver, taker):
            self._careers.of(giver).tipped += 1
            self._careers.of(taker).tippers += 1

    def _balance(self, entry: Entry, *, own: bool) -> None:
        career = self._careers.of(fold(entry.account))
        if career.balance is None:
            career.balance = entry.balance
        elif not own:
            career.balance += entry.amount

    def _total(self, user: str, entry: Entry) -> None:
        career, day = self._careers.of(user), self._calendar.day(user, self._date)
        match entry.counts:
            case "earned":
                career.earned += entry.amount
                if (entry.metadata or {}).get("undoes") in DAYS_EARNINGS:
                    day.earned += entry.amount
            case "spent":
                career.spent -= entry.amount
                day.spent -= entry.amount
            case "wagered":
                career.wagered -= entry.amount
                day.wagered -= entry.amount
            case "won":
                day.won += entry.amount
            case _:
                pass


def _of(kind: str, transaction: Transaction) -> list[Entry]:
    return [entry for entry in transaction.entries if entry.type == kind and not entry.account.startswith("@")]
