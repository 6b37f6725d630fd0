"""Names that are asked after in the same moment go to the ledger together."""

import asyncio
import json

import pytest

from libs.common.accounts import NAMES_MAX, Accounts
from libs.common.asking import RefusedError, UnreachableError
from libs.common.contracts.ledger import AccountState
from libs.common.contracts.ledger_requests import AccountsAnswer, Refused
from tests.support.commands import NOON, Scripted


def answering(body: bytes) -> AccountsAnswer:
    """Know everybody but ghosts."""
    names = [name for name in json.loads(body)["accounts"] if not name.startswith("ghost")]
    return AccountsAnswer(total=len(names), accounts=[AccountState(account=name.title(), balance=1, opened_at=NOON) for name in names])


async def names(accounts: Accounts, *wanted: tuple[str, str]) -> list[str | None]:
    found = await asyncio.gather(*(accounts.find(channel, name) for channel, name in wanted))
    return [None if account is None else account.account for account in found]


async def test_everybody_gets_his_own() -> None:
    ledger = Scripted(accounts=answering)
    assert await names(Accounts(ledger, "commands", 1), ("room", "Bob"), ("room", "ghost"), ("room", "ALICE"), ("room", "bob")) == [
        "Bob",
        None,
        "Alice",
        "Bob",
    ]
    assert json.loads(ledger.of("accounts")[0]) == {"accounts": ["bob", "ghost", "alice"], "limit": 3, "offset": 0}
    assert len(ledger.asked) == 1


async def test_what_is_asked_later_is_asked_anew() -> None:
    ledger = Scripted(accounts=answering)
    accounts = Accounts(ledger, "commands", 1)
    await names(accounts, ("room", "bob"))
    await names(accounts, ("room", "bob"))
    assert len(ledger.asked) == 2


async def test_channels_are_kept_apart() -> None:
    ledger = Scripted(accounts=answering)
    await names(Accounts(ledger, "commands", 1), ("room", "bob"), ("annex", "bob"))
    assert len(ledger.asked) == 2


async def test_no_request_names_more_than_the_ledger_takes() -> None:
    ledger = Scripted(accounts=answering)
    await names(Accounts(ledger, "commands", 1), *(("room", f"viewer{number}") for number in range(NAMES_MAX + 1)))
    assert [len(json.loads(body)["accounts"]) for body in ledger.of("accounts")] == [NAMES_MAX, 1]


async def test_a_name_nobody_could_have_is_nobodys_and_in_nobodys_way() -> None:
    accounts = Accounts(Scripted(accounts=answering), "commands", 1)
    async with asyncio.timeout(1):
        assert await names(accounts, ("room", "ß" * 64), ("room", "bob")) == [None, "Bob"]


async def test_who_no_longer_waits_keeps_no_other_from_his_answer() -> None:
    accounts = Accounts(Scripted(accounts=answering), "commands", 1)
    gone, stays = (asyncio.ensure_future(accounts.find("room", name)) for name in ("bob", "alice"))
    await asyncio.sleep(0)
    gone.cancel()
    found = await stays
    assert found is not None
    assert found.account == "Alice"


async def test_a_refusal_reaches_all_who_wait() -> None:
    accounts = Accounts(Scripted(accounts=Refused(refusal="invalid")), "commands", 1)
    found = await asyncio.gather(accounts.find("room", "a"), accounts.find("room", "b"), return_exceptions=True)
    assert [type(each) for each in found] == [RefusedError, RefusedError]


async def test_a_silent_ledger_is_waited_for_no_longer_than_said() -> None:
    with pytest.raises(UnreachableError):
        await Accounts(Scripted(), "commands", 0.05).find("room", "a")
