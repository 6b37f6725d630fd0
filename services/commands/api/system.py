"""`system.*`: is the economy there, and does it work."""

from typing import Final

from libs.common.service import VERSION
from services.commands.api.calls import ApiCall, ApiCommand, ApiError, Data, Surroundings


async def ping(_call: ApiCall, house: Surroundings) -> Data:
    """Succeed once the whole economy has been ready since its start."""
    missing = await house.starting()
    if missing is not None:
        raise ApiError("starting", f"the economy is starting: {missing}")
    return {"pong": True, "version": VERSION}


async def health(_call: ApiCall, house: Surroundings) -> Data:
    """Tell how things are now."""
    return await house.health()


COMMANDS: Final = (
    ApiCommand("system.ping", ping, needs_channel=False),
    ApiCommand("system.health", health, needs_channel=False),
)
