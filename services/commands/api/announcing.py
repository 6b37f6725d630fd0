"""`announce`: an operator's words for the room."""

from datetime import UTC, datetime, timedelta
from typing import Final

from libs.common.contracts.announcements import Announcement
from services.commands.api.calls import ApiCall, ApiCommand, Data, Surroundings
from services.commands.api.parameters import REQUEST_ID, needed_text

MESSAGE: Final = needed_text("message", "what to say", 1_000)
VALID: Final = timedelta(minutes=5)
"""How long it is worth saying: an absent robot may come back."""


async def announce(call: ApiCall, house: Surroundings) -> Data:
    """Have it said in the room."""
    message, until = call[MESSAGE], datetime.now(UTC) + VALID

    def announcement(key: str) -> Announcement:
        return Announcement(id=key, channel=call.room.token, lane="chat", text=message, kind="notice", at=house.at, until=until)

    await house.announce(call, announcement)
    return {"channel": call.room.name, "sent": True}


COMMANDS: Final = (
    ApiCommand(
        "announce",
        "Says something in the room. What is too long for one line is split; what can't be said within five minutes, since the robot is "
        "away, is dropped.",
        announce,
        {"channel": "as configured", "sent": "true: it was taken on and is kept; it is said as soon as it can be"},
        (MESSAGE, REQUEST_ID),
        ("key_conflict", "unknown_outcome"),
    ),
)
