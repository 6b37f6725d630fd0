"""The one way in which awards become money."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Final, Protocol

from libs.common.config import Rules
from libs.common.contracts.ledger import DAYS_EARNINGS, MAX_AMOUNT, Posting
from libs.common.unit import Unit
from services.earning.notices import hint, pm
from services.earning.pay.awards import Award, Fee, carry, collection, posting
from services.earning.people.calendar import Calendar
from services.earning.people.careers import Careers
from services.earning.people.lifetime import INCOME
from services.earning.store import Store, WaitingNotice
from services.earning.store.counters import Counters
from services.earning.store.tallies import Tallies, Tally
from services.earning.times import date_of, micros
from services.earning.triggers.presence_base import TRIGGER as PRESENCE

_PIECE: Final = 1_000
_ONE_BY_ONE: Final = 16
"""With so many viewers, reading all fractions of a trigger is cheaper."""


class Books(Protocol):
    """What is written to when something is paid."""

    unit: Unit
    store: Store
    rules: Rules
    channel: str
    calendar: Calendar
    careers: Careers


class Payroll:
    """Pays awards of one channel while one thing happens; `close` keeps what is left over."""

    def __init__(self, books: Books, boosted: Callable[[Award], Award]) -> None:
        """Take where it is written, and what multiplies an award."""
        self._books = books
        self._boosted = boosted
        self._counters = Counters(books.unit.db)
        self._postings: list[Posting] = []
        self._fractions: dict[tuple[str, str], Decimal] = {}
        self._kept: dict[str, dict[str, Decimal]] = {}
        """What was carried for everybody before, by trigger, where it was read at once."""
        self._tallies: dict[tuple[str, str, str], Tally] = {}
        self.coins: Counter[str] = Counter()
        """Coins asked for so far, by trigger."""

    def pay(self, award: Award) -> int | None:
        """Consume caps, multiply, carry fractions, ask the ledger for whole coins, and tell the viewer.

        Gives the coins that are paid now; None where a cap was full, and nothing happened.
        """
        date = date_of(award.earned or award.at, self._books.rules.economy.zone)
        if award.caps and self._counters.take(self._books.channel, award.caps, micros(award.at)) is not None:
            self._count(award, date, Tally(capped=1))
            return None
        award = self._boosted(award)
        coins = self._whole(award)
        self._count(award, date, Tally(paid=1, coins=coins) if coins else Tally(carried=1))
        asked = posting(award, coins)
        if asked is not None:
            self._postings.append(asked)
            self._book(award, coins, date)
        if coins and award.notice is not None:
            self._tell(award)
        if len(self._postings) >= _PIECE:
            self._post()
        return coins

    def collect(self, fee: Fee) -> None:
        """Ask the ledger to take coins, and count them as gone."""
        self._postings.append(collection(fee))
        career = self._books.careers.of(fee.user)
        if career.balance is not None:
            career.balance -= fee.amount
        if len(self._postings) >= _PIECE:
            self._post()

    def close(self) -> None:
        """Write what is left over."""
        self._post()
        if self._fractions:
            self._books.store.save_fractions(self._books.channel, self._fractions)
            self._fractions.clear()
            self._kept.clear()
        if self._tallies:
            Tallies(self._books.unit.db).add(self._books.channel, self._tallies)
            self._tallies.clear()

    def _whole(self, award: Award) -> int:
        """Give the coins to pay now; a whole amount leaves the fraction carried as it is."""
        if isinstance(award.amount, int) or award.amount == int(award.amount):
            return min(int(award.amount), MAX_AMOUNT)
        key = (award.user, award.trigger)
        coins, self._fractions[key] = carry(award.amount, self._carried(*key))
        return min(coins, MAX_AMOUNT)  # what no posting can hold would fail with its event, and with every later one

    def _carried(self, user: str, trigger: str) -> Decimal:
        carried = self._fractions.get((user, trigger))
        if carried is not None:
            return carried
        if len(self._fractions) < _ONE_BY_ONE:
            return self._books.store.fraction(self._books.channel, user, trigger)
        if trigger not in self._kept:
            self._kept[trigger] = self._books.store.fractions_for(self._books.channel, trigger)
        return self._kept[trigger].get(user, Decimal(0))

    def _book(self, award: Award, coins: int, date: str) -> None:
        """Count it at the event that made it; should the ledger refuse it, it is taken back then."""
        self.coins[award.trigger] += coins
        career = self._books.careers.of(award.user)
        if career.balance is not None:
            career.balance += coins
        if award.type in INCOME:
            career.earned += coins
        if award.type in DAYS_EARNINGS:
            self._books.calendar.day(award.user, date).earned += coins

    def _count(self, award: Award, date: str, tally: Tally) -> None:
        if award.trigger == PRESENCE or not award.amount:
            return  # of the one the day's minutes tell as much, and there are too many; the other only opens an account
        key = (date, award.trigger, award.user)
        before = self._tallies.get(key, Tally())
        self._tallies[key] = Tally(*(a + b for a, b in zip(before, tally, strict=True)))

    def _post(self) -> None:
        self._books.unit.post_many(self._books.channel, self._postings)
        self._postings.clear()

    def _tell(self, award: Award) -> None:
        notice, books = award.notice, self._books
        if notice is None or (notice.automatic and books.store.is_quiet(books.channel, award.user)):
            return
        if books.careers.of(award.user).banned:
            return  # the ledger refuses what the notice tells of
        text = hint(notice.text) if notice.automatic else notice.text
        due = award.at + timedelta(seconds=notice.delay_seconds)
        if notice.delay_seconds:
            books.store.tell_later(books.channel, WaitingNotice(micros(due), award.key, award.user, award.name, text))
        else:
            books.unit.announce(pm(award.key, books.channel, award.name, text, due))
