"""Questions by the one inbox: answered, not answered, given up."""

import asyncio
from collections.abc import AsyncIterator

import nats
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import NoRespondersError
from nats.errors import TimeoutError as NatsTimeout

from libs.common.inbox import Inbox
from tests.support.nats import Server


@pytest.fixture
async def client(module_nats_server: Server) -> AsyncIterator[Client]:
    connected = await nats.connect(module_nats_server.url)
    yield connected
    await connected.close()


@pytest.fixture
async def inbox(client: Client) -> Inbox:
    opened = Inbox(client)
    await opened.open()
    return opened


async def echo(message: Msg) -> None:
    await message.respond(message.data)


async def test_each_question_has_its_own_answer(client: Client, inbox: Inbox) -> None:
    await client.subscribe("echo", cb=echo)
    questions = [str(number).encode() for number in range(100)]
    assert await asyncio.gather(*(inbox.ask("echo", question, 5) for question in questions)) == questions


async def test_where_nobody_listens_that_is_told_at_once(inbox: Inbox) -> None:
    with pytest.raises(NoRespondersError):
        await inbox.ask("nobody", b"", 60)


async def test_an_answer_that_comes_too_late_is_nobody_elses(client: Client, inbox: Inbox) -> None:
    asked: asyncio.Queue[Msg] = asyncio.Queue()
    await client.subscribe("slow", cb=asked.put)
    with pytest.raises(NatsTimeout):
        await inbox.ask("slow", b"", 0.05)
    late = asyncio.create_task(inbox.ask("slow", b"", 5))
    await (await asked.get()).respond(b"first")
    await (await asked.get()).respond(b"second")
    assert await late == b"second"


async def test_who_is_cancelled_while_waiting_waits_no_longer(client: Client, inbox: Inbox) -> None:
    asked: asyncio.Queue[Msg] = asyncio.Queue()
    await client.subscribe("silent", cb=asked.put)
    waiting = asyncio.create_task(inbox.ask("silent", b"", 60))
    await asked.get()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
