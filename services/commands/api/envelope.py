"""The envelope: what a request must be to be read, and what an answer looks like."""

import json
from collections.abc import Mapping
from typing import Any, Final

from services.commands.api.calls import ApiCall, ApiCommand, Data, Room
from services.commands.api.parameters import ApiError

SERVICE: Final = "economy"
_ECHO_CHARACTERS_MAX: Final = 100
_NOWHERE: Final = Room("", "")
_dump: Final = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def parsed(body: bytes) -> dict[str, Any] | None:
    """Give the request's object, None where it is none."""
    try:
        value = json.loads(body.decode())
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def echo(given: Mapping[str, Any] | None) -> str | None:
    """Give the command a request names, whether it is ours or not, as it stands in the answer."""
    name = None if given is None else given.get("command")
    return shown(name) if isinstance(name, str) else None


def shown(text: str) -> str:
    """Give what somebody sent as it may be sent back: not too long, and nothing in it that can't be sent."""
    return text[:_ECHO_CHARACTERS_MAX].encode("utf-8", "replace").decode()


def read(given: Mapping[str, Any] | None, commands: Mapping[str, ApiCommand], rooms: Mapping[str, Room]) -> ApiCall:
    """Read a request; rooms are found by their case-folded names.

    Raises:
        ApiError: it is no object, names no command of ours, or no channel of ours.
    """
    if given is None:
        raise ApiError("invalid_request", "the request must be a JSON object")
    name = given.get("command")
    if not isinstance(name, str) or not name:
        raise ApiError("missing_parameter", "command is required")
    command = commands.get(name)
    if command is None:
        raise ApiError("unknown_command", f"unknown command: {shown(name)}")
    if not command.needs_channel:
        return ApiCall(command, given, _NOWHERE)
    channel = given.get("channel")
    if not isinstance(channel, str) or not channel.strip():
        raise ApiError("missing_parameter", "channel is required")
    room = rooms.get(channel.strip().casefold())
    if room is None:
        raise ApiError("unknown_channel", f"unknown channel: {shown(channel)}")
    return ApiCall(command, given, room)


def success(command: str, data: Data) -> bytes:
    """Give the envelope of an answer."""
    return _dump({"service": SERVICE, "command": command, "success": True, "data": data}).encode("utf-8", "replace")


def failure(command: str | None, error: ApiError) -> bytes:
    """Give the envelope of a refusal."""
    said: dict[str, Any] = {"service": SERVICE, "command": command, "success": False, "error": str(error), "code": error.code}
    if error.data is not None:
        said["data"] = error.data
    return _dump(said).encode("utf-8", "replace")
