"""`config.reload`: the configuration is read anew, and takes effect everywhere at one point of the order of events."""

from typing import Final

from libs.common.contracts.reload import Reloaded
from services.commands.api.calls import ApiCall, ApiCommand, Data, Surroundings
from services.commands.api.parameters import ADMIN, ApiError

_PROBLEMS_TOLD: Final = 20


async def reload(call: ApiCall, house: Surroundings) -> Data:
    """Have it read; say what came of it."""
    done = await house.reload(call[ADMIN])
    if not done.success:
        raise _refused(done)
    return {
        "reloaded": True,
        "channels": [room.name for room in house.rooms],
        "version": done.version,
        "changed": done.changed,
        "changed_keys": done.changed_keys,
        "restart": done.restart,
        "behind": done.behind,
        "warnings": done.warnings,
    }


def _refused(done: Reloaded) -> ApiError:
    """Give why nothing changed; whatever is no fault of the file may pass by itself."""
    text = "; ".join(done.problems[:_PROBLEMS_TOLD])
    if len(done.problems) > _PROBLEMS_TOLD:
        text += f"; and {len(done.problems) - _PROBLEMS_TOLD} more"
    if done.problems or done.code == "invalid_configuration":
        return ApiError("invalid_configuration", text or done.error or "the configuration has problems")
    return ApiError("unavailable", done.error or "ingest could not read the configuration anew")


COMMANDS: Final = (
    ApiCommand(
        "config.reload",
        "Reads the configuration file anew. A file with problems changes nothing, and the error names them. The answer comes when all "
        "services go by the new one, after 4 seconds at most. To ask twice does no harm.",
        reload,
        {
            "reloaded": "true",
            "channels": "the channels that are served, as configured",
            "version": "of the configuration that is in force now",
            "changed": "whether it differs from the one before",
            "changed_keys": "the keys that took effect at once",
            "restart": "keys that differ too, but need a restart",
            "behind": "services that had not taken it up after 4 seconds; they do as soon as they have read so far",
            "warnings": "what is odd about the file",
        },
        (ADMIN,),
        codes=("invalid_configuration", "unknown_outcome"),
        needs_channel=False,
    ),
)
