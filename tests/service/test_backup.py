"""A backup made while everything runs, and what becomes of the economy when it is put back."""

import asyncio
import inspect
import json
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable
from contextlib import closing
from pathlib import Path
from types import ModuleType

import nats
import pytest

from libs.cli import aside, realign, restore
from libs.cli.backup import LAST
from libs.common import subjects
from libs.common.database import RESTORING, Database, RestoreInterrupted
from services.ledger import queries
from tests.service.test_cli import Answer, invoke
from tests.support import books
from tests.support.house import House
from tests.support.nats import Server, binary, free_port
from tests.support.robot import Robot
from tests.support.teller import CHANNEL, Teller
from tests.support.waiting import until

SERVICES = ("ingest", "ledger", "earning", "commands")


def books_of(state_dir: Path, **coins: int) -> None:
    """Make a ledger with these accounts, and end."""
    state_dir.mkdir(exist_ok=True)
    teller = Teller(state_dir / "ledger.db")
    teller.viewers(**coins)
    teller.close()


@pytest.fixture
def config(tmp_path: Path, module_nats_server: Server) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(f"nats: {{servers: [{module_nats_server.url}]}}\nchannels: [{{domain: cytu.be, channel: {CHANNEL}}}]\n")
    return path


def only(folder: Path) -> Path:
    found = list(folder.iterdir())
    assert len(found) == 1, found
    return found[0]


def made(config: Path) -> Path:
    """Make a backup of the state beside a configuration."""
    result = invoke("backup", "--config", str(config), "--to", str(config.parent / "backups"))
    assert result.exit_code == 0, result.output
    return only(config.parent / "backups")


def restored(config: Path, source: Path, *words: str) -> Answer:
    return invoke("restore", "--config", str(config), "--from", str(source), *words)


def balance(ledger: Path, name: str) -> int:
    with closing(sqlite3.connect(ledger)) as db:
        return int(db.execute("SELECT balance FROM accounts WHERE name = ?", (name,)).fetchone()[0])


def test_a_backup_is_one_file_a_database_and_says_when(config: Path) -> None:
    books_of(config.parent / "data", alice=5)
    place = made(config)
    assert {file.name for file in place.iterdir()} == {"ledger.db", "manifest.json"}
    assert (config.parent / "data" / LAST).read_text() == f"{place}\n"


def test_what_is_written_while_it_is_copied_is_not_half_in_it(config: Path) -> None:
    state_dir = config.parent / "data"
    state_dir.mkdir()
    teller = Teller(state_dir / "ledger.db")
    teller.viewers(alice=5)
    teller.db.execute("BEGIN IMMEDIATE")
    teller.db.execute("UPDATE accounts SET balance = 6 WHERE name = 'alice'")
    place = made(config)
    teller.db.execute("ROLLBACK")
    teller.close()
    assert balance(place / "ledger.db", "alice") == 5


def test_books_that_do_not_balance_are_no_backup(config: Path) -> None:
    books_of(config.parent / "data", alice=5)
    with closing(sqlite3.connect(config.parent / "data" / "ledger.db")) as db:
        db.execute("UPDATE accounts SET balance = 6 WHERE name = 'alice'")
        db.commit()
    result = invoke("backup", "--config", str(config), "--to", str(config.parent / "backups"))
    assert (result.exit_code, "the books do not balance" in result.output) == (1, True)
    assert list((config.parent / "backups").iterdir()) == []


def test_only_the_newest_are_kept(config: Path) -> None:
    books_of(config.parent / "data", alice=5)
    old = made(config)
    older = old.with_name("20200101T000000Z")
    shutil.copytree(old, older)
    old.rename(old.with_name("20200102T000000Z"))
    (old.parent / "mine").mkdir()
    invoke("backup", "--config", str(config), "--to", str(old.parent), "--keep", "2")
    assert min(place.name for place in old.parent.iterdir()) == "20200102T000000Z"
    assert (old.parent / "mine").is_dir()


def test_what_a_killed_backup_left_is_removed_by_the_next(config: Path) -> None:
    books_of(config.parent / "data", alice=5)
    place = made(config)
    old = place.rename(place.with_name("20200101T000000Z"))
    for name in ("20200102T000000Z.partial", "20200103T000000Z", "mine", "mine.partial"):
        (old.parent / name).mkdir()
        (old.parent / name / "ledger.db").touch()
    told = invoke("backup", "--config", str(config), "--to", str(old.parent)).output
    assert told.count("left by a backup that was interrupted") == 2
    left = {place.name for place in old.parent.iterdir() if place.name < "2021" or place.name.startswith("mine")}
    assert left == {"20200101T000000Z", "mine", "mine.partial"}


def test_a_backup_somebody_changed_is_refused(config: Path) -> None:
    books_of(config.parent / "data", alice=5)
    place = made(config)
    with closing(sqlite3.connect(place / "ledger.db")) as db:
        db.execute("UPDATE accounts SET display = 'Alice' WHERE name = 'alice'")
        db.commit()
    result = restored(config, place, "--force")
    assert (result.exit_code, "is not what was saved" in result.output) == (1, True)


