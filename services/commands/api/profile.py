"""`account.summary`: one viewer for a page that shows an account: coins, rank, what comes next, and what the shop asks for."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from libs.common import ranks
from libs.common.contracts.owners import Declined
from libs.common.contracts.shop.vanity import Catalogue, Offer
from libs.common.names import is_valid
from services.commands.api.calls import ApiCall, ApiCommand, Data, Surroundings
from services.commands.api.declining import error
from services.commands.api.parameters import NAMED

_SHOWN: Final = {"custom_greeting": "custom_greeting", "custom_color": "chat_color", "shoutout": "shoutout"}
"""What pages call the things that are sold, and what the shop calls them."""


async def summary(call: ApiCall, house: Surroundings) -> Data:
    """Give what a viewer's page shows."""
    name = call[NAMED]
    found = await house.account(call.room, name) if is_valid(name) else None
    if found is None:
        return {"found": False, "username": name, "channel": call.room.name}
    sold = await house.look(call.room, "shop", "catalogue", found.account, Catalogue)
    if isinstance(sold, Declined):
        raise error(sold, house.rules.currency)
    rules = house.rules
    ladder = ranks.tiers(rules.ranks)
    index = house.rung(call.room, found.account, found.lifetime_earned)
    tier = ladder[index]
    brings = ranks.perks(index, rules.ranks)
    return {
        "found": True,
        "username": found.account,
        "channel": call.room.name,
        "balance": found.balance,
        "lifetime_earned": found.lifetime_earned,
        "lifetime_spent": found.lifetime_spent,
        "currency_name": sold.currency or rules.currency.name,
        "currency_symbol": rules.currency.symbol,
        "rank": {
            "name": tier.name,
            "index": index,
            "level": index + 1,
            "tier_count": len(ladder),
            "min_lifetime_earned": tier.min_lifetime_earned,
        },
        "next_rank": _next(found.lifetime_earned, ladder[index + 1 :]),
        "perks": list(ranks.described(brings)),
        "spend_discount_percent": _percent(brings.discount),
        **_vanity(sold.offers),
    }


def _next(lifetime_earned: int, above: Sequence[ranks.Tier]) -> Data | None:
    """Give the next rank and the way to it; None at the top."""
    if not above:
        return None
    target = above[0].min_lifetime_earned
    return {
        "name": above[0].name,
        "min_lifetime_earned": target,
        "remaining": max(target - lifetime_earned, 0),
        "progress_percent": _percent(min(Decimal(lifetime_earned) / target, Decimal(1))) if target else 100.0,
    }


def _percent(share: Decimal) -> float:
    return round(float(share * 100), 1)


def _vanity(offers: Sequence[Offer]) -> Data:
    """Give what somebody has bought, and what things cost who has no discount."""
    by_item = {offer.item: offer for offer in offers}
    return {
        "vanity": {shown: by_item[item].value for shown, item in _SHOWN.items() if shown != "shoutout"},
        "vanity_costs": {shown: by_item[item].usual for shown, item in _SHOWN.items()},
        "vanity_enabled": {shown: by_item[item].enabled for shown, item in _SHOWN.items()},
    }


COMMANDS: Final = (
    ApiCommand(
        "account.summary",
        "What a page about a viewer shows. Of somebody without an account: `found`, `username` as asked, and `channel`.",
        summary,
        {
            "found": "whether there is such an account",
            "username": "the name as the room spells it",
            "channel": "as configured",
            "balance": "coins at hand",
            "lifetime_earned": "coins earned so far",
            "lifetime_spent": "coins spent so far, stakes of games aside",
            "currency_name": "what a coin is called: by the viewer's own name for it, where there is one",
            "currency_symbol": "what stands behind figures",
            "rank.name": "the rank that is held",
            "rank.index": "its place on the ladder, from 0",
            "rank.level": "the same from 1",
            "rank.tier_count": "how many ranks there are",
            "rank.min_lifetime_earned": "coins earned from which it is held",
            "next_rank.name": "the one above; `next_rank` is null at the top",
            "next_rank.min_lifetime_earned": "coins earned from which that one is held",
            "next_rank.remaining": "coins still to be earned for it",
            "next_rank.progress_percent": "the part of them that is earned, with one decimal",
            "perks": "what the rank brings, a list of texts",
            "spend_discount_percent": "how much less the rank pays, by the configuration, with one decimal",
            "vanity.custom_greeting": "the greeting; null where there is none",
            "vanity.custom_color": "the color, `#RRGGBB`; null where there is none",
            "vanity_costs.custom_greeting": "its price with inflation, before the discount of the rank",
            "vanity_costs.custom_color": "its price with inflation, before the discount of the rank",
            "vanity_costs.shoutout": "its price with inflation, before the discount of the rank",
            "vanity_enabled.custom_greeting": "whether the configuration offers it",
            "vanity_enabled.custom_color": "whether the configuration offers it",
            "vanity_enabled.shoutout": "whether the configuration offers it",
        },
        (NAMED,),
    ),
)
