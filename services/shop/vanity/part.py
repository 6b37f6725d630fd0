"""Things for oneself, and the list of all that is sold."""

from datetime import timedelta
from typing import Final

from libs.common.config import Rules
from libs.common.contracts.announcements import Announcement
from libs.common.contracts.facts import Arrival
from libs.common.contracts.owners import Asked
from libs.common.contracts.shop.vanity import Belongings, BuyRequest, Catalogue, Offer
from libs.common.durable import Unit
from libs.common.names import fold
from libs.common.owner import Case, Verb
from services.shop import items
from services.shop.part import Part, Tools
from services.shop.prices.quote import factor, quote_item
from services.shop.ranks.part import perks
from services.shop.vanity import store
from services.shop.vanity.buying import Till, settle_fortune, settle_purchase

GREETED_WITHIN: Final = timedelta(minutes=2)
"""Who has been there longer than that is not greeted any more."""


def vanity(tools: Tools) -> Part:
    """Give the part that sells what is kept or told at once."""
    till = Till(tools)
    return Part(
        verbs=(
            Verb("buy", BuyRequest, till.buy, settle_purchase, till.look),
            Verb("fortune", Asked, till.fortune, settle_fortune, till.look),
            Verb("catalogue", Asked, catalogue, look=till.look),
            Verb("belongings", Asked, belongings),
        ),
        on_arrival=greet,
    )


def catalogue(unit: Unit, case: Case[Asked]) -> Catalogue:
    """List all that is sold, at this viewer's prices: those that will be charged."""
    rules, account = case.rules, case.seen
    owned = store.values(unit.db, case.channel, case.request.user)
    offers = []
    for item in items.ITEMS:
        section = item.section(rules)
        cost = quote_item(unit, case.channel, rules, account, item)
        offers.append(
            Offer(
                item=item.key,
                how=item.how,
                enabled=section.enabled,
                description=section.description,
                base=cost.base,
                usual=cost.usual,
                price=cost.due,
                value=owned.get(item.key),
            )
        )
    by = factor(unit, case.channel, rules)
    discount = perks(unit, case.channel, account, rules).discount
    return Catalogue(offers=offers, multiplier=float(by), discount=float(discount), currency=owned.get(items.RENAME.key))


def belongings(unit: Unit, case: Case[Asked]) -> Belongings:
    """Tell what somebody has."""
    return Belongings(values=store.values(unit.db, case.channel, case.request.user))


def greet(unit: Unit, arrival: Arrival, rules: Rules) -> None:
    """Have somebody greeted with their own words who was away long enough; whose absence nobody knows was."""
    enough = rules.presence.greeting_absence_minutes * 60
    if fold(arrival.user) in rules.outsiders or (arrival.absent_seconds is not None and arrival.absent_seconds < enough):
        return
    greeting = store.value(unit.db, arrival.channel, arrival.user, items.GREETING.key)
    if greeting is None:
        return
    unit.announce(
        Announcement(
            id=f"greeting:{arrival.id}",
            channel=arrival.channel,
            lane="chat",
            line="greeting",
            values={"greeting": greeting, "user": arrival.user},
            kind="notice",
            at=arrival.at,
            until=arrival.at + GREETED_WITHIN,
        )
    )
