"""Questions on their way, and the one inbox their answers come to.

The client's own `request` waits by three callbacks and in a way that can lose a cancellation; who asks for every payment pays for that.
"""

import asyncio
from secrets import token_hex
from typing import Final

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import NoRespondersError
from nats.errors import TimeoutError as NatsTimeout

_STATUS: Final = "Status"
_NOBODY: Final = "503"


class Inbox:
    """Asks, and hands each answer to whom it is for."""

    def __init__(self, nats: Client) -> None:
        """Take a connection; `open` comes before the first question."""
        self._nats = nats
        self._prefix = f"{nats.new_inbox()}."
        self._waiting: dict[str, asyncio.Future[Msg]] = {}

    async def open(self) -> None:
        """Have answers come here, after a reconnect as well."""
        await self._nats.subscribe(f"{self._prefix}*", cb=self._take)

    async def ask(self, subject: str, body: bytes, timeout_seconds: float) -> bytes:
        """Ask once.

        Raises:
            NoRespondersError: nobody listens.
            nats.errors.Error: no answer came in time, or the question could not be sent.
        """
        loop = asyncio.get_running_loop()
        # Whoever is asked sees the name, and must not guess from it where the next answer, of somebody else, is waited for.
        reply = f"{self._prefix}{token_hex(8)}"
        answer: asyncio.Future[Msg] = loop.create_future()
        self._waiting[reply] = answer
        late = loop.call_later(timeout_seconds, _give_up, answer)
        try:
            await self._nats.publish(subject, body, reply=reply)
            message = await answer
        finally:
            late.cancel()
            del self._waiting[reply]
        if message.headers and message.headers.get(_STATUS) == _NOBODY:
            raise NoRespondersError
        return message.data

    async def _take(self, message: Msg) -> None:
        answer = self._waiting.get(message.subject)
        if answer is not None and not answer.done():
            answer.set_result(message)


def _give_up(answer: asyncio.Future[Msg]) -> None:
    if not answer.done():
        answer.set_exception(NatsTimeout())
