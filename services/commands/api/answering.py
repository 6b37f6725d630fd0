"""Every request is answered, whatever it is and whatever goes wrong."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import structlog

from libs.common.asking import RefusedError, UnreachableError
from services.commands import metrics
from services.commands.api import envelope
from services.commands.api.calls import ApiCommand, Room, Surroundings
from services.commands.api.codes import MEANINGS, Code
from services.commands.api.parameters import ApiError

log = structlog.get_logger()

AT_ONCE_MAX: Final = 2_000
"""Requests served at the same time: what comes beyond is told to come back, before it costs memory."""


class Api:
    """The door's other side: a body in, an answer out."""

    def __init__(
        self,
        commands: Mapping[str, ApiCommand],
        rooms: Sequence[Room],
        desk: Callable[[], Surroundings],
        bytes_max: Callable[[], int],
    ) -> None:
        """Take the commands, the channels, what a call may use, and how long an answer may be."""
        self._commands = commands
        self._rooms = {room.name.casefold(): room for room in rooms}
        self._desk = desk
        self._bytes_max = bytes_max
        self._serving = 0

    async def answer(self, body: bytes) -> bytes:
        """Answer a request."""
        began = time.monotonic()
        self._serving += 1
        given = envelope.parsed(body)
        outcome = "ok"
        try:
            return await self._served(given)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the asker is told
            told = _told(error, envelope.echo(given))
            outcome = told.code
            return envelope.failure(envelope.echo(given), told)
        finally:
            self._serving -= 1
            label = self._label(given)
            metrics.ANSWERED.labels("api", label, outcome).inc()
            metrics.SECONDS.labels("api", label).observe(time.monotonic() - began)

    async def _served(self, given: dict[str, Any] | None) -> bytes:
        call = envelope.read(given, self._commands, self._rooms)
        if self._serving > AT_ONCE_MAX:
            raise ApiError("busy", "too many requests at once; ask again in a moment")
        answer = envelope.success(call.command.name, await call.command.run(call, self._desk()))
        if len(answer) > self._bytes_max():
            raise ApiError("answer_too_large", "the answer would not fit into a message; ask for less")
        return answer

    def _label(self, given: dict[str, Any] | None) -> str:
        name = None if given is None else given.get("command")
        return name if isinstance(name, str) and name in self._commands else "unknown"


def _told(error: Exception, command: str | None) -> ApiError:
    """Give what the asker is told of a failure."""
    if isinstance(error, ApiError):
        return error
    if isinstance(error, UnreachableError):
        return ApiError("unavailable", "the ledger does not answer; nothing was done")
    if isinstance(error, RefusedError):
        return refusal(error.refusal, str(error))
    log.error("API request failed", command=command, exc_info=error)
    return ApiError("internal_error", f"something went wrong here: {type(error).__name__}")


def refusal(code: Code, detail: str | None) -> ApiError:
    """Give the ledger's refusal in words."""
    return ApiError(code, f"{MEANINGS[code]} ({detail})" if detail else MEANINGS[code])
