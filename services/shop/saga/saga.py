"""How a sale goes whose effect is outside: its coins are held, its effect is brought about, and what the room shows decides.

    held -> delivering -> seen -> paid
                       -> failed -> returned

Each arrow is a compare-and-set within the transaction of its cause, with the errand to the ledger that follows from it: a sale ends once,
whatever is killed, comes twice, or comes late. No effect is ever believed because a call went well; what is not seen in time has failed.
Coins that are held are never stuck: behind all this stands the hold's own deadline.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from libs.common.contracts.base import Contract
from libs.common.contracts.events import Tick
from libs.common.contracts.facts import Purchase
from libs.common.contracts.ledger import BURN, AccountState, Capture, Hold, Line, Open, Outcome, Posting, Release
from libs.common.contracts.owners import Asked, Declined, Done, refused
from libs.common.contracts.shop.effects import Level, Ordered
from libs.common.durable import Unit
from libs.common.names import fold
from libs.common.owner import Case, Errand, Verb, Wanted
from services.shop import metrics
from services.shop.items import Item
from services.shop.part import Tools
from services.shop.prices.price import Price
from services.shop.saga import store
from services.shop.saga.notices import returned
from services.shop.saga.store import Sale

log = structlog.get_logger()

HELD: Final = timedelta(hours=6)
"""The ledger's own deadline: far behind every end of ours."""
AT_LAST: Final = timedelta(minutes=15)
"""After which a sale has failed even if the robot never came back to show anything."""
_ID_CHARACTERS_MAX: Final = 150
"""So that it fits into the keys made of it."""


@dataclass(frozen=True, slots=True)
class Ware:
    """What is sold, as far as a saga must know it. Its functions run within the transaction of what they tell of."""

    item: Item
    within: timedelta
    """How long after its purchase the effect may be brought about."""
    patience: int
    """So many ticks (every two seconds) that say the robot is there are waited for the effect to be seen, behind that time."""
    refund: str
    """The trigger under which coins go back."""
    sorry: str
    """What the buyer is told where it came to nothing."""
    begun: Callable[[Unit, Sale], None]
    """The coins are held: bring it about."""
    paid: Callable[[Unit, Sale, datetime], None] | None = None
    """It was seen, and is paid."""
    failed: Callable[[Unit, Sale], None] | None = None
    """It will not come about; its coins go back."""


class Ending(Asked):
    """The errand that ends a sale."""

    sale: str


