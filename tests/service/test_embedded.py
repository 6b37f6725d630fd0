"""The embedded server, with the users and permissions `up` gives it."""

import asyncio
import json
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import nats
import pytest
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.api import KeyValueConfig

from libs.cli import embedded
from libs.cli.children import Child
from libs.cli.operator import NoServer, NotAllowed, connect
from libs.common import streams, subjects
from libs.common.config.connection import Nats
from libs.common.credentials import login
from tests.support.nats import free_port, settle
from tests.support.waiting import until

CHANNEL = "lounge"
REFUSAL_SECONDS = 5.0


@pytest.fixture
async def settings(tmp_path: Path) -> AsyncIterator[Nats]:
    """An embedded server that runs, with our streams on it."""
    settings = Nats(embedded=True, servers=(f"nats://127.0.0.1:{free_port()}",))
    server = Child(embedded.prepare(settings, tmp_path), lambda _line: None, [])
    keeping = asyncio.create_task(server.keep())

    await until(partial(embedded.listens, settings), "the server listens")
    async with joined(settings, tmp_path, "operator") as operator:
        outcomes = await streams.provision(operator, subjects.streams((CHANNEL,)))
    assert [outcome.error for outcome in outcomes if outcome.error] == []
    yield settings
    server.end()
    await keeping


@asynccontextmanager
async def joined(settings: Nats, state_dir: Path | None = None, name: str = "", refusals: list[str] | None = None) -> AsyncIterator[Client]:
    """A client that is in as `name`, or, without one, as whoever connects without a password."""

    async def note(error: Exception) -> None:
        if refusals is not None:
            refusals.append(str(error))

    options: dict[str, Any] = {}
    if state_dir is not None:
        who = login(settings, state_dir, name)
        options = {"user": who.user, "password": who.password, "inbox_prefix": f"_INBOX_{name}"}
    client = await nats.connect(list(settings.servers), error_cb=note, **options)
    try:
        yield client
    finally:
        await client.close()


async def refused_to_publish(settings: Nats, subject: str, state_dir: Path | None = None, name: str = "") -> bool:
    refusals: list[str] = []
    async with joined(settings, state_dir, name, refusals) as client:
        await client.publish(subject, b"{}")
        await settle(client)
    return any("permissions violation for publish" in refusal.lower() for refusal in refusals)


async def test_a_robot_without_a_password_keeps_its_key_values(settings: Nats) -> None:
    async with joined(settings) as robot:
        js = robot.jetstream()
        bucket = await js.create_key_value(KeyValueConfig(bucket="kryten_lounge_userlist"))
        watcher: Any = await bucket.watchall()
        await bucket.put("users", b"[]")
        found = (await bucket.get("users")).value
        seen = [await watcher.updates(timeout=5) for _ in range(2)]
        again = await (await js.key_value("kryten_lounge_userlist")).keys()
        await watcher.stop()

    assert found == b"[]"
    assert [update.value for update in seen if update is not None] == [b"[]"]
    assert again == ["users"]


async def test_what_a_robot_says_is_captured(settings: Nats, tmp_path: Path) -> None:
    async with joined(settings) as robot:
        await robot.publish(subjects.robot_event(CHANNEL, "chatmsg"), b"{}")
        await settle(robot)

    async with joined(settings, tmp_path, "ingest") as ingest:

        async def captured() -> bool:
            return (await ingest.jetstream().stream_info(subjects.RAW)).state.messages == 1

        await until(captured, "the line is in the stream")


async def test_other_kryten_services_reach_our_api(settings: Nats, tmp_path: Path) -> None:
    async with joined(settings, tmp_path, "commands") as commands, joined(settings) as other:

        async def answer(message: Any) -> None:
            await message.respond(b"pong")

        await commands.subscribe(subjects.API, cb=answer)
        await settle(commands)
        answered = await other.request(subjects.API, b"{}", timeout=5)

    assert answered.data == b"pong"


async def test_the_robot_answers_our_services_in_their_own_inboxes(settings: Nats, tmp_path: Path) -> None:
    async with joined(settings) as robot, joined(settings, tmp_path, "announcer") as announcer:

        async def answer(message: Any) -> None:
            await message.respond(b"done")

        await robot.subscribe(subjects.ROBOT_COMMAND, cb=answer)
        await settle(robot)
        answered = await announcer.request(subjects.ROBOT_COMMAND, b"{}", timeout=5)

    assert answered.data == b"done"


