"""Questions by the one inbox, and the reception they come to: answered, not answered, given up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import nats
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import NoRespondersError
from nats.errors import TimeoutError as NatsTimeout

from libs.common.bundle import LENGTHS
from libs.common.contracts.health import Unsendable
from libs.common.doors import Request
from libs.common.inbox import Inbox, NotTaken
from libs.common.reception import Handler, Reception
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


@pytest.fixture
async def house(client: Client) -> AsyncIterator["House"]:
    opened = House(client)
    sending = asyncio.create_task(opened.reception.send(client))
    yield opened
    sending.cancel()
    with suppress(asyncio.CancelledError):
        await sending


class House:
    """Somebody who is asked, and the messages that came."""

    def __init__(self, client: Client) -> None:
        self.reception = Reception("house")
        self.messages: list[Msg] = []
        self._client = client

    async def open(self, subject: str, handle: Handler) -> None:
        async def seen(message: Msg) -> None:
            self.messages.append(message)

        self.reception.door(subject, handle)
        await self.reception.open(self._client)
        await self._client.subscribe(subject, cb=seen)


async def echo(request: Request) -> bytes:
    return request.body


async def test_each_question_has_its_own_answer(inbox: Inbox, house: House) -> None:
    await house.open("economy.echo", echo)
    questions = [str(number).encode() for number in range(300)]
    assert await asyncio.gather(*(inbox.ask("economy.echo", question, 5) for question in questions)) == questions


async def test_what_is_asked_together_goes_as_few_messages(inbox: Inbox, house: House) -> None:
    await house.open("economy.echo", echo)
    await asyncio.gather(*(inbox.ask("economy.echo", b"", 5) for _ in range(300)))
    assert len(house.messages) == 3


async def test_a_question_by_itself_goes_as_it_is(inbox: Inbox, house: House) -> None:
    await house.open("economy.echo", echo)
    assert await inbox.ask("economy.echo", b"alone", 5) == b"alone"
    assert (house.messages[0].data, house.messages[0].headers) == (b"alone", None)


async def test_no_answer_waits_for_another_of_its_bundle(inbox: Inbox, house: House) -> None:
    release = asyncio.Event()

    async def handle(request: Request) -> bytes:
        if request.body == b"slow":
            await release.wait()
        return request.body

    await house.open("economy.both", handle)
    slow, quick = asyncio.create_task(inbox.ask("economy.both", b"slow", 5)), asyncio.create_task(inbox.ask("economy.both", b"quick", 5))
    assert await quick == b"quick"
    assert len(house.messages) == 1
    release.set()
    assert await slow == b"slow"


async def test_answers_that_do_not_fit_into_one_message_come_in_several(client: Client, inbox: Inbox, house: House) -> None:
    async def handle(request: Request) -> bytes:
        return request.body * (client.max_payload // 2)

    await house.open("economy.long", handle)
    found = await asyncio.gather(*(inbox.ask("economy.long", question, 5) for question in (b"a", b"b", b"c")))
    assert [answer[:1] for answer in found] == [b"a", b"b", b"c"]


async def test_of_a_bundle_only_the_answer_that_is_too_long_is_withheld(client: Client, inbox: Inbox, house: House) -> None:
    async def handle(request: Request) -> bytes:
        return request.body * (client.max_payload if request.body == b"a" else 1)

    await house.open("economy.long", handle)
    found = await asyncio.gather(*(inbox.ask("economy.long", question, 5) for question in (b"a", b"b")))
    assert found == [Unsendable().encode(), b"b"]


async def test_who_knows_no_bundles_has_answered_nothing(client: Client, inbox: Inbox) -> None:
    async def refuse(message: Msg) -> None:
        await message.respond(b'{"ok":false}')

    await client.subscribe("economy.older", cb=refuse)
    found = await asyncio.gather(*(inbox.ask("economy.older", b"{}", 5) for _ in range(2)), return_exceptions=True)
    assert [type(each) for each in found] == [NotTaken, NotTaken]


async def test_a_service_that_is_not_ours_is_asked_one_by_one(client: Client, inbox: Inbox) -> None:
    async def respond(message: Msg) -> None:
        await message.respond(message.data)

    await client.subscribe("kryten.somebody.command", cb=respond)
    questions = [b"one", b"two", b"three"]
    assert await asyncio.gather(*(inbox.ask("kryten.somebody.command", question, 5) for question in questions)) == questions


async def test_a_bundle_that_is_none_is_answered(client: Client, house: House) -> None:
    await house.open("economy.echo", echo)
    answer = await client.request("economy.echo", b"abc", timeout=5, headers={LENGTHS: "1,1"})
    assert b"invalid_request" in answer.data


async def test_nobody_is_told_by_all_of_a_bundle(inbox: Inbox) -> None:
    found = await asyncio.gather(*(inbox.ask("economy.nobody", b"", 60) for _ in range(2)), return_exceptions=True)
    assert [type(each) for each in found] == [NoRespondersError, NoRespondersError]


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
