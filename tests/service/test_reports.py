"""Reports by PM through all whom they concern: the ledger, earning, analytics and its history, as processes on a real NATS server."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from libs.common.contracts.events import UserList, Viewer
from tests.support.commands_stage import OWNER, Stage
from tests.support.house import House
from tests.support.nats import Server
from tests.support.waiting import until

WORD = "for the film"


async def test_an_account_is_told_as_it_is_and_as_it_was_and_a_mistake_is_undone(nats_server: Server, tmp_path: Path) -> None:
    house = House(tmp_path / "house", nats_server)
    house.configure(onboarding={"welcome_wallet": 0}, ranks={"tiers": [{"name": "Extra", "min_lifetime_earned": 0}]})  # nobody is promoted
    await house.provision()
    house.start("ledger", "commands", "earning", "analytics")
    stage = Stage(house)
    await stage.configure()
    await house.wait_ready("ledger", "commands", "earning")

    async def told(text: str, words: int = 1) -> str:
        before = len(await stage.answers())
        await stage.pm("owner", text, OWNER)
        return (await stage.said(before + words))[before][1]

    await stage.event(UserList, users=[Viewer(user="bob", rank=1)])
    await told(f"grant @Bob 1000 {WORD}", words=2)
    given = datetime.now(UTC)

    async def in_the_history() -> bool:
        triggers = (await stage.data("triggers.stats"))["triggers"]
        return [(row["trigger_id"], row["total_z_awarded"]) for row in triggers] == [("admin.grant", 1000)]

    await until(in_the_history, "the grant is in the history", 60)

    number = (await told("audit-log")).split("\n")[1].split()[0]
    assert f"Undone: {number}." in await told(f"undo {number} confirm", words=2)
    now = await told("econ:user bob")
    assert now.startswith("bob: 0 Z at hand")
    assert "came within this minute" in now or "paid every minute" in now
    assert f"{number}  " in now

    then = await told(f"econ:user bob at {given:%Y-%m-%dT%H:%M:%S.%fZ}")
    assert then.split("\n")[0].endswith("1,000 Z at hand, 0 held.")
    before = await told(f"econ:user bob at {given - timedelta(days=1):%Y-%m-%d}")
    assert "had no account" in before
    assert "Took part today: 0 of" in await told("econ:health")
    await house.close()
