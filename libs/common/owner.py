"""An owner serves requests that move coins: judge, keep what the ledger is to do, have it done, settle, answer. Once under each key.

One request goes so:

1. it waits until its event has been read here (so it is judged in the world its asker saw), and until its viewer's last one is done;
2. `look` gathers what others know (accounts, aliases);
3. `judge` decides within one transaction: it answers, or gives the posting it wants, which is kept with the request;
4. the ledger is asked, again and again, until it has answered: a posting that was kept is never given up, nor worked out anew;
5. `settle` makes of the outcome what it means, and gives the answer, within one transaction that ends the errand.

Killed anywhere, it goes on from what was kept. An answer that came of a posting which was done is kept under the request's key.
"""

import asyncio
import hashlib
import json
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Generic, NamedTuple, Protocol, TypeVar
from weakref import WeakValueDictionary

import structlog
from pydantic import ValidationError
from pydantic_core import to_json

from libs.common import errands, subjects
from libs.common.asking import Ask, RefusedError, UnreachableError, asked
from libs.common.config import Rules
from libs.common.contracts.base import Contract
from libs.common.contracts.events import EventBase
from libs.common.contracts.health import Failure
from libs.common.contracts.ledger import Outcome, Posting
from libs.common.contracts.owners import Asked
from libs.common.durable import KeyConflict, Request, Unit
from libs.common.errands import Kept
from libs.common.names import fold
from libs.common.position import Position
from libs.common.tasks import end

log = structlog.get_logger()

Q = TypeVar("Q", bound=Asked)
T = TypeVar("T")

SCHEMA: Final = errands.SCHEMA
"""The tables an owner's first migration has, beside its own."""

ANSWER_SECONDS: Final = 3.5
"""How long a request is served before its asker is told to ask again; meanwhile it goes on."""
BEHIND_SECONDS: Final = 3.0
"""How long a request waits for its event to be read here."""
KEPT: Final = timedelta(days=45)
"""How long an answer is kept: no question waits longer, and behind it stands the ledger's own key."""
_SWEEP_SECONDS: Final = 3600.0
_ALWAYS: Final = 10 * 365 * 86_400.0


class BehindError(Exception):
    """The event behind which the request is to be decided has not come here in time."""


@dataclass(frozen=True, slots=True)
class Case(Generic[Q]):
    """One request as it is judged."""

    channel: str
    request: Q
    rules: Rules
    at: datetime
    """The request's time, or that of the last decision for its viewer, whichever is later."""
    seen: Any = None
    """What `look` found."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the ledger is to do, and what is to be remembered of the judgement until it has."""

    posting: Posting
    note: Mapping[str, Any] = field(default_factory=dict)
    """Plain JSON."""


@dataclass(frozen=True, slots=True)
class Errand(Generic[Q]):
    """A request whose posting was kept."""

    key: str
    channel: str
    verb: str
    request: Q
    posting: Posting
    note: Mapping[str, Any]


class _Came(NamedTuple):
    """A request as it came."""

    verb: "Verb[Any]"
    channel: str
    request: Asked
    body: bytes
    fingerprint: bytes


class _Begun(NamedTuple):
    """An errand, its posting as the ledger is sent it, and the fingerprint of its request."""

    errand: Errand[Any]
    posting: bytes
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Verb(Generic[Q]):
    """One thing an owner can be asked."""

    name: str
    request: type[Q]
    judge: Callable[[Unit, Case[Q]], Contract | bytes | Wanted]
    """Within a transaction, on the writer thread: an answer, or what the ledger is to do."""
    settle: Callable[[Unit, Errand[Q], Outcome], Contract] | None = None
    """Likewise: what the outcome means. By what was noted, not by today's configuration."""
    look: Callable[[str, Q], Awaitable[Any]] | None = None
    """On the event loop, ahead of judging: what others know. May raise UnreachableError."""
    again: Callable[[Unit, Q, bytes], Contract | bytes] | None = None
    """What a repetition is answered where that is not the kept answer (given) for ever: what was bought may have been given back."""


@dataclass(frozen=True, slots=True)
class _Serving:
    """A request or an errand under way."""

    fingerprint: bytes
    """Of the request; empty for what goes on by itself."""
    task: "asyncio.Task[Contract | bytes]"


class Keeping(Protocol):
    """What makes an owner's transactions durable, and says how far its streams are read."""

    async def write(self, work: Callable[[Unit], T]) -> T:
        """Run `work` in the next group, return its result after the commit."""

    def position(self, stream: str) -> Position | None:
        """Give how far `stream` is handled and committed."""


