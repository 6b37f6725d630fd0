"""The ledger's wiring: subjects to functions; nothing here decides anything about money."""

import asyncio
import os
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import groupby
from typing import Final, NamedTuple

from nats.errors import Error as NatsError
from nats.js.errors import BucketNotFoundError, KeyNotFoundError
from nats.js.kv import KeyValue

from libs.common import subjects
from libs.common.contracts.base import Contract
from libs.common.contracts.health import Failure
from libs.common.database import Database
from libs.common.durable import Door, Durable, Feed, Mark, Message, Request, Unit
from libs.common.ordered import OrderedOutput
from libs.common.service import NotProvisioned, Runtime
from services.ledger import background, chain, doors, metrics, posting, queries, store
from services.ledger.journal import Journal
from services.ledger.model import Refusing
from services.ledger.reads import GivenUp, Reads
from services.ledger.schema import MIGRATIONS
from services.ledger.times import DAY

ADOPT: Final = "KRYTEN_ECONOMY_ADOPT"
"""Set to 1 once, this store takes over the books of a channel another store has kept."""

QUIET_AFTER_START_SECONDS: Final = 600.0
"""No hold goes back by itself before that: its owner may have been down as long, and comes to settle it."""
_DEADLINES_SECONDS: Final = 3.0
_DEADLINES_MAX: Final = 200
_SEALS_SECONDS: Final = 30.0
_PURGE_SECONDS: Final = 1.0
_LIMITS_SECONDS: Final = 3_600.0
_LIMITS_KEPT: Final = 8 * DAY
_LIMITS_MAX: Final = 1_000
_LISTS_IN_A_GROUP: Final = 4
"""Lists of postings in one transaction: a flood can't make a person wait."""
_PASSING: Final = (NatsError, OSError, TimeoutError, asyncio.TimeoutError)


class ForeignStore(NotProvisioned):
    """Another store keeps the books of a channel."""


def now() -> int:
    """Give the ledger's clock: microseconds since the epoch."""
    return time.time_ns() // 1_000


def build(runtime: Runtime) -> None:
    """Register everything the ledger does."""
    Ledger(runtime).register()


