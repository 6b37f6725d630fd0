"""Commands and the ledger as processes; a test writes the events and reads the answers."""

import contextlib
import json
from datetime import UTC, datetime
from typing import Any

from nats.errors import Error as NatsError

from libs.common import config
from libs.common.contracts.announcements import Announcement
from libs.common.contracts.base import Contract
from libs.common.contracts.events import Configuration, PrivateMessage
from tests.support import script
from tests.support.house import API, House
from tests.support.waiting import until

EPOCH = 1
OWNER, VIEWER = 5, 1


class Stage:
    """Ledger and commands at work; events are written as ingest would write them. One for all tests: each has viewers of its own."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.raw = 0
        self.before = 0
        """Announcements of the tests before this one."""

    async def open(self) -> None:
        """Have everything running, and see what was announced before."""
        self.house.start("ledger", "commands")
        await self.house.wait_ready("ledger", "commands")
        self.before += len(await self.answers())

    async def event(self, event: type[Contract], channel: str = script.CHANNEL, **fields: Any) -> str:
        """Write an event, as of now unless told otherwise; give its id."""
        self.raw += 1
        common = {"id": f"event-{self.raw}", "epoch": EPOCH, "raw": self.raw, "channel": channel, "at": datetime.now(UTC)}
        body = event.model_validate(common | fields)
        kind = body.model_dump()["kind"]

        async def stored() -> bool:
            client = await self.house.client()
            try:
                await client.jetstream().publish(f"economy.events.{channel}.{kind}", body.encode(), timeout=1)
            except (NatsError, TimeoutError):
                return False
            return True

        await until(stored, "the event is stored")
        return f"event-{self.raw}"

    async def configure(self) -> None:
        settings = config.published(config.load(self.house.config).settings)
        await self.event(Configuration, "@all", version=config.version(settings), settings=settings)

    async def pm(self, user: str, text: str, rank: float | None = VIEWER, **fields: Any) -> str:
        about = {"user": user, "to": script.BOT, "rank": rank, "text": text, "html": text, "time": datetime.now(UTC)}
        return await self.event(PrivateMessage, **(about | fields))

    async def answers(self) -> list[Announcement]:
        """Give all announced by this test so far, in order (nobody takes it out of the queue here)."""
        client = await self.house.client()
        last = (await client.jetstream().stream_info("ECONOMY_ANNOUNCEMENTS")).state.last_seq
        found = [await client.jetstream().get_msg("ECONOMY_ANNOUNCEMENTS", number) for number in range(self.before + 1, last + 1)]
        return [Announcement.model_validate_json(message.data or b"") for message in found]

    async def said(self, count: int) -> list[tuple[str | None, str]]:
        """Wait for so many announcements, and give who is told what."""

        async def so_many() -> bool:
            with contextlib.suppress(NatsError, TimeoutError):
                return len(await self.answers()) >= count
            return False

        await until(so_many, f"{count} announcements")
        return [(answer.to, answer.text or "") for answer in await self.answers()]

    async def raw_request(self, body: bytes) -> dict[str, Any]:
        client = await self.house.client()
        found: dict[str, Any] = json.loads((await client.request(API, body, timeout=5)).data)
        return found

    async def data(self, command: str, **parameters: Any) -> dict[str, Any]:
        answer = await self.house.api(command, **parameters)
        assert answer["success"], answer
        found: dict[str, Any] = answer["data"]
        return found
