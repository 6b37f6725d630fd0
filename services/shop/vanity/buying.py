"""Buying what is kept or told at once: one posting, and it is there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from libs.common.config import Rules
from libs.common.contracts.base import Contract
from libs.common.contracts.facts import Purchase
from libs.common.contracts.ledger import BURN, AccountState, Limit, Line, Open, Outcome, Posting, Transfer
from libs.common.contracts.owners import Asked, Declined, refused
from libs.common.contracts.shop.vanity import Bought, BuyRequest, Fortune
from libs.common.durable import Unit
from libs.common.names import fold
from libs.common.owner import Case, Errand, Wanted
from services.shop import items
from services.shop.eligibility import barred, short
from services.shop.items import Item
from services.shop.part import Tools
from services.shop.prices.price import Price
from services.shop.prices.quote import quote_item
from services.shop.times import date
from services.shop.vanity import store
from services.shop.vanity.fortunes import choose
from services.shop.vanity.wording import bad_greeting, bad_name
from services.shop.wording import clean


@dataclass(frozen=True, slots=True)
class _Kept:
    """Something that is kept for its buyer."""

    item: Item
    bad: Callable[[str, str, Rules], Declined | None]
    """Why a value is not taken: (value, user, configuration)."""


_KEPT: Final[Mapping[str, _Kept]] = {
    items.GREETING.key: _Kept(items.GREETING, bad_greeting),
    items.RENAME.key: _Kept(items.RENAME, lambda name, _user, _rules: bad_name(name)),
}


class Till:
    """Judges and settles."""

    def __init__(self, tools: Tools) -> None:
        """Take what the shop has of its surroundings."""
        self._tools = tools

    async def look(self, channel: str, request: Asked) -> AccountState | None:
        """Find who buys."""
        return await self._tools.accounts.find(channel, request.user)

    def buy(self, unit: Unit, case: Case[BuyRequest]) -> Declined | Bought | Wanted:
        """Judge a purchase of what is kept."""
        request, account, rules = case.request, case.seen, case.rules
        kept = _KEPT[request.item]
        refusal = barred(request.user, account, rules, enabled=kept.item.section(rules).enabled)
        if refusal is not None:
            return refusal
        value = clean(request.value)
        bad = kept.bad(value, account.account, rules)
        if bad is not None:
            return bad
        if store.value(unit.db, case.channel, request.user, kept.item.key) == value:
            return Bought(
                user=account.account, item=kept.item.key, value=value, changed=False, charged=0, discount=0, balance=account.balance
            )
        return self._sale(unit, case, kept.item, note={"item": kept.item.key, "value": value})

    def fortune(self, unit: Unit, case: Case[Asked]) -> Declined | Wanted | Fortune:
        """Judge somebody's wish to know: once a day for coins, and again for nothing."""
        request, account, rules = case.request, case.seen, case.rules
        refusal = barred(request.user, account, rules, enabled=items.FORTUNE.section(rules).enabled)
        if refusal is not None:
            return refusal
        today = date(case.at, rules.economy.zone)
        told = store.fortune(unit.db, case.channel, request.user, today)
        if told is not None:
            return Fortune(text=told, charged=0, again=True, balance=account.balance)
        once = Limit(account=request.user, name="fortune", window=today, add=1, maximum=1)
        note = {"date": today, "text": choose(case.channel, request.user, today)}
        return self._sale(unit, case, items.FORTUNE, note, once)

    def _sale(self, unit: Unit, case: Case[Any], item: Item, note: Mapping[str, Any], *limits: Limit) -> Declined | Wanted:
        request, account = case.request, case.seen
        price = quote_item(unit, case.channel, case.rules, account, item)
        metadata = price.explained(self._tools.version(unit))
        posting = Posting(
            key=request.key,
            at=case.at,
            lines=[*limits, _payment(request.user, item, price, metadata)],
            cause=request.key,
        )
        about = {"user": account.account, "charged": price.due, "discount": float(price.discount), "balance": account.balance}
        return short(account, price.due) or Wanted(posting, {**about, **note})


def _payment(user: str, item: Item, price: Price, metadata: dict[str, Any]) -> Line:
    if not price.due:
        return Open(account=user)
    return Transfer(source=user, target=BURN, amount=price.due, type="spend", trigger=item.trigger, metadata=metadata)


def settle_purchase(unit: Unit, errand: Errand[BuyRequest], outcome: Outcome) -> Contract:
    """Keep what was bought, or say why it was not."""
    note = errand.note
    if not outcome.ok:
        return refused(outcome, note["charged"])
    owned = store.Owned(note["user"], note["value"], errand.key, errand.posting.at)
    store.keep(unit.db, errand.channel, note["item"], owned)
    _tell(unit, errand, note["item"], errand.posting.at, note["value"])
    return Bought(
        user=note["user"],
        item=note["item"],
        value=note["value"],
        charged=note["charged"],
        discount=note["discount"],
        balance=_balance(errand, outcome),
    )


def settle_fortune(unit: Unit, errand: Errand[Asked], outcome: Outcome) -> Contract:
    """Tell somebody's fortune, or say why not."""
    note = errand.note
    if outcome.refusal == "limit_reached":
        return Declined(code="daily_limit", values={"limit": 1})
    if not outcome.ok:
        return refused(outcome, note["charged"])
    store.keep_fortune(unit.db, errand.channel, errand.request.user, note["date"], note["text"])
    _tell(unit, errand, items.FORTUNE.key, errand.posting.at)
    return Fortune(text=note["text"], charged=note["charged"], balance=_balance(errand, outcome))


def _tell(unit: Unit, errand: Errand[Any], item: str, at: datetime, value: str | None = None) -> None:
    fact = Purchase(
        id=errand.key,
        channel=errand.channel,
        user=errand.note["user"],
        item=item,
        state="paid",
        price=errand.note["charged"],
        value=value,
        at=at,
    )
    unit.fact(errand.channel, "purchase", f"purchase:{errand.key}", fact)


def _balance(errand: Errand[Any], outcome: Outcome) -> int:
    """Give what the buyer has now; what was free has changed nothing."""
    name = fold(errand.request.user)
    return next((entry.balance for entry in outcome.entries if fold(entry.account) == name), int(errand.note["balance"]))
