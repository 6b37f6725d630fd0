"""A NATS server with `deploy/nats.conf` as it is shipped: everybody can do their job, and nobody another's."""

import asyncio
import os
import re
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import nats
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy
from nats.js.errors import NotFoundError

from libs.cli.permissions import ROOM, USERS
from libs.common import streams, subjects
from libs.common.credentials import variable
from libs.common.services import ORDER
from tests.service.test_cli import invoke
from tests.support import script
from tests.support.house import House
from tests.support.nats import binary, free_port, settle, wait_for_info
from tests.support.robot import Robot
from tests.support.teller import Teller

pytestmark = pytest.mark.skipif(binary() is None, reason="needs a nats-server of its own")

CONF = Path(__file__).parents[2] / "deploy" / "nats.conf"
PASSWORDS = {name: f"p-{name}" for name in (*USERS, ROOM)}
CHANNEL = script.CHANNEL
STREAMS = [stream.name for stream in subjects.streams(())]


class Deployed:
    """The server, as an operator starts it."""

    def __init__(self, folder: Path) -> None:
        self.environment = {variable(name): password for name, password in PASSWORDS.items()} | {"NATS_STORE_DIR": str(folder)}
        self.url = ""
        self.log = folder / "nats-server.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        port = free_port()
        self.url = f"nats://127.0.0.1:{port}"
        command = [binary() or "", "-c", str(CONF), "-p", str(port), "-l", str(self.log)]
        process = self._process = subprocess.Popen(command, env={**os.environ, **self.environment})

        def still_starting() -> None:
            assert process.poll() is None, self.log.read_text(encoding="utf-8")

        wait_for_info(port, still_starting)

    def kill(self) -> None:
        self.stop()

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    @asynccontextmanager
    async def joined(self, name: str | None, refusals: list[str]) -> AsyncIterator[Client]:
        """Give a client that is in as `name`, or as whoever has no password."""

        async def note(error: Exception) -> None:
            refusals.append(str(error))

        login = {"user": name, "password": PASSWORDS[name], "inbox_prefix": f"_INBOX_{name}"} if name else {}
        client = await nats.connect(self.url, error_cb=note, **login)
        try:
            yield client
        finally:
            await client.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    deployed = Deployed(tmp_path_factory.mktemp("nats"))
    deployed.start()
    yield deployed
    deployed.stop()


@pytest.fixture
async def provisioned(server: Deployed) -> Deployed:
    async with server.joined("operator", []) as operator:
        outcomes = await streams.provision(operator, subjects.streams((CHANNEL,)))
    assert [outcome.error for outcome in outcomes if outcome.error] == []
    return server


async def refused(server: Deployed, name: str | None, *published: str) -> set[str]:
    """Publish to subjects as somebody; give those the server refuses."""
    refusals: list[str] = []
    async with server.joined(name, refusals) as client:
        for subject in published:
            await client.publish(subject, b"{}")
        await settle(client)
    found = (re.search(r'publish to "(.*)"', refusal, re.IGNORECASE) for refusal in refusals)
    return {match[1].lower() for match in found if match}


async def test_the_whole_house_works_and_nothing_it_does_is_refused(provisioned: Deployed, tmp_path: Path) -> None:
    house = House(tmp_path / "house", provisioned, provisioned.environment)
    robot = Robot(provisioned.url)
    robot.people = {"owner": 5, "alice": 1}
    try:
        house.configure(onboarding={"welcome_delay_seconds": 1})
        house.start()
        await house.wait_ready()
        await robot.start()
        await robot.wait_for(lambda: bool(robot.pms("alice")), "the welcome")
        assert re.search(r"10\d Z", await robot.ask("alice", "balance"))
        logs = "".join(house.tail(name, 1_000_000) for name in ORDER)
        assert re.findall(r".*violation.*", logs, re.IGNORECASE) == []
    finally:
        await robot.vanish()
        await house.close()


@pytest.mark.parametrize(
    ("login", "told"), [("", "NATS_LEDGER_PASSWORD is not set"), (", user: operator, password: p-operator", "forbids it to operator")]
)
async def test_a_restore_without_the_ledgers_password_touches_nothing(
    provisioned: Deployed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, login: str, told: str
) -> None:
    config, state_dir = tmp_path / "config.yaml", tmp_path / "data"
    config.write_text(f"nats: {{servers: ['{provisioned.url}']{login}}}\nchannels: [{{domain: cytu.be, channel: elsewhere}}]\n")
    state_dir.mkdir()
    teller = Teller(state_dir / "ledger.db")
    teller.viewers(alice=5)
    teller.close()
    async with provisioned.joined("ledger", []) as ledger:
        await ledger.jetstream().create_key_value(bucket=subjects.LEDGER_STORES, history=5)
    monkeypatch.setenv(variable("operator"), PASSWORDS["operator"])
    where = ("--config", str(config), "--state-dir", str(state_dir))
    await asyncio.to_thread(invoke, "backup", *where)
    putting_back = ("restore", *where, "--force", "--from", str(next((state_dir / "backups").iterdir())))
    without = await asyncio.to_thread(invoke, *putting_back)
    touched = [path.name for path in state_dir.iterdir() if "restor" in path.name]
    monkeypatch.setenv(variable("ledger"), PASSWORDS["ledger"])
    with_it = await asyncio.to_thread(invoke, *putting_back)
    assert told in without.output
    assert (without.exit_code, touched, with_it.exit_code) == (1, [], 0), with_it.output