class Owner:
    """The verbs of one service."""

    def __init__(
        self, service: str, durable: Keeping, ask: Ask, rules: Callable[[sqlite3.Connection], Rules | None], verbs: Sequence[Verb[Any]]
    ) -> None:
        """Take whose they are, where everything is kept, how the ledger is asked, by which rules is judged, and the verbs."""
        self._service = service
        self._durable = durable
        self._ask = ask
        self._rules = rules
        self._verbs = {verb.name: verb for verb in verbs}
        self._locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
        self._serving: dict[str, _Serving] = {}
        self._place = (0, 0)
        self._waiting: list[tuple[tuple[int, int], asyncio.Future[None]]] = []
        self._resumed = asyncio.Event()

    @property
    def depth(self) -> int:
        """Give the number of requests and errands under way."""
        return len(self._serving)

    def passed(self, unit: Unit, event: EventBase) -> None:
        """Note that an event has been read, once that is committed. Belongs into the handler of every event."""
        unit.after_commit(lambda: self._pass((event.epoch, event.raw)))

    def begin(self, unit: Unit, channel: str, verb: str, request: Asked, wanted: Wanted) -> None:
        """Begin an errand of the owner's own, such as an end by the clock, within the transaction of its cause. Once under its key."""
        if errands.known(unit.db, request.key):
            return
        _keep(unit.db, channel, verb, request, request.encode(), wanted)
        unit.after_commit(lambda: self._resume(request.key, channel, request.user))

    async def answer(self, request: Request) -> Contract | bytes:
        """Answer a request on `economy.<service>.<channel>.<verb>`."""
        _, _, channel, name = request.subject.split(".", 3)
        verb = self._verbs.get(name)
        if verb is None:
            return Failure(error=f"{self._service} knows no {name!r}", code="unknown_verb")
        try:
            wanted = verb.request.model_validate_json(request.body)
        except ValidationError as error:
            return Failure(error=str(error), code="invalid_request")
        fingerprint = fingerprint_of(channel, name, wanted)
        serving = self._serving.get(wanted.key)
        if serving is not None and serving.fingerprint not in {b"", fingerprint}:
            return Failure(error=f"key {wanted.key!r} is in use with other contents", code="key_conflict")
        if serving is None or not serving.fingerprint:
            # What goes on by itself holds its viewer's turn: this request comes right behind it, and finds its answer.
            serving = self._start(wanted.key, fingerprint, self._serve(_Came(verb, channel, wanted, request.body, fingerprint)))
        return await self._served(serving.task)

    async def run(self) -> None:
        """Take up what was begun before the start, then keep house, until cancelled."""
        for key, channel, user in await self._durable.write(lambda unit: errands.under_way(unit.db)):
            self._resume(key, channel, user)
        self._resumed.set()
        try:
            while True:
                await self._durable.write(lambda unit: errands.sweep(unit.db, _now() - KEPT))
                await asyncio.sleep(_SWEEP_SECONDS)
        finally:
            await end([serving.task for serving in self._serving.values()])

    async def _served(self, task: asyncio.Task[Contract | bytes]) -> Contract | bytes:
        await asyncio.wait({task}, timeout=ANSWER_SECONDS)
        if not task.done():
            return Failure(error="it is under way; ask again with the same key", code="working")
        try:
            return task.result()
        except (UnreachableError, BehindError) as error:
            return Failure(error=str(error), code="unavailable")
        except RefusedError as error:
            return Failure(error=str(error), code=error.refusal)
        except KeyConflict as error:
            return Failure(error=str(error), code="key_conflict")

    def _start(self, key: str, fingerprint: bytes, work: Coroutine[Any, Any, Contract | bytes]) -> "_Serving":
        serving = self._serving[key] = _Serving(fingerprint, asyncio.create_task(work))

        def ended(task: asyncio.Task[Contract | bytes]) -> None:
            if self._serving.get(key) is serving:
                del self._serving[key]
            if not task.cancelled():
                task.exception()  # whoever waits is told; nobody may be waiting any more

        serving.task.add_done_callback(ended)
        return serving

    async def _serve(self, came: _Came) -> Contract | bytes:
        verb, channel, request = came.verb, came.channel, came.request
        await self._resumed.wait()
        await self._reached((request.epoch, request.raw))
        async with self._turn(channel, request.user):
            seen = None if verb.look is None else await verb.look(channel, request)
            begun = await self._durable.write(lambda unit: self._judge(unit, came, seen))
            return await self._pursue(verb, begun) if isinstance(begun, _Begun) else begun

    def _judge(self, unit: Unit, came: _Came, seen: Any) -> Contract | bytes | _Begun:
        verb, channel, request, own = came.verb, came.channel, came.request, came.fingerprint
        known = errands.known(unit.db, request.key)
        kept = errands.answer(unit.db, request.key) if known else None
        if kept is not None:
            if kept[0] != own:
                raise KeyConflict(f"key {request.key!r} was used with other contents")
            return kept[1] if verb.again is None else verb.again(unit, request, kept[1])
        begun = self._find(unit.db, request.key) if known else None
        if begun is not None:
            if begun.fingerprint != own:
                raise KeyConflict(f"key {request.key!r} was used with other contents")
            return begun
        rules = self._rules(unit.db)
        if rules is None:
            return Failure(error="no configuration has been published", code="starting")
        case = Case(channel, request, rules, errands.later(unit.db, channel, request.user, request.at), seen)
        judged = verb.judge(unit, case)
        if isinstance(judged, Wanted):
            posting = _keep(unit.db, channel, verb.name, request, came.body, judged)
            return _Begun(Errand(request.key, channel, verb.name, request, judged.posting, judged.note), posting, own)
        return judged

    def _resume(self, key: str, channel: str, user: str) -> None:
        """Go on with an errand; where this fails, the next start tries again."""
        if key not in self._serving:
            self._start(key, b"", self._go_on(key, channel, user))

    async def _go_on(self, key: str, channel: str, user: str) -> Contract | bytes:
        async with self._turn(channel, user):
            try:
                begun = await self._durable.write(lambda unit: self._find(unit.db, key))
            except Exception:
                cure = "run the version that began it; what it wants of the ledger stands in the table errands"
                log.exception("what was begun can't be read by this version", key=key, cure=cure)
                raise
            if begun is None:
                return b""
            return await self._pursue(self._verbs[begun.errand.verb], begun)

    async def _pursue(self, verb: Verb[Any], begun: _Begun) -> Contract:
        errand = begun.errand
        subject = subjects.ledger(errand.channel, self._service, "post")
        until = asyncio.get_running_loop().time() + _ALWAYS
        try:
            outcome = await asked(self._ask, subject, begun.posting, Outcome, until)
            return await self._durable.write(lambda unit: _end(unit, verb, begun, outcome))
        except Exception:
            log.exception("an errand can't be ended; it is tried again when it is asked for, and at the next start", key=errand.key)
            raise

    def _find(self, db: sqlite3.Connection, key: str) -> _Begun | None:
        kept = errands.find(db, key)
        if kept is None:
            return None
        channel, name, request, posting, note = kept
        wanted = self._verbs[name].request.model_validate_json(request)
        errand = Errand(key, channel, name, wanted, Posting.model_validate_json(posting), json.loads(note))
        return _Begun(errand, posting, fingerprint_of(channel, name, wanted))

    def _turn(self, channel: str, user: str) -> asyncio.Lock:
        """Give what makes one viewer's requests wait for one another."""
        who = (channel, fold(user))
        lock = self._locks.get(who)
        if lock is None:
            lock = self._locks[who] = asyncio.Lock()
        return lock

    async def _reached(self, place: tuple[int, int]) -> None:
        position = self._durable.position(subjects.EVENTS)
        if position is not None:
            self._place = max(self._place, position.mark.place)
        if place <= self._place:
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((place, future))
        try:
            await asyncio.wait_for(future, BEHIND_SECONDS)
        except TimeoutError:
            raise BehindError(f"event {place} has not come yet") from None
        finally:
            self._waiting = [each for each in self._waiting if each[1] is not future]

    def _pass(self, place: tuple[int, int]) -> None:
        self._place = max(self._place, place)
        for wanted, future in self._waiting:
            if wanted <= self._place and not future.done():
                future.set_result(None)


def _end(unit: Unit, verb: Verb[Any], begun: _Begun, outcome: Outcome) -> Contract:
    errand = begun.errand
    if verb.settle is None:
        raise RuntimeError(f"{verb.name} wants postings and settles none")
    answer = verb.settle(unit, errand, outcome)
    if outcome.ok:
        errands.settle(unit.db, errand.key, begun.fingerprint, answer.encode(), _now())
    errands.end(unit.db, errand.key)
    return answer


def _keep(db: sqlite3.Connection, channel: str, verb: str, request: Asked, body: bytes, wanted: Wanted) -> bytes:
    """Keep an errand; give its posting as the ledger is sent it."""
    posting = wanted.posting.encode()
    errands.begin(db, request.key, request.user, Kept(channel, verb, body, posting, to_json(dict(wanted.note)).decode()))
    return posting


def fingerprint_of(channel: str, verb: str, request: Asked) -> bytes:
    """Give what a repetition of a request is known by, as in `errands.settle`."""
    return hashlib.sha256(f"{channel} {verb} ".encode() + request.contents()).digest()


def _now() -> datetime:
    return datetime.now(UTC)
