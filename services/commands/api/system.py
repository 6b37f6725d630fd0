"""`system.*`: is the economy there, what is it, and does it work."""

from typing import Final

from libs.common.service import VERSION
from services.commands.api.calls import ApiCall, ApiCommand, Data, Surroundings
from services.commands.api.parameters import ApiError


async def ping(_call: ApiCall, house: Surroundings) -> Data:
    """Succeed once the whole economy has been ready since its start."""
    missing = await house.starting()
    if missing is not None:
        raise ApiError("starting", f"the economy is starting: {missing}")
    return {"pong": True, "version": VERSION}


async def about(_call: ApiCall, house: Surroundings) -> Data:
    """Tell what runs here, and since when."""
    seconds = house.uptime_seconds
    return {"version": VERSION, "uptime_seconds": round(seconds, 3), "uptime_human": human(seconds)}


async def health(_call: ApiCall, house: Surroundings) -> Data:
    """Tell how things are now."""
    return await house.health()


def human(seconds: float) -> str:
    """Give a span as people say it: `2d 3h 4m 5s`, from the largest unit that is not 0."""
    parts: list[str] = []
    left = int(seconds)
    for unit, length in (("d", 86_400), ("h", 3_600), ("m", 60)):
        count, left = divmod(left, length)
        if count or parts:
            parts.append(f"{count}{unit}")
    return " ".join((*parts, f"{left}s"))


COMMANDS: Final = (
    ApiCommand(
        "system.ping",
        "Is the economy there? It is once every service has been ready since this start and the room has been seen; until then the answer "
        "is `starting`. Once there, it stays so: `system.health` tells of later trouble.",
        ping,
        {"pong": "true", "version": "of kryten-economy"},
        needs_channel=False,
    ),
    ApiCommand(
        "system.about",
        "What runs here.",
        about,
        {
            "version": "of kryten-economy",
            "uptime_seconds": "since `commands` was started, as a number with fractions",
            "uptime_human": "the same for people: `3h 4m 5s`",
        },
        needs_channel=False,
    ),
    ApiCommand(
        "system.health",
        "How things are at this moment, as each service says itself.",
        health,
        {
            "status": "`healthy`; `degraded` where a service is not ready or does not answer",
            "database": "`connected`; `disconnected` where a service can't write to its own",
            "active_sessions": "viewers present, over all channels; neither the robot nor who is ignored",
            "uptime_seconds": "since `commands` was started, as a number with fractions",
            "problems": "what is wrong, one text each, beginning with the service's name; empty when all is well",
        },
        needs_channel=False,
    ),
)
