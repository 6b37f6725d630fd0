"""`rank.set`: a rank that an operator gives."""

from typing import Final

from libs.common.contracts.earning.careers import SetRankAnswer, SetRankRequest
from libs.common.contracts.owners import Declined
from services.commands.api.calls import ApiCall, ApiCommand, Data, Surroundings
from services.commands.api.declining import error
from services.commands.api.parameters import ADMIN, REQUEST_ID, VIEWER, needed_text

RANK: Final = needed_text("rank_name", "one of the configured ranks, in any case of letters; `none` takes back what was given", 100)
_NONE: Final = "none"
_ASKER: Final = "api"
"""Who asks where it is nobody in the room."""


async def set_rank(call: ApiCall, house: Surroundings) -> Data:
    """Give it."""
    epoch, raw = house.place
    rank, target = call[RANK], call[VIEWER]
    wanted = None if rank.casefold() == _NONE else rank

    def asking(key: str) -> SetRankRequest:
        return SetRankRequest(key=key, user=_ASKER, at=house.at, epoch=epoch, raw=raw, target=target, rank=wanted)

    done = await house.owner(call, "earning", "set_rank", asking, SetRankAnswer)
    if isinstance(done, Declined):
        raise error(done, house.rules.currency)
    await house.note(call[ADMIN], f"set_rank {done.user} {done.rank}", call.room)
    return {"username": done.user, "channel": call.room.name, "rank_name": done.rank, "was": done.before}


COMMANDS: Final = (
    ApiCommand(
        "rank.set",
        "Gives a viewer a rank. It is kept until the viewer has earned a higher one, or it is taken back; nobody is set below what they "
        "have earned. No message is sent.",
        set_rank,
        {
            "username": "the name as the room spells it",
            "channel": "as configured",
            "rank_name": "the rank that is held now",
            "was": "the one held before",
        },
        (VIEWER, RANK, ADMIN, REQUEST_ID),
        ("declined", "unknown_account", "key_conflict", "unknown_outcome"),
    ),
)