def test_what_is_there_is_not_overwritten_unasked(config: Path) -> None:
    books_of(config.parent / "data", alice=5)
    result = restored(config, made(config))
    assert (result.exit_code, "nothing was touched" in result.output) == (1, True)


def test_a_restore_into_an_empty_place_needs_no_force(config: Path) -> None:
    books_of(config.parent / "data", alice=5)
    place = made(config)
    shutil.rmtree(config.parent / "data")
    result = restored(config, place)
    assert result.exit_code == 0, result.output
    assert balance(config.parent / "data" / "ledger.db", "alice") == 5
    assert "what was there before" not in result.output
    assert not list((config.parent / "data").glob("before-restore-*"))


def test_what_was_there_is_moved_aside(config: Path) -> None:
    state_dir = config.parent / "data"
    books_of(state_dir, alice=5)
    place = made(config)
    teller = Teller(state_dir / "ledger.db")
    teller.viewers(bob=7)
    teller.close()
    result = restored(config, place, "--force")
    assert "what was there before is in" in result.output
    aside = [path for path in state_dir.iterdir() if path.name.startswith("before-restore-")]
    assert [balance(path / "ledger.db", "bob") for path in aside] == [7]


async def _told(url: str, bodies: list[bytes]) -> None:
    """Fill the stream of transactions with these alone."""
    client = await nats.connect(url)
    jetstream = client.jetstream()
    await jetstream.add_stream(name=subjects.TRANSACTIONS, subjects=[subjects.transactions("*")])
    for body in bodies:
        await jetstream.publish(subjects.transactions(CHANNEL), body)
    await client.close()


async def _forgotten(url: str) -> None:
    client = await nats.connect(url)
    await client.jetstream().delete_stream(subjects.TRANSACTIONS)
    await client.close()


def history(ledger: Path) -> list[bytes]:
    """Give the journal as it is told."""
    with closing(queries.reader(ledger)) as db:
        return [body for _, _, body in queries.journal(db, 0, 1_000)]


@pytest.mark.parametrize("more", [[], ["erin", "frank"], ["erin", "frank", "gina", "harry"]])
def test_another_history_that_the_stream_told_is_named_and_kept(config: Path, module_nats_server: Server, more: list[str]) -> None:
    state_dir = config.parent / "data"
    books_of(state_dir, alice=5)
    common = len(history(state_dir / "ledger.db"))
    shutil.copytree(state_dir, config.parent / "other")
    books_of(state_dir, bob=7, carol=8)
    place = made(config)
    books_of(config.parent / "other", dave=9, **dict.fromkeys(more, 1))
    told = history(config.parent / "other" / "ledger.db")
    asyncio.run(_told(module_nats_server.url, told))
    try:
        result = restored(config, place, "--force")
    finally:
        asyncio.run(_forgotten(module_nats_server.url))
    (kept,) = state_dir.glob("before-restore-*/transactions-after-backup.jsonl")
    assert f"another history than these books, which have other transactions under the numbers {common + 1} to" in result.output
    assert [json.loads(line)["number"] for line in kept.read_text().splitlines()] == list(range(common + 1, len(told) + 1))


def test_restored_books_have_another_id(config: Path) -> None:
    state_dir = config.parent / "data"
    books_of(state_dir, alice=5)
    place = made(config)
    assert restored(config, place, "--force").exit_code == 0
    ids = []
    for path in (place, state_dir):
        with closing(sqlite3.connect(path / "ledger.db")) as db:
            ids.append(db.execute("SELECT id FROM store").fetchone()[0])
    assert ids[0] != ids[1]


def interrupted(config: Path, place: Path, after: tuple[ModuleType, str], monkeypatch: pytest.MonkeyPatch) -> str:
    """Restore, and be interrupted behind this step; give what was told."""
    module, step = after
    whole = getattr(module, step)

    def broken(*arguments: object) -> object:
        done = whole(*arguments)
        if inspect.isawaitable(done):
            return broken_later(done)
        raise OSError("the power went")

    async def broken_later(done: Awaitable[object]) -> object:
        await done
        raise OSError("the power went")

    with monkeypatch.context() as patch:
        patch.setattr(module, step, broken)
        return restored(config, place, "--force").output


