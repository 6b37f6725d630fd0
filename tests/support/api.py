"""The API on a ledger that answers as told, without a server."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from libs.common.accounts import Accounts
from libs.common.contracts.base import Contract
from libs.common.contracts.earning.careers import BadgesAnswer
from libs.common.contracts.shop.vanity import Catalogue, Offer
from services.commands.api import COMMANDS
from services.commands.api.answering import Api
from services.commands.api.calls import Room
from services.commands.api.desk import WAIT_SECONDS, Counter
from services.commands.clerk import Clerk
from services.commands.handlers import COMMANDS as PM_COMMANDS
from services.commands.house import House, Nearby
from tests.support.commands import NOON, Here, Scripted, database, rules

ROOMS = (Room("room", "Room"), Room("annex", "Annex"))


def offer(item: str, cost: int, value: str | None = None) -> Offer:
    """Give one thing that is sold at its configured price."""
    return Offer(item=item, how=item, enabled=True, description="", base=cost, usual=cost, price=cost, value=value)


CATALOGUE = Catalogue(
    offers=[offer("custom_greeting", 500), offer("chat_color", 750), offer("shoutout", 50)], multiplier=1, discount=0, currency=None
)

NO_BADGES = BadgesAnswer(earned=[], ahead=[], hidden=0)

Asking = Callable[[str, Contract | bytes, float], Awaitable[bytes]]


class Bench:
    """Asks as a client does: bytes in, bytes out."""

    def __init__(self, **answers: Any) -> None:
        self.ledger = Scripted(**{"catalogue": CATALOGUE, "badges": NO_BADGES, **answers})
        self.here = Here(database())
        self.clerk = Clerk(PM_COMMANDS, self.ledger, self.here)
        self.clerk.rules = rules()
        self.clerk.tick(NOON)
        nearby = Nearby(self.ledger, self.here, self.clerk, lambda: 3725.25)
        self.house = House(ROOMS, nearby)
        counter = Counter(self.house, nearby, Accounts(self.ledger, "commands", WAIT_SECONDS))
        self.bytes_max = 1_000_000
        self.api = Api(COMMANDS, ROOMS, counter.desk, lambda: self.bytes_max)

    async def raw(self, body: bytes) -> dict[str, Any]:
        """Give the whole answer to any body."""
        answer: dict[str, Any] = json.loads((await self.api.answer(body)).decode())
        return answer

    async def answer(self, command: str, **parameters: Any) -> dict[str, Any]:
        """Give the whole answer to a command."""
        return await self.raw(json.dumps({"command": command, "channel": "Room", **parameters}).encode())

    async def ask(self, command: str, **parameters: Any) -> dict[str, Any]:
        """Give the data of a command that succeeds."""
        answer = await self.answer(command, **parameters)
        assert answer["success"], answer
        data: dict[str, Any] = answer["data"]
        return data

    async def refused(self, command: str, **parameters: Any) -> str:
        """Give the code of a command that does not."""
        answer = await self.answer(command, **parameters)
        assert not answer["success"], answer
        assert answer["error"]
        code: str = answer["code"]
        return code

    async def all_at_once(self, *asked: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
        """Ask several things in the same moment."""
        return list(await asyncio.gather(*(self.answer(command, **parameters) for command, parameters in asked)))
