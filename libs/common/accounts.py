"""Who has what: all names that are asked after in one turn of the loop go to the ledger in one request.

A single caller waits no longer for that; of a hundred at once, each costs a fraction of a request.
"""

import asyncio
from typing import Final

from libs.common.asking import Ask, Ledger
from libs.common.contracts.ledger import AccountState
from libs.common.contracts.ledger_requests import AccountsAnswer, AccountsRequest
from libs.common.names import fold, is_valid

NAMES_MAX: Final = 500
"""Names in one request; the ledger takes no more."""

_Waiting = dict[str, list["asyncio.Future[AccountState | None]"]]


class Accounts:
    """Looks viewers up."""

    def __init__(self, ask: Ask, caller: str, wait_seconds: float) -> None:
        """Take how the ledger is asked, in whose name, and how long an answer is waited for."""
        self._ask = ask
        self._caller = caller
        self._wait_seconds = wait_seconds
        self._waiting: dict[str, _Waiting] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def find(self, channel: str, name: str) -> AccountState | None:
        """Give the account, None where there is none.

        Raises:
            UnreachableError: the ledger did not answer in time.
            RefusedError: the ledger does not serve it.
        """
        if not is_valid(name):
            return None  # the request that named it would be none, for all others in it too
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._send)
        future: asyncio.Future[AccountState | None] = loop.create_future()
        self._waiting.setdefault(channel, {}).setdefault(fold(name), []).append(future)
        return await future

    def _send(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for channel, names in waiting.items():
            asked = list(names.items())
            for start in range(0, len(asked), NAMES_MAX):
                task = asyncio.create_task(self._look(channel, dict(asked[start : start + NAMES_MAX])))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _look(self, channel: str, waiting: _Waiting) -> None:
        request = AccountsRequest(accounts=list(waiting), limit=len(waiting))
        try:
            answer = await Ledger(self._ask, self._caller, self._wait_seconds).ask(channel, "accounts", request, AccountsAnswer)
        except Exception as error:  # noqa: BLE001 - whatever it is, those who wait are told
            for future in (each for futures in waiting.values() for each in futures if not each.done()):
                future.set_exception(error)
            return
        found = {fold(account.account): account for account in answer.accounts}
        for name, futures in waiting.items():
            for future in futures:
                if not future.done():
                    future.set_result(found.get(name))
