"""What the coin is called to somebody: the name they bought for it, or else the configured one."""

from typing import Any, Final

from libs.common.asking import RefusedError, UnreachableError
from libs.common.config.economy import Currency
from libs.common.contracts.owners import Asked, Declined
from libs.common.contracts.shop.vanity import Belongings
from services.commands.registry import Call, Office

WAIT_SECONDS: Final = 0.5
"""No answer is kept back any longer for the sake of a name."""
OWN_NAME: Final = "rename_currency"
"""The item that is somebody's own name for it."""


async def currency(call: Call[Any], office: Office) -> Currency:
    """Give the currency as the sender calls it."""
    usual = call.rules.currency
    try:
        found = await office.owner("shop", call.channel, "belongings", call.asks(Asked), Belongings, WAIT_SECONDS)
    except (UnreachableError, RefusedError):
        return usual
    return usual if isinstance(found, Declined) else named(found.values.get(OWN_NAME), usual)


def named(own: str | None, usual: Currency) -> Currency:
    """Give the currency under somebody's own name for it."""
    return usual if own is None else usual.model_copy(update={"name": own, "plural": own})