@pytest.mark.parametrize(
    "subject",
    [
        subjects.ledger(CHANNEL, "operator", "post"),
        subjects.transactions(CHANNEL),
        subjects.event(CHANNEL, "chat"),
        subjects.INGEST_RELOAD,
        f"$JS.API.STREAM.DELETE.{subjects.TRANSACTIONS}",
        f"$JS.API.STREAM.UPDATE.{subjects.TRANSACTIONS}",
        f"$JS.API.STREAM.INFO.{subjects.TRANSACTIONS}",
        f"$JS.API.STREAM.MSG.GET.{subjects.TRANSACTIONS}",
        f"$JS.API.CONSUMER.CREATE.{subjects.EVENTS}.mine",
        f"$JS.API.CONSUMER.DELETE.{subjects.EVENTS}.ledger",
    ],
)
async def test_without_a_password_nobody_gets_at_the_economy(settings: Nats, subject: str) -> None:
    assert await refused_to_publish(settings, subject)


async def test_without_a_password_nobody_listens_to_the_economy(settings: Nats) -> None:
    refusals: list[str] = []
    async with joined(settings, refusals=refusals) as stranger:
        await stranger.subscribe(subjects.OURS)
        await stranger.subscribe("_INBOX_ledger.>")
        await settle(stranger)

    assert len([refusal for refusal in refusals if "permissions violation for subscription" in refusal.lower()]) == 2


async def test_a_service_asks_the_ledger_in_its_own_name(settings: Nats, tmp_path: Path) -> None:
    assert not await refused_to_publish(settings, subjects.ledger(CHANNEL, "games", "post"), tmp_path, "games")
    assert await refused_to_publish(settings, subjects.ledger(CHANNEL, "operator", "post"), tmp_path, "games")


async def test_only_the_ledger_writes_transactions(settings: Nats, tmp_path: Path) -> None:
    async with joined(settings, tmp_path, "ledger") as ledger:
        await ledger.jetstream().publish(subjects.transactions(CHANNEL), b"{}")

    assert await refused_to_publish(settings, subjects.transactions(CHANNEL), tmp_path, "earning")


async def test_a_wrong_password_is_not_taken_for_none(settings: Nats, tmp_path: Path) -> None:
    (tmp_path / "nats-users").write_text("operator:wrong\n")

    with pytest.raises(NoServer):
        await connect(settings, tmp_path)


async def test_passwords_are_the_owners_and_stay_the_same(tmp_path: Path) -> None:
    first = embedded.ensure_users(tmp_path)

    assert embedded.ensure_users(tmp_path) == first
    assert stat.S_IMODE((tmp_path / "nats-users").stat().st_mode) == 0o600


async def test_the_login_of_the_configuration_is_let_in_as_the_room(tmp_path: Path) -> None:
    config = embedded.server_config(Nats(embedded=True, user="robot", password="p"), tmp_path, {})

    (robot,) = [user for user in config["authorization"]["users"] if user["user"] == "robot"]
    assert "economy.>" in robot["permissions"]["publish"]["deny"]


async def test_a_taken_port_is_told_with_the_cure(settings: Nats) -> None:
    with pytest.raises(embedded.CannotEmbed, match="embedded: false"):
        embedded.ensure_free(settings)


async def test_an_acknowledged_message_is_on_the_disk(tmp_path: Path) -> None:
    embedded.prepare(Nats(embedded=True), tmp_path)

    assert json.loads((tmp_path / "nats.conf").read_text())["jetstream"]["sync_interval"] == "always"


async def test_the_operators_requests_need_no_common_inbox(settings: Nats, tmp_path: Path) -> None:
    client = await connect(settings, tmp_path)
    try:
        assert (await client.jetstream().account_info()).streams == len(subjects.streams(()))
    except NatsError as error:
        pytest.fail(f"the operator is refused: {error}")
    finally:
        await client.close()


async def test_who_has_no_password_is_told_so_at_once(settings: Nats, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    client = await connect(settings, elsewhere)
    try:
        with pytest.raises(NotAllowed, match=f"without a password.*no nats-users in {elsewhere}"):
            await client.request(subjects.INGEST_RELOAD, b"{}", timeout=30)
    finally:
        await client.close()
