"""Where a service is asked: its doors, the requests being served, and the answers on their way out."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError

from libs.common import bundle
from libs.common.contracts.base import Contract
from libs.common.contracts.health import Failure, Unsendable
from libs.common.durable import Door, Durable, Request
from libs.common.tasks import end
from libs.common.unit import encoded

FINISH_SECONDS: Final = 1.5
"""How long an orderly end waits for what is being served."""
_GIVE_UP_SECONDS: Final = 0.2

Handler = Callable[[Request], Awaitable[Contract | bytes]]
_Reply = Callable[[bytes], None]


class _Answer(NamedTuple):
    reply_to: str
    place: int | None
    """The place of its request in a bundle; None where it came alone."""
    body: bytes


log = structlog.get_logger()


class Reception:
    """Takes requests and sends answers. Silence is never an answer."""

    def __init__(self, name: str) -> None:
        """Take the service's name; nobody is let in yet."""
        self._name = name
        self._doors: list[tuple[str, Callable[[Request, _Reply], None]]] = []
        self._subscriptions: list[Subscription] = []
        self._serving: set[asyncio.Task[None]] = set()
        self._durables: list[Durable] = []
        self._replies: asyncio.Queue[_Answer] = asyncio.Queue()

    def door(self, subject: str, handle: Handler) -> None:
        """Answer a subject without a database; each request is a task of its own."""

        async def serve(request: Request, reply: _Reply) -> None:
            try:
                answer = encoded(await handle(request))
            except asyncio.CancelledError:
                answer = Failure(error=f"{self._name} stops; it may have been done", code="unknown_outcome").encode()
            except Exception as error:
                log.exception("request failed", subject=request.subject)
                answer = Failure(error=f"{type(error).__name__}: {error}", code="internal_error").encode()
            reply(answer)

        def take(request: Request, reply: _Reply) -> None:
            task = asyncio.create_task(serve(request, reply))
            self._serving.add(task)
            task.add_done_callback(self._serving.discard)

        self._doors.append((subject, take))

    def durable_door(self, durable: Durable, door: Door) -> None:
        """Answer a subject from a service's state."""
        if durable not in self._durables:
            self._durables.append(durable)
        self._doors.append((door.subject, lambda request, reply: durable.answer(door, request, reply)))

    async def open(self, nats: Client) -> None:
        """Let requests in."""
        for subject, take in self._doors:
            # By the client itself: for a request FastStream's subscriber would do nothing but cost several times as much.
            self._subscriptions.append(await nats.subscribe(subject, cb=self._taking(take)))

    async def send(self, nats: Client) -> None:
        """Send answers as they come, those to one bundle that came together as one message, until cancelled."""
        while True:
            answers = [await self._replies.get()]
            while not self._replies.empty():
                answers.append(self._replies.get_nowait())
            bundles: dict[str, list[bundle.Part]] = {}
            for answer in answers:
                if answer.place is None:
                    await self._publish(nats, answer.reply_to, _sendable(answer.body, nats.max_payload))
                else:
                    body = _sendable(answer.body, nats.max_payload - bundle.HEADERS_BYTES)
                    bundles.setdefault(answer.reply_to, []).append(bundle.Part(answer.place, body))
            for reply_to, parts in bundles.items():
                for run in bundle.runs([part.body for part in parts], nats.max_payload - bundle.HEADERS_BYTES):
                    headers, body = bundle.bundle_answers(parts[run])
                    await self._publish(nats, reply_to, body, headers)
            for _ in answers:
                self._replies.task_done()

    async def _publish(self, nats: Client, reply_to: str, body: bytes, headers: dict[str, str] | None = None) -> None:
        try:
            await nats.publish(reply_to, body, headers=headers)
        except NatsError as error:
            log.info("answer not sent", error=repr(error))

    async def close(self, nats: Client) -> None:
        """Let nobody in any more, serve who is there, and tell who could not be served in time; `send` must be running."""
        try:
            await asyncio.wait_for(self._finish(nats), FINISH_SECONDS)
        except TimeoutError:
            await asyncio.wait_for(self._give_up(nats), _GIVE_UP_SECONDS)

    async def _finish(self, nats: Client) -> None:
        for subscription in self._subscriptions:
            # Ahead of `drain`, whose ping overtakes its own UNSUB: what the server sends in between would be lost.
            await nats._send_unsubscribe(subscription._id)  # noqa: SLF001
        await nats.flush()
        await nats.flush()
        await asyncio.gather(*(subscription.drain() for subscription in self._subscriptions))  # type: ignore[no-untyped-call]
        while self._serving:
            await asyncio.wait(self._serving)
        for durable in self._durables:
            # One after the other: when this is done, so is all that was asked before it.
            await durable.write(lambda _unit: None)
        await self._flush(nats)

    async def _give_up(self, nats: Client) -> None:
        await end(self._serving)
        await self._flush(nats)

    async def _flush(self, nats: Client) -> None:
        await self._replies.join()
        await nats.flush()

    def _taking(self, take: Callable[[Request, _Reply], None]) -> Callable[[Msg], Awaitable[None]]:
        put = self._replies.put_nowait

        def take_one(subject: str, body: bytes, reply_to: str, place: int | None) -> None:
            take(Request(subject, body), lambda answer: put(_Answer(reply_to, place, answer)))

        async def on_request(message: Msg) -> None:
            if not message.reply:
                return
            if not message.headers or bundle.LENGTHS not in message.headers:
                take_one(message.subject, message.data, message.reply, None)
                return
            try:
                bodies = bundle.requests(message.headers, message.data)
            except bundle.Unbundled as error:
                put(_Answer(message.reply, None, Failure(error=str(error), code="invalid_request").encode()))
                return
            for place, body in enumerate(bodies):
                take_one(message.subject, body, message.reply, place)

        return on_request


def _sendable(body: bytes, bytes_max: int) -> bytes:
    if len(body) <= bytes_max:
        return body
    log.warning("answer too large to be sent: the asker is told", bytes=len(body), bytes_max=bytes_max)
    return Unsendable().encode()