class Saga:
    """The sales of one ware."""

    def __init__(self, tools: Tools, ware: Ware) -> None:
        """Take the surroundings and what is sold."""
        self._tools = tools
        self._ware = ware
        self._key = ware.item.key
        self._capture, self._release = f"{self._key}_capture", f"{self._key}_release"
        self.verbs: tuple[Verb[Any], ...] = (
            Verb(self._capture, Ending, _not_for_others, self._captured),
            Verb(self._release, Ending, _not_for_others, self._released),
        )
        """Errands of its own; asked by somebody else, they are declined."""

    def sell(self, unit: Unit, case: Case[Any], account: AccountState, value: str, price: Price, level: Level = "ok") -> Wanted:
        """Sell: give the posting that holds the coins. What is free has one too, so that an order that comes twice is known for one."""
        id_, name = sale_id(case.request.key), account.account
        metadata = {
            "item": self._key,
            "value": value,
            "base": price.base,
            "multiplier": str(price.multiplier),
            "discount": str(price.discount),
            "configuration": self._tools.version(unit),
        }
        line: Line = Open(account=name)
        if price.due:
            line = Hold(
                hold=id_,
                account=name,
                amount=price.due,
                deadline=case.at + self._ware.within + HELD,
                type="spend",
                trigger=self._ware.item.trigger,
                metadata=metadata,
            )
        posting = Posting(key=case.request.key, at=case.at, lines=[line], cause=case.request.key)
        note = {
            "id": id_,
            "name": name,
            "value": value,
            "price": price.due,
            "at": case.at.isoformat(),
            "discount": float(price.discount),
            "balance": account.balance,
            "level": level,
        }
        return Wanted(posting, note)

    def settle(self, unit: Unit, errand: Errand[Any], outcome: Outcome) -> Contract:
        """Go on once the ledger holds the coins, or say why it does not."""
        note = errand.note
        if not outcome.ok:
            return refused(outcome, note["price"])
        at, value, price = datetime.fromisoformat(note["at"]), note["value"], note["price"]
        self._begin(unit, self._sale(note["id"], errand.channel, note["name"], value, price, at))
        balance = next((entry.balance for entry in outcome.entries if fold(entry.account) == fold(note["name"])), note["balance"])
        return Ordered(
            user=note["name"], item=self._key, value=value, price=price, discount=note["discount"], balance=balance, level=note["level"]
        )

    def seen(self, unit: Unit, sale: Sale, at: datetime) -> None:
        """Take that the effect was seen: now it is paid for."""
        if not store.move(unit.db, sale.id, "delivering", "seen"):
            return
        if not sale.price:
            self._pay(unit, sale, at)
            return
        said = {"item": self._key, "value": sale.value}
        line = Capture(hold=sale.id, target=BURN, type="spend", trigger=self._ware.item.trigger, metadata=said)
        self._end(unit, sale, self._capture, at, line)

    def fail(self, unit: Unit, sale: Sale, reason: str, at: datetime) -> None:
        """Take that it will not come about: the coins go back."""
        if not store.move(unit.db, sale.id, "delivering", "failed", reason):
            return
        log.warning(
            "a sale came to nothing, its coins go back",
            sale=sale.id,
            item=self._key,
            channel=sale.channel,
            reason=reason,
            cure="see whether kryten-robot is in the room and has the rank it needs",
        )
        if self._ware.failed is not None:
            self._ware.failed(unit, sale)
        if not sale.price:
            self._give_back(unit, sale, at, self._ware.sorry)
            return
        self._end(unit, sale, self._release, at, Release(hold=sale.id, type="refund", trigger=self._ware.refund, reason=reason))

    def tick(self, unit: Unit, tick: Tick) -> None:
        """Let time pass: what was not seen in time has failed."""
        for channel, robot in tick.robots.items():
            if robot == "connected":
                store.wait(unit.db, self._key, channel, tick.at)
        for sale in store.overdue(unit.db, self._key, tick.at - AT_LAST):
            self.fail(unit, sale, "not_seen", tick.at)

    def delivering(self, unit: Unit, channel: str) -> list[Sale]:
        """Give the sales whose effect is waited for, the oldest first."""
        return store.delivering(unit.db, self._key, channel)

    def _sale(self, id_: str, channel: str, name: str, value: str, price: int, at: datetime) -> Sale:
        return Sale(id_, channel, self._key, name, value, price, "delivering", at, at + self._ware.within, self._ware.patience)

    def _begin(self, unit: Unit, sale: Sale) -> None:
        if store.add(unit.db, sale):
            self._ware.begun(unit, sale)

    def _end(self, unit: Unit, sale: Sale, verb: str, at: datetime, line: Line) -> None:
        key = f"purchase:{sale.id}:{verb.rpartition('_')[2]}"
        request = Ending(key=key, user=sale.name, at=at, sale=sale.id)
        self._tools.begin(unit, sale.channel, verb, request, Wanted(Posting(key=key, at=at, lines=[line], cause=sale.id)))

    def _captured(self, unit: Unit, errand: Errand[Ending], outcome: Outcome) -> Contract:
        sale = store.find(unit.db, errand.request.sale)
        if sale is None or sale.state != "seen":
            return Done()
        if outcome.ok:
            self._pay(unit, sale, errand.request.at)
            return Done()
        # Only where all was down for hours: the hold ended by itself, and what was shown was not paid for.
        log.error(
            "what was delivered can't be paid any more, so it is taken for failed",
            sale=sale.id,
            refusal=outcome.refusal,
            detail=outcome.detail,
            cure="nothing: the buyer has the coins, or will have them at the hold's deadline",
        )
        if store.move(unit.db, sale.id, "seen", "failed", outcome.refusal):
            sorry = ""  # it came about, after all
            if self._ware.failed is not None:
                self._ware.failed(unit, sale)
                sorry = self._ware.sorry
            self._give_back(unit, sale, errand.request.at, sorry, tell=outcome.refusal != "frozen")
        return Declined(code=outcome.refusal or "refused")

    def _released(self, unit: Unit, errand: Errand[Ending], outcome: Outcome) -> Contract:
        sale = store.find(unit.db, errand.request.sale)
        if sale is None or sale.state != "failed":
            return Done()
        if not outcome.ok:
            # Given back at its deadline before we could, or frozen until somebody thaws the account: the ledger sees to it.
            log.warning("held coins were not given back by us", sale=sale.id, refusal=outcome.refusal, cure="the hold's deadline does it")
        self._give_back(unit, sale, errand.request.at, self._ware.sorry, tell=outcome.refusal != "frozen")
        return Done()

    def _pay(self, unit: Unit, sale: Sale, at: datetime) -> None:
        if not store.move(unit.db, sale.id, "seen", "paid"):
            return
        if self._ware.paid is not None:
            self._ware.paid(unit, sale, at)
        fact = Purchase(
            id=sale.id, channel=sale.channel, user=sale.name, item=self._key, state="delivered", price=sale.price, value=sale.value, at=at
        )
        unit.fact(sale.channel, "purchase", f"purchase:{sale.id}", fact)
        unit.after_commit(metrics.ENDED.labels(self._key, "paid").inc)

    def _give_back(self, unit: Unit, sale: Sale, at: datetime, sorry: str, *, tell: bool = True) -> None:
        """End a sale that was not paid; `tell` its buyer, unless the coins are not back yet."""
        if not store.move(unit.db, sale.id, "failed", "returned"):
            return
        unit.after_commit(metrics.ENDED.labels(self._key, "returned").inc)
        rules = self._tools.rules(unit)
        if rules is not None and tell:
            unit.announce(returned(sale, sorry, at, rules.currency))


def sale_id(key: str) -> str:
    """Give the id of the sale a request makes: its key, or a digest of one that is long."""
    return key if len(key) <= _ID_CHARACTERS_MAX else f"long:{hashlib.sha256(key.encode()).hexdigest()}"


def _not_for_others(_unit: Unit, _case: Case[Ending]) -> Contract:
    return Declined(code="not_allowed")