STEPS = [(restore, "_stage"), (aside, "remember"), (aside, "move"), (realign, "realign"), (realign, "gone")]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step[1])
def test_an_interrupted_restore_lets_nothing_start_and_is_done_by_repeating_it(
    config: Path, step: tuple[ModuleType, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    state_dir = config.parent / "data"
    books_of(state_dir, alice=5)
    place = made(config)
    assert "Nothing starts until the same command" in interrupted(config, place, step, monkeypatch)
    with pytest.raises(RestoreInterrupted):
        Database(state_dir / "ledger.db", []).open()
    assert "a restore into" in invoke("up", "--fresh", "--config", str(config)).output
    assert restored(config, place, "--force").exit_code == 0
    assert balance(state_dir / "ledger.db", "alice") == 5
    assert not (state_dir / RESTORING).exists()


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step[1])
def test_what_an_interrupted_restore_knew_is_told_by_the_one_that_repeats_it(
    config: Path, module_nats_server: Server, step: tuple[ModuleType, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    state_dir = config.parent / "data"
    books_of(state_dir, alice=5)
    place = made(config)
    saved = len(history(state_dir / "ledger.db"))
    books_of(state_dir, bob=7)
    asyncio.run(_told(module_nats_server.url, told := history(state_dir / "ledger.db")))
    try:
        interrupted(config, place, step, monkeypatch)
        result = restored(config, place, "--force")
    finally:
        asyncio.run(_forgotten(module_nats_server.url))
    (there,) = state_dir.glob("before-restore-*")
    assert f"{saved + 1} to {len(told)} were booked after the backup; they stand in {there / aside.LATER}" in result.output
    assert f"what was there before is in {there}" in result.output
    assert balance(there / "ledger.db", "bob") == 7


def test_a_failure_before_anything_was_done_says_so(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    books_of(config.parent / "data", alice=5)
    told = interrupted(config, made(config), (realign, "later"), monkeypatch)
    assert "Nothing was touched" in told


def test_repeating_a_restore_lets_nothing_start_for_a_moment(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state_dir = config.parent / "data"
    books_of(state_dir, alice=5)
    place = made(config)
    (state_dir / RESTORING).mkdir()
    (state_dir / RESTORING / "ledger.db").touch()
    mark = os.open(state_dir / RESTORING, os.O_RDONLY)

    def broken(*_arguments: object) -> object:
        raise OSError("the power went")

    monkeypatch.setattr(aside, "remember", broken)
    restored(config, place, "--force")
    links = os.fstat(mark).st_nlink
    os.close(mark)
    assert links > 0


@pytest.mark.skipif(binary() is None, reason="there is no nats-server to bring along")
def test_the_embedded_server_is_started_for_it(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    address = f"nats://127.0.0.1:{free_port()}"
    config.write_text(f"nats: {{embedded: true, servers: ['{address}']}}\nchannels: [{{domain: cytu.be, channel: {CHANNEL}}}]\n")
    books_of(tmp_path / "data", alice=5)
    place = made(config)
    assert restored(config, place, "--force").exit_code == 0
    assert (tmp_path / "data" / "nats").is_dir()


# -- the whole way round ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
async def house(tmp_path: Path, nats_server: Server) -> AsyncIterator[House]:
    made_ = House(tmp_path / "house", nats_server)
    made_.settings["presence"] = {"base_rate_per_minute": 0}
    await made_.open_for_business(SERVICES)
    yield made_
    await made_.close()


async def coins(house: House, name: str) -> int | None:
    answer = await house.api("balance.get", username=name)
    return int(answer["data"]["balance"]) if answer.get("success") and answer["data"].get("balance") is not None else None


async def until_coins(house: House, name: str, amount: int) -> None:
    async def has() -> bool:
        return await coins(house, name) == amount

    await until(has, f"{name} has {amount}", 30, 0.1)


async def test_after_a_restore_what_was_earned_comes_again_and_the_rest_is_told(house: House, nats_server: Server) -> None:
    robot = Robot(nats_server.url)
    robot.people = {"alice": 1}
    await robot.start()
    where = ("--config", str(house.config), "--state-dir", str(house.state_dir))
    try:
        await until_coins(house, "alice", 100)
        saved = await asyncio.to_thread(house.command, "backup", *where, "--to", str(house.folder / "backups"))
        assert saved.returncode == 0, saved.stdout
        await robot.join("bob", 1)
        await until_coins(house, "bob", 100)
        await house.api("balance.adjust", username="alice", amount=50, reason="lost", request_id="lost")
        await until_coins(house, "alice", 150)
        putting_back = ("restore", *where, "--from", str(only(house.folder / "backups")), "--force")
        too_early = await asyncio.to_thread(house.command, *putting_back)
        await asyncio.to_thread(house.stop, *SERVICES)
        done = await asyncio.to_thread(house.command, *putting_back)
        house.start(*SERVICES)
        await house.wait_ready(*SERVICES)
        await until_coins(house, "bob", 100)
        await house.api("balance.adjust", username="bob", amount=1, reason="goes on", request_id="on")
        await until_coins(house, "bob", 101)
        assert await coins(house, "alice") == 100
        assert (too_early.returncode, "stop it first" in too_early.stdout) == (1, True)
        assert "of earning: they are earned once more" in done.stdout
        assert "1 of commands: LOST" in done.stdout
        audit = await asyncio.to_thread(house.audit)
        assert audit.returncode == 0, audit.stdout
        assert await books.disorder(house) == []
    finally:
        await robot.vanish()
