"""`vanity.set_greeting`: what somebody buys for themselves and has at once."""

from typing import Final

from libs.common.contracts.owners import Declined
from libs.common.contracts.shop.vanity import Bought, BuyRequest
from services.commands.api.calls import ApiCall, ApiCommand, Data, Surroundings
from services.commands.api.declining import DECLINING, error
from services.commands.api.parameters import REQUEST_ID, VIEWER, needed_text

GREETING: Final = needed_text("value", "the greeting, of at most 200 once what can't be shown and `/`, `!` in front are taken off", 1_000)


async def set_greeting(call: ApiCall, house: Surroundings) -> Data:
    """Sell a viewer a greeting."""
    epoch, raw = house.place

    def asking(key: str) -> BuyRequest:
        about = {"key": key, "user": call[VIEWER], "at": house.at, "epoch": epoch, "raw": raw}
        return BuyRequest.model_validate({**about, "item": "custom_greeting", "value": call[GREETING]})

    bought = await house.owner(call, "shop", "buy", asking, Bought)
    if isinstance(bought, Declined):
        raise error(bought, house.rules.currency)
    return {
        "username": bought.user,
        "channel": call.room.name,
        "item_type": bought.item,
        "value": bought.value,
        "charged": bought.charged,
        "discount": bought.discount,
        "new_balance": bought.balance,
    }


COMMANDS: Final = (
    ApiCommand(
        "vanity.set_greeting",
        "Buys a viewer a greeting of their own, said when they come back. One that is the same already costs nothing.",
        set_greeting,
        {
            "username": "the name as the room spells it",
            "channel": "as configured",
            "item_type": "`custom_greeting`",
            "value": "the greeting as it is kept",
            "charged": "coins; 0 where nothing changed",
            "discount": "the part of the usual price that the rank lets off, 0 to 1",
            "new_balance": "coins left at hand",
        },
        (VIEWER, GREETING, REQUEST_ID),
        (*DECLINING, "key_conflict", "unknown_outcome", "cancelled"),
    ),
)
