"""A request of the API: what it says, how its parameters are read, and the envelope of its answer."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from libs.common.config import Rules
from libs.common.contracts.ledger import MAX_AMOUNT, Outcome, Posting
from libs.common.names import is_valid
from services.commands.ledger import Ledger

SERVICE: Final = "economy"
REQUEST_ID_CHARACTERS_MAX: Final = 190

Data = dict[str, Any]


class ApiError(Exception):
    """The request is not served; the text is for people, the code for programs."""

    def __init__(self, code: str, text: str) -> None:
        """Take a stable code and the words."""
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True)
class Room:
    """A configured channel."""

    token: str
    name: str


class Surroundings(Protocol):
    """What a request may use."""

    @property
    def rules(self) -> Rules:
        """The configuration in force."""

    @property
    def ledger(self) -> Ledger:
        """The ledger, for this one request."""

    @property
    def at(self) -> datetime:
        """The event time up to which everything has been read."""

    async def post(self, room: Room, request_id: str | None, contents: bytes, posting: Callable[[str], Posting]) -> Outcome:
        """Have a posting done under a key made of `request_id`; the same id with other contents raises ApiError."""

    async def starting(self) -> str | None:
        """Say what has not been ready since the start, if anything."""

    async def health(self) -> Data:
        """Give the data of `system.health`."""


@dataclass(frozen=True, slots=True)
class ApiCall:
    """A request, with its parameters read on demand. Each reader raises ApiError where the parameter does not fit."""

    command: str
    parameters: Mapping[str, Any]
    room: Room
    """The channel it concerns; an empty one for commands that need none."""

    def username(self) -> str:
        """Read `username`, whatever it is."""
        value = self.parameters.get("username")
        if not isinstance(value, str) or not value.strip():
            raise ApiError("missing_parameter", "username is required")
        return value.strip()

    def viewer(self) -> str:
        """Read `username`; it must be one that CyTube could have given."""
        name = self.username()
        if not is_valid(name):
            raise ApiError("invalid_parameter", f"username {name!r} is not a name that CyTube could have given")
        return name

    def text(self, name: str, most: int = 2_000) -> str | None:
        """Read a text that may be left out, of at most `most` characters."""
        value = self.parameters.get(name)
        if value is None:
            return None
        if isinstance(value, (dict, list)):
            raise ApiError("invalid_parameter", f"{name} must be a text")
        text = str(value).strip()
        if len(text) > most or not _is_sendable(text):
            raise ApiError("invalid_parameter", f"{name} must be a text of at most {most} characters")
        return text or None

    def request_id(self) -> str | None:
        """Read `request_id`, under which a repetition is recognised."""
        return self.text("request_id", REQUEST_ID_CHARACTERS_MAX)

    def integer(self, name: str, default: int | None = None) -> int:
        """Read a whole number as Python's `int` does: "5" is 5, 5.9 is 5."""
        value = self.parameters.get(name, default)
        if value is None:
            raise ApiError("missing_parameter", f"{name} is required")
        try:
            number = int(value)
        except (TypeError, ValueError, OverflowError):
            raise ApiError("invalid_parameter", f"{name} must be a whole number") from None
        if abs(number) > MAX_AMOUNT:
            raise ApiError("invalid_parameter", f"{name} is out of range")
        return number

    def clamped(self, name: str, default: int, least: int, most: int) -> int:
        """Read a whole number and force it between two bounds."""
        value = self.parameters.get(name)
        try:
            number = default if value is None else int(value)
        except (TypeError, ValueError, OverflowError):
            raise ApiError("invalid_parameter", f"{name} must be a whole number") from None
        return min(max(number, least), most)


@dataclass(frozen=True, slots=True)
class ApiCommand:
    """One command of the API."""

    name: str
    run: Callable[[ApiCall, Surroundings], Awaitable[Data]]
    needs_channel: bool = True


def _is_sendable(text: str) -> bool:
    """Tell half of a surrogate pair, which JSON can name and nothing can carry, from text."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def read(body: bytes, commands: Mapping[str, ApiCommand], rooms: Sequence[Room]) -> tuple[ApiCommand, ApiCall]:
    """Read a request.

    Raises:
        ApiError: it is no JSON object, names no command of ours, or no channel of ours.
    """
    parameters = parsed(body)
    if parameters is None:
        raise ApiError("invalid_request", "the request must be a JSON object")
    name = parameters.get("command")
    if not isinstance(name, str) or not name:
        raise ApiError("missing_parameter", "command is required")
    command = commands.get(name)
    if command is None:
        raise ApiError("unknown_command", f"unknown command: {name}")
    return command, ApiCall(name, parameters, _room(parameters, rooms) if command.needs_channel else Room("", ""))


def parsed(body: bytes) -> dict[str, Any] | None:
    """Give the request's object, None where it is none."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def command_of(body: bytes) -> str | None:
    """Give the command a request names, to be echoed, whether it is ours or not."""
    name = (parsed(body) or {}).get("command")
    return name if isinstance(name, str) else None


def success(command: str, data: Data) -> bytes:
    """Give the envelope of an answer."""
    return json.dumps({"service": SERVICE, "command": command, "success": True, "data": data}).encode()


def failure(command: str | None, error: ApiError) -> bytes:
    """Give the envelope of a refusal."""
    return json.dumps({"service": SERVICE, "command": command, "success": False, "error": str(error), "code": error.code}).encode()


def _room(parameters: Mapping[str, Any], rooms: Sequence[Room]) -> Room:
    name = parameters.get("channel")
    if not isinstance(name, str) or not name.strip():
        raise ApiError("missing_parameter", "channel is required")
    for room in rooms:
        if room.name.casefold() == name.strip().casefold():
            return room
    raise ApiError("unknown_channel", f"unknown channel: {name}")