@pytest.mark.parametrize("name", ORDER)
async def test_a_service_takes_no_name_but_its_own(provisioned: Deployed, name: str) -> None:
    others = [other for other in USERS if other != name]
    tried = [
        *(subjects.ledger(CHANNEL, other, "post") for other in others),
        *(subjects.postings(CHANNEL, other) for other in others),
        *(subjects.deadletter(other) for other in others),
    ]
    assert await refused(provisioned, name, *tried) == {subject.lower() for subject in tried}


@pytest.mark.parametrize("name", ORDER)
async def test_a_service_does_no_harm_to_streams_and_to_the_consumers_of_others(provisioned: Deployed, name: str) -> None:
    other = "ledger" if name != "ledger" else "earning"
    tried = [
        *(f"$JS.API.STREAM.{verb}.{stream}" for verb in ("DELETE", "UPDATE", "MSG.DELETE") for stream in STREAMS),
        *(f"$JS.API.CONSUMER.DELETE.{stream}.{other}" for stream in STREAMS),
        *(f"$JS.API.CONSUMER.DURABLE.CREATE.{stream}.{other}" for stream in STREAMS),
        *(f"$JS.ACK.{stream}.{other}.1.1.1.1.0" for stream in STREAMS),
        "$JS.API.STREAM.CREATE.MINE",
    ]
    assert await refused(provisioned, name, *tried) == {subject.lower() for subject in tried}


@pytest.mark.parametrize("name", [*ORDER, None])
async def test_nobody_listens_in_the_inbox_of_another(provisioned: Deployed, name: str | None) -> None:
    refusals: list[str] = []
    others = [other for other in USERS if other != name]
    async with provisioned.joined(name, refusals) as client:
        for other in others:
            await client.subscribe(f"_INBOX_{other}.>")
        await settle(client)
    assert len([refusal for refusal in refusals if "subscription" in refusal.lower()]) == len(others)


async def test_the_announcer_writes_no_events_and_games_no_transactions(provisioned: Deployed) -> None:
    assert await refused(provisioned, "announcer", subjects.event(CHANNEL, "chat"), subjects.announcement(CHANNEL, "chat"))
    assert await refused(provisioned, "games", subjects.transactions(CHANNEL), subjects.fact(CHANNEL, "arrival"))


async def test_without_a_password_nobody_gets_at_the_economy(provisioned: Deployed) -> None:
    refusals: list[str] = []
    async with provisioned.joined(None, refusals) as stranger:
        await stranger.subscribe(subjects.OURS)
        await settle(stranger)
    assert any("subscription" in refusal.lower() for refusal in refusals)
    tried = [subjects.ledger(CHANNEL, "operator", "post"), subjects.event(CHANNEL, "chat"), f"$JS.API.STREAM.MSG.GET.{subjects.EVENTS}"]
    assert await refused(provisioned, None, *tried) == {subject.lower() for subject in tried}


async def test_a_consumer_that_delivers_to_the_ledger_speaks_in_nobodys_name(provisioned: Deployed) -> None:
    """Whoever may make a consumer may have it deliver anywhere; what is delivered keeps the subject it was stored under."""
    heard: set[str] = set()
    came = asyncio.Event()

    async def hear(message: Msg) -> None:
        heard.add(message.subject)
        came.set()

    door, fact = subjects.ledger(CHANNEL, "operator", "post"), subjects.fact(CHANNEL, "purchase")
    async with provisioned.joined("ledger", []) as ledger, provisioned.joined("shop", []) as shop:
        await ledger.subscribe(door, cb=hear)
        await settle(ledger)
        jetstream = shop.jetstream()
        await jetstream.publish(fact, b"{}")
        with suppress(NotFoundError):  # the shop's own, where it ran here before
            await jetstream.delete_consumer(subjects.FACTS, "shop")
        await jetstream.add_consumer(subjects.FACTS, durable_name="shop", deliver_subject=door, ack_policy=AckPolicy.NONE)
        await asyncio.wait_for(came.wait(), 5)
        await jetstream.delete_consumer(subjects.FACTS, "shop")
    assert heard == {fact}


async def test_a_wrong_password_is_not_taken_for_none(server: Deployed) -> None:
    client = Client()
    with pytest.raises(NatsError):
        await client.connect(server.url, user="ledger", password="wrong", allow_reconnect=False)
    await client.close()


def test_no_password_stands_in_the_file() -> None:
    said = re.findall(r"password: (\S+),", CONF.read_text(encoding="utf-8"))
    assert said == [f"${variable(name)}" for name in (*USERS, ROOM)]


def test_what_is_acknowledged_is_on_the_disk() -> None:
    assert re.search(r"^  sync_interval: always$", CONF.read_text(encoding="utf-8"), re.MULTILINE)
