"""Where a session of ingest begins, when the streams or the server are not what they were."""

from collections.abc import AsyncIterator
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

import nats
import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig
from structlog.testing import capture_logs

from libs.common import subjects
from libs.common.contracts.events import Event
from libs.common.ordered import OrderedOutput
from libs.common.service import Runtime
from libs.common.streams import provision
from services.ingest.app import NAME, Streams
from services.ingest.pump import Pump
from tests.support import raw
from tests.support.nats import Server


class House(Streams):
    """The real streams, on a server whose runs a test counts."""

    def __init__(self, client: Client, run: str | None) -> None:
        self.run = run
        self.client = client
        self.jetstream: JetStreamContext = client.jetstream()
        super().__init__(cast("Runtime", SimpleNamespace(nats=client, jetstream=self.jetstream)))
        self.told: list[Event] = []

    def server(self) -> str | None:
        return self.run

    def pump(self, *, own_server: bool = False) -> Pump:
        """Give the pump of a process just started."""
        output = OrderedOutput(self.client, subjects.EVENTS)
        return Pump(self, output, {raw.CHANNEL: raw.DOMAIN}, self.told.append, own_server=own_server)

    async def say(self, *messages: raw.Raw) -> None:
        for message in messages:
            await self.jetstream.publish(message.subject, message.body)

    async def write_all(self) -> list[Event]:
        """Do what a process does from its start to its end: give what it wrote."""
        pump, output = self.pump(), OrderedOutput(self.client, subjects.EVENTS)
        position = await pump.locate()
        await output.tail()
        scribe, written = pump.scribe, []
        assert scribe is not None
        for sequence in range(position + 1, (await self.raw_state()).last + 1):
            message = await self.jetstream.get_msg(subjects.RAW, seq=sequence)
            stored = cast("datetime", message.time)
            written.append(scribe.write(sequence, message.subject or "", message.data or b"", stored))
        await output.publish([(each.subject, each.body) for each in written])
        return [each.event for each in written]

    async def tick(self) -> None:
        payload: dict[str, Any] = {"robots": {raw.CHANNEL: "connected"}, "server": self.run}
        await self.say(raw.observed("tick", payload))


@pytest.fixture
async def house(module_nats_server: Server) -> AsyncIterator[House]:
    client = await nats.connect(module_nats_server.url)
    made = House(client, "first")
    await provision(client, subjects.streams([raw.CHANNEL]))
    yield made
    for stream in (subjects.RAW, subjects.EVENTS):
        await made.jetstream.delete_stream(stream)
    await client.close()


async def test_what_may_be_from_either_side_of_an_outage_proves_nothing(house: House) -> None:
    await house.tick()
    await house.write_all()
    await house.say(raw.chat("alice", "before, and not read yet"))
    house.run = "second"
    await house.say(raw.chat("bob", "after, and ahead of ingest"))
    await house.tick()
    alice, bob, tick, gap = await house.write_all()
    assert (alice.proof, bob.proof, tick.kind, gap.kind) == (False, False, "tick", "gap")
    assert getattr(tick, "robots", None) == {raw.CHANNEL: "unknown"}


async def test_behind_the_gap_the_robot_is_believed_again(house: House) -> None:
    await house.tick()
    await house.write_all()
    house.run = "second"
    await house.write_all()
    await house.say(raw.chat("bob", "hello"))
    await house.tick()
    chat, tick = await house.write_all()
    assert chat.proof
    assert getattr(tick, "robots", None) == {raw.CHANNEL: "connected"}


async def test_killed_before_the_gap_is_written_it_still_comes(house: House) -> None:
    await house.tick()
    await house.write_all()
    await house.say(raw.chat("alice", "hello"))
    house.run = "second"
    await house.pump().locate()
    await house.say(raw.chat("bob", "hello"))
    alice, first, bob, second = await house.write_all()
    assert (alice.proof, first.kind, bob.proof, second.kind) == (False, "gap", False, "gap")


async def test_a_server_that_stayed_up_makes_no_gap(house: House) -> None:
    await house.tick()
    await house.write_all()
    await house.say(raw.chat("alice", "hello"))
    assert [(event.kind, event.proof) for event in await house.write_all()] == [("chat", True)]


async def test_one_outage_makes_one_gap(house: House) -> None:
    await house.tick()
    await house.write_all()
    house.run = "second"
    assert [event.kind for event in await house.write_all()] == ["gap"]
    assert await house.write_all() == []


@pytest.mark.parametrize(("own", "level"), [(True, "info"), (False, "warning")])
async def test_only_a_server_that_is_not_our_own_alarms_by_another_run(house: House, level: str, *, own: bool) -> None:
    await house.tick()
    await house.write_all()
    house.run = "second"
    with capture_logs() as logs:
        await house.pump(own_server=own).locate()
    assert [(each["log_level"], "a short absence only" in each["event"]) for each in logs] == [(level, True)]


async def test_servers_of_a_cluster_stand_in_for_each_other(house: House) -> None:
    await house.tick()
    await house.write_all()
    house.run = None
    assert await house.write_all() == []


async def test_a_checkpoint_keeps_the_run_of_the_server(house: House) -> None:
    await house.tick()
    await house.say(raw.observed("checkpoint", {}, channel=raw.CHANNEL))
    await house.write_all()
    house.run = "second"
    assert [event.kind for event in await house.write_all()] == ["gap"]


@pytest.mark.parametrize("made_anew", [False, True])
async def test_events_that_are_gone_do_not_come_again_though_a_bind_fails(house: House, *, made_anew: bool) -> None:
    await house.say(raw.leave("alice"), raw.leave("bob"))
    await house.write_all()
    consumer = await house.jetstream.pull_subscribe("", durable=NAME, stream=subjects.RAW, config=ConsumerConfig(ack_policy=AckPolicy.ALL))
    await (await consumer.fetch(2))[-1].ack_sync()
    await house.jetstream.purge_stream(subjects.EVENTS)
    if made_anew:
        await house.jetstream.delete_stream(subjects.EVENTS)
        await provision(house.client, subjects.streams([raw.CHANNEL]))
    first = await house.pump().locate()
    await house.jetstream.delete_consumer(subjects.RAW, NAME)
    assert (first, await house.pump().locate()) == (2, 2)


async def test_the_end_of_the_raw_stream_lost_and_grown_again_is_read(house: House) -> None:
    """A server without `sync_interval: always` may forget in a power cut; the numbers of what is lost are then given again."""
    alice, lost = raw.leave("alice"), [raw.leave("bob"), raw.leave("carol")]
    await house.say(alice)
    scribe = raw.scribe((await house.raw_state()).epoch)
    written = [scribe.write(number, each.subject, each.body, each.stored) for number, each in enumerate([alice, *lost], start=1)]
    for each in written:
        await house.jetstream.publish(each.subject, each.body)
    await house.say(raw.leave("dave"), raw.leave("erin"), raw.leave("frank"))
    events = await house.write_all()
    assert [(event.epoch, event.kind, event.raw) for event in house.told] == [(scribe.epoch + 1, "gap", 1)]
    assert [(event.epoch, getattr(event, "user", ""), event.raw) for event in events] == [
        (scribe.epoch + 1, name, number) for number, name in enumerate(("dave", "erin", "frank"), start=2)
    ]
