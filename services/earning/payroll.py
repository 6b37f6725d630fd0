"""The one way in which awards become money."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Final

from libs.common.contracts.ledger import Posting
from libs.common.unit import Unit
from services.earning.awards import Award, carry, posting
from services.earning.notices import hint, pm
from services.earning.store import Store, WaitingNotice
from services.earning.times import micros

_PIECE: Final = 1_000


class Payroll:
    """Pays awards of one channel while one event is handled; `close` keeps what is left over."""

    def __init__(self, unit: Unit, store: Store, channel: str) -> None:
        """Take the unit of work the event is handled in."""
        self._unit = unit
        self._store = store
        self._channel = channel
        self._postings: list[Posting] = []
        self._fractions: dict[tuple[str, str], Decimal] = {}
        self.coins: Counter[str] = Counter()
        """Coins asked for so far, by trigger."""

    def pay(self, award: Award) -> None:
        """Carry fractions, ask the ledger for whole coins, and tell the viewer."""
        coins = self._whole(award)
        asked = posting(award, coins)
        if asked is None:
            return
        self._postings.append(asked)
        self.coins[award.trigger] += coins
        if coins and award.notice is not None:
            self._tell(award)
        if len(self._postings) >= _PIECE:
            self._post()

    def close(self) -> None:
        """Write what is left over."""
        self._post()
        if self._fractions:
            self._store.save_fractions(self._channel, self._fractions)
            self._fractions.clear()

    def _whole(self, award: Award) -> int:
        """Give the coins to pay now; a whole amount leaves the fraction carried as it is."""
        if isinstance(award.amount, int) or award.amount == int(award.amount):
            return int(award.amount)
        key = (award.user, award.trigger)
        carried = self._fractions.get(key)
        if carried is None:
            carried = self._store.fraction(self._channel, *key)
        coins, self._fractions[key] = carry(award.amount, carried)
        return coins

    def _post(self) -> None:
        self._unit.post_many(self._channel, self._postings)
        self._postings.clear()

    def _tell(self, award: Award) -> None:
        notice = award.notice
        if notice is None or (notice.automatic and self._store.is_quiet(self._channel, award.user)):
            return
        if self._store.is_banned(self._channel, award.user):
            return  # the ledger refuses what the notice tells of
        text = hint(notice.text) if notice.automatic else notice.text
        due = award.at + timedelta(seconds=notice.delay_seconds)
        if notice.delay_seconds:
            self._store.tell_later(self._channel, WaitingNotice(micros(due), award.key, award.user, award.name, text))
        else:
            self._unit.announce(pm(award.key, self._channel, award.name, text, due))
