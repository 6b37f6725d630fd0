"""`rain`: coins for everybody who is there."""

from typing import Final

from libs.common.contracts.earning.rain import RAIN, Rained, RainRequest
from libs.common.contracts.ledger import MAX_AMOUNT
from libs.common.contracts.owners import Declined
from services.commands.api.calls import ApiCall, ApiCommand, Data, Surroundings
from services.commands.api.declining import error
from services.commands.api.parameters import ADMIN, REQUEST_ID, whole

TOTAL: Final = whole("total_amount", "coins, in all", least=1, most=MAX_AMOUNT)
_NAME_CHARACTERS_MAX: Final = 64


async def rain(call: ApiCall, house: Surroundings) -> Data:
    """Have it rain."""
    epoch, raw = house.place

    def asking(key: str) -> RainRequest:
        by = call[ADMIN][:_NAME_CHARACTERS_MAX]
        return RainRequest(key=key, user=by, at=house.at, epoch=epoch, raw=raw, total=call[TOTAL])

    rained = await house.owner(call, "earning", RAIN, asking, Rained)
    if isinstance(rained, Declined):
        raise error(rained, house.rules.currency)
    return {
        "channel": call.room.name,
        "recipients": rained.recipients,
        "amount_each": rained.each,
        "total_awarded": rained.total,
    }


COMMANDS: Final = (
    ApiCommand(
        "rain",
        "Shares new coins out among everybody who is there, and says so in the room. What does not divide goes one coin each to the first "
        "by name, so all of it is paid.",
        rain,
        {
            "channel": "as configured",
            "recipients": "viewers who got something",
            "amount_each": "coins for each of them; the first by name may have got one more",
            "total_awarded": "coins paid in all: `total_amount`",
        },
        (TOTAL, ADMIN, REQUEST_ID),
        ("declined", "key_conflict", "unknown_outcome"),
    ),
)