class Ledger:
    """The service: its database, its doors, its journal, its jobs."""

    def __init__(self, runtime: Runtime) -> None:
        """Prepare; nothing is open or connected yet."""
        self._runtime = runtime
        self._path = runtime.state_dir / "ledger.db"
        self._channels = frozenset(channel.token for channel in runtime.channels)
        self._reads = Reads(self._path)
        writes = [
            Door(subjects.ledger("*", "*", verb), self._post, self._failed, handle_all=self._post_all)
            if verb in doors.POSTS
            else Door(subjects.ledger("*", "*", verb), self._write, self._failed)
            for verb in doors.WRITES
        ]
        feed = Feed(subjects.POSTINGS, background.decode, lambda batch: Mark(batch.id), self._take, group_max=_LISTS_IN_A_GROUP)
        self._durable: Durable = runtime.durable(Database(self._path, MIGRATIONS), [feed], writes)
        told = ThreadPoolExecutor(1, thread_name_prefix="ledger-journal")
        self._journal = Journal(self._path, lambda: OrderedOutput(runtime.nats, subjects.TRANSACTIONS), told, _PASSING)

    def register(self) -> None:
        """Hand everything to the runtime."""
        runtime = self._runtime
        for verb in doors.READS:
            runtime.door(subjects.ledger("*", "*", verb), self._read)
        runtime.prepare(self._own_channels)
        runtime.task("journal", self._journal.run)
        runtime.on_reconnect(self._journal.interrupt)
        runtime.task("deadlines", self._settle_deadlines)
        runtime.task("seals", self._every(_SEALS_SECONDS, self._seal))
        runtime.task("purge", self._every(_PURGE_SECONDS, self._purge()))
        runtime.task("limits", self._every(_LIMITS_SECONDS, self._forget_limits))
        runtime.ready("transactions", lambda: None if self._journal.connected else "tail not known")
        runtime.details = lambda: {"published": self._journal.published}

    def _take(self, unit: Unit, batch: background.Batch, message: Message) -> None:
        """Do a list of postings."""
        _, _, channel, caller = message.subject.split(".")
        if message.subject != subjects.postings(channel, caller):
            raise ValueError(f"came by {message.subject}, on which nobody may post")
        if channel not in self._channels:
            raise ValueError(f"no channel {channel!r} is configured")
        taken = background.take(unit.db, channel, caller, batch, now())
        if batch.unreadable:
            unit.dead_letter(message, ValueError("; ".join(why for _, why in batch.unreadable[:10])))

        def told() -> None:
            self._journal.wake()
            metrics.count(channel, caller, {metrics.KEPT: taken.kept, metrics.REPEATED: taken.repeated} | taken.refused)

        unit.after_commit(told)

    def _write(self, unit: Unit, request: Request) -> doors.Answer:
        """Do what a verb says, in the group's transaction."""
        channel, caller, verb = self._served(request)
        answer = doors.WRITES[verb](unit.db, channel, caller, request.body, now())
        unit.after_commit(self._journal.wake)
        return answer

    def _post(self, unit: Unit, request: Request) -> doors.Answer:
        """Do a posting, in the group's transaction."""
        return self._post_all(unit, [request])[0]

    def _post_all(self, unit: Unit, requests: Sequence[Request]) -> list[doors.Answer]:
        """Do all postings of a group, in order, those of one channel in a row together."""
        answers: list[doors.Answer] = []
        outcomes: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        clock = now()
        for channel, run in groupby(((_asked(request), request.body) for request in requests), key=lambda each: each[0].channel):
            together = [(asked.caller, body) for asked, body in run]
            if channel not in self._channels:
                answers += [doors.failed("post", _unknown(channel))] * len(together)
                continue
            done = doors.post_all(unit.db, channel, together, clock)
            answers += done
            for (caller, _), answer in zip(together, done, strict=True):
                outcomes[channel, caller][metrics.outcome(answer)] += 1

        def told() -> None:
            self._journal.wake()
            for (channel, caller), counts in outcomes.items():
                metrics.count(channel, caller, counts)

        unit.after_commit(told)
        return answers

    async def _read(self, request: Request) -> doors.Answer:
        """Look something up."""
        try:
            asked = self._served(request)
            question = asked.channel, asked.verb, request.body
            return await self._reads.ask(question, lambda db: doors.READS[asked.verb](db, asked.channel, request.body))
        except GivenUp as error:
            self._runtime.log.warning("not looked up: too many ask, or for too much", subject=request.subject, why=str(error))
            return Failure(error=str(error), code="unavailable")
        except (Refusing, ValueError) as error:
            return self._failed(request, error)

    def _failed(self, request: Request, error: Exception) -> Contract:
        return doors.failed(request.subject.rsplit(".", 1)[-1], error)

    def _served(self, request: Request) -> "_Asked":
        asked = _asked(request)
        if asked.channel not in self._channels:
            raise _unknown(asked.channel)
        return asked

    async def _own_channels(self) -> None:
        """Make sure that this very store keeps the books of every configured channel.

        Raises:
            ForeignStore: another one does.
        """
        ours = await self._reads.look(queries.store_id)
        stores = await self._stores()
        for channel in sorted(self._channels):
            try:
                theirs = ((await stores.get(channel)).value or b"").decode()
            except KeyNotFoundError:
                await stores.create(channel, ours.encode())
                continue
            if theirs == ours:
                continue
            if os.environ.get(ADOPT) != "1":
                raise ForeignStore(
                    f"the books of {channel} are kept by store {theirs}, and {self._path} is store {ours}: start with the state directory "
                    f"that holds the other one; or, to go on with this one for good, set {ADOPT}=1 once"
                )
            self._runtime.log.warning("adopts the books of a channel", channel=channel, before=theirs, store=ours)
            await stores.put(channel, ours.encode())

    async def _stores(self) -> KeyValue:
        try:
            return await self._runtime.jetstream.key_value(subjects.LEDGER_STORES)
        except BucketNotFoundError:
            return await self._runtime.jetstream.create_key_value(bucket=subjects.LEDGER_STORES, history=5)

    async def _settle_deadlines(self) -> None:
        await asyncio.sleep(QUIET_AFTER_START_SECONDS)
        await self._every(_DEADLINES_SECONDS, self._settle_due)()

    async def _settle_due(self) -> None:
        def settle(unit: Unit) -> list[str]:
            clock = now()
            settled = []
            for channel, name in store.due(unit.db, clock, _DEADLINES_MAX):
                desk = store.Desk(unit.db, channel)
                if posting.expire(desk, name, clock) is not None:
                    settled.append(channel)
                desk.flush()
            return settled

        settled = await self._durable.write(settle)
        for channel in settled:
            metrics.EXPIRED.labels(channel).inc()
        if settled:
            self._journal.wake()

    async def _seal(self) -> None:
        while (found := await self._reads.look(chain.next_seal)) is not None:
            await self._durable.write(partial(_add_seal, found))
        metrics.UNSEALED.set(0)

    def _purge(self) -> Callable[[], Awaitable[None]]:
        """Remove from the stream what is committed here, short of the message at the position: it says where this ledger is."""
        purged = 0

        async def purge() -> None:
            nonlocal purged
            position = self._durable.position(subjects.POSTINGS)
            # Not "beyond": a stream made anew counts from 1 again. And never with 0, which would stand for everything.
            if position is not None and position.sequence not in {0, purged}:
                await self._runtime.jetstream.purge_stream(subjects.POSTINGS, seq=position.sequence)
                purged = position.sequence

        return purge

    async def _forget_limits(self) -> None:
        before = now() - _LIMITS_KEPT
        while await self._durable.write(lambda unit: store.forget_limits(unit.db, before, _LIMITS_MAX)) == _LIMITS_MAX:
            pass

    def _every(self, seconds: float, work: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        async def run() -> None:
            while True:
                try:
                    await work()
                except _PASSING as error:
                    self._runtime.log.info("job failed, will be tried again", error=repr(error))
                await asyncio.sleep(seconds)

        return run


class _Asked(NamedTuple):
    channel: str
    caller: str
    verb: str


def _asked(request: Request) -> _Asked:
    _, _, channel, caller, verb = request.subject.split(".")
    return _Asked(channel, caller, verb)


def _unknown(channel: str) -> Refusing:
    return Refusing("invalid", f"no channel {channel!r} is configured")


def _add_seal(found: tuple[int, int, bytes], unit: Unit) -> None:
    store.seal(unit.db, *found)
