"""Playing events and transactions under one configuration, over a state of its own."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from libs.common import subjects
from libs.common.contracts.announcements import Announcement
from libs.common.contracts.base import Contract
from libs.common.contracts.earning.likes import LIKE
from libs.common.contracts.events import Event, Tick
from libs.common.contracts.ledger import BURN, MINT, Entry, Posting, Transaction, Transfer
from libs.common.contracts.owners import Asked
from libs.common.names import fold
from libs.common.owner import Case
from libs.common.reader import Message
from libs.common.unit import Unit
from services.earning.earner import CALLER, Earner
from services.earning.people.lifetime import INCOME
from services.earning.people.told import Told
from services.earning.presence.signs import breaks, proves
from services.earning.ranks.standing import standing
from services.earning.store import Store
from services.earning.store.careers import CareerTable
from services.earning.store.scratch import Scratch
from services.earning.times import MINUTE_US, date_of, micros
from services.earning.triggers.presence_base import TRIGGER as PRESENCE
from services.earning.verbs.like import VERB as LIKING

_AT_ONCE: Final = 1_000
_MINUTE: Final = timedelta(minutes=1)
BY_HAND: Final = "admin.rain"
"""What earning pays because somebody with the right to it said so: it fell, whatever the configuration."""
LIKES: Final = f"content.{LIKE}_current"
"""What earning pays because a viewer asked for it: they ask again, and the configuration says what it is worth."""


@dataclass(slots=True)
class Sums:
    """What happened to one channel's coins within the span."""

    minted: Counter[str] = field(default_factory=Counter)
    """By trigger."""
    burnt: Counter[str] = field(default_factory=Counter)
    earned: Counter[str] = field(default_factory=Counter)
    """What counts towards rank, by user (folded)."""
    outside: Counter[str] = field(default_factory=Counter)
    """What came to whom in the first and the last moment for what lies outside of the span; it is not counted anywhere."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at the end."""

    name: str
    balance: int
    rank: str


class Book(Unit):
    """A unit of work that sends nothing: what would be asked of the ledger goes to `count`."""

    def __init__(self, scratch: Scratch, run: "Run") -> None:
        """Take the state, and who counts."""
        super().__init__(scratch.db, CALLER)
        self._run = run

    def post_many(self, channel: str, postings: Sequence[Posting]) -> None:
        """Count postings, once their event is over: what fails asks for nothing."""
        self.calls.append(partial(self._run.count, channel, tuple(postings)))

    def announce(self, announcement: Announcement) -> None:
        """Say nothing."""

    def fact(self, channel: str, kind: str, key: str, fact: Contract) -> None:
        """Tell nobody."""


class Run:
    """One configuration's course of things, from `begins` to `ends`; what comes before only leads there."""

    def __init__(self, scratch: Scratch, begins: datetime, ends: datetime) -> None:
        """Take the state to begin with."""
        self.begins = begins
        self.ends = ends
        self.counts = False
        """Whether it has come to the span."""
        self.sums: dict[str, Sums] = defaultdict(Sums)
        """By channel."""
        self.failures: Counter[str] = Counter()
        """Events and transactions that failed, by error."""
        self._scratch = scratch
        self._earner = Earner(self)
        self._store = Store(scratch.db)
        self._played = 0
        self._waiting: Tick | None = None
        self._ticked: Tick | None = None
        """The last tick that was played, if a like one may wait."""
        self._proofs: dict[str, int] = {}
        """The minute of each channel's last proof."""
        self._banned: dict[str, set[str]] = defaultdict(set)
        """Whom the ledger would pay nothing, by channel."""
        self._due: int | None = None
        """When anything is due next; None: has to be looked up."""
        for channel, user in CareerTable(scratch.db).banned():
            self._banned[channel].add(user)

    def fork(self) -> "Run":
        """Give another run that stands where this one does."""
        self._settle()
        return Run(self._scratch.copy(), self.begins, self.ends)

    def play(self, event: Event) -> None:
        """Let an event happen.

        Of ticks in one minute in which nothing is due only the last one changes anything: the others tell a proof that it tells anew.
        """
        if isinstance(event, Tick) and self._may_wait(event):
            self._waiting = event
            return
        self._settle()
        self._happen(event)

    def tell(self, transaction: Transaction) -> None:
        """Let the books tell of a transaction: of earning's own only what no event brings about."""
        if transaction.caller == CALLER:
            trigger = transaction.entries[0].trigger if transaction.kind == "posting" and transaction.entries else None
            if trigger == LIKES:
                self._attempt(partial(self._like, transaction=transaction))
            if trigger != BY_HAND:
                return
            transaction = transaction.model_copy(update={"caller": "commands"})
        message = Message(subjects.TRANSACTIONS, transaction.number, "", b"", transaction.committed)
        self._attempt(partial(self._earner.handle_transaction, transaction=transaction, _message=message))
        self._ticked = None  # the next one is to look at whose career changed
        if transaction.account is not None and transaction.kind in {"banned", "unbanned"}:
            banned = self._banned[transaction.channel]
            (banned.add if transaction.kind == "banned" else banned.discard)(fold(transaction.account))

    def count(self, channel: str, postings: Sequence[Posting]) -> None:
        """Count what would be asked of the ledger, as far as it would do it."""
        sums, banned = self.sums[channel], self._banned[channel]
        for posting in postings:
            if banned and any(isinstance(line, Transfer) and fold(line.target) in banned for line in posting.lines):
                self._attempt(partial(self._refuse, channel=channel, posting=posting))
                continue
            for line in posting.lines:
                if self.counts and isinstance(line, Transfer):
                    self._count(sums, line, earned_at(posting.at, line.trigger))

    def people(self, channel: str) -> dict[str, Person]:
        """Give everybody as they stand at the end, by user (folded)."""
        self._settle()
        rules = self._earner.rules(Unit(self._scratch.db))
        if rules is None:
            return {}
        ladder, outside = rules.ranks.ladder, self.sums[channel].outside
        found = {}
        for career in CareerTable(self._scratch.db).all(channel):
            viewer = self._store.viewer(channel, career.user)
            name, rank = career.user if viewer is None else viewer.name, ladder[standing(career, ladder)].name
            found[career.user] = Person(name, (career.balance or 0) - outside[career.user], rank)
        return found

    def close(self) -> None:
        """Let the state go."""
        self._scratch.close()

    def earned(self, coins: dict[str, int], minutes: int) -> None:
        """Hear nothing here: `count` sees every posting."""

    def configured(self, version: str) -> None:
        """Nobody asks."""

    def _count(self, sums: Sums, line: Transfer, at: datetime) -> None:
        taken = line.target == BURN
        user, coins = (fold(line.source), -line.amount) if taken else (fold(line.target), line.amount)
        if not self.begins <= at < self.ends:
            sums.outside[user] += coins
        else:
            (sums.burnt if taken else sums.minted)[line.trigger or line.type] += line.amount
            if line.source == MINT and line.type in INCOME:
                sums.earned[user] += coins

    def _may_wait(self, tick: Tick) -> bool:
        before = self._ticked
        if before is None or tick.epoch != before.epoch or tick.robots != before.robots or "away" in tick.robots.values():
            return False
        at = micros(tick.at)
        if any(self._proofs.get(channel) != at // MINUTE_US for channel, robot in tick.robots.items() if robot == "connected"):
            return False
        if self._due is None:
            clocks = (self._store.clock(channel) for channel in self._store.channels())
            dues = [due for clock in clocks if clock is not None for due in (clock.notice_due, clock.job_due) if due is not None]
            self._due = min(dues, default=at + MINUTE_US)
        return at < self._due

    def _settle(self) -> None:
        if self._waiting is not None:
            tick, self._waiting = self._waiting, None
            self._happen(tick)

    def _happen(self, event: Event) -> None:
        message = Message(subjects.EVENTS, event.raw, "", b"", event.at)
        self._attempt(partial(self._earner.handle_event, event=event, message=message))
        self._due = None
        minute = micros(event.at) // MINUTE_US
        if isinstance(event, Tick):
            self._ticked = event
            self._proofs.update({channel: minute for channel in event.robots if proves(event, channel)})
        elif event.proof and not breaks(event, event.channel):
            self._proofs[event.channel] = minute
        else:
            self._ticked = None  # marks, gaps, configurations: whatever they make of clocks, the next tick finds it

    def _refuse(self, unit: Unit, channel: str, posting: Posting) -> None:
        """Do as the ledger does with what is for a banned account: it is not paid."""
        rules = self._earner.rules(unit)
        told = Told(unit, channel, date_of(posting.at, UTC if rules is None else rules.economy.zone))
        told.unpaid(posting)
        told.close()

    def _like(self, unit: Unit, transaction: Transaction) -> None:
        rules = self._earner.rules(unit)
        viewer = next((entry.account for entry in transaction.entries if not entry.account.startswith("@")), None)
        if rules is not None and viewer is not None:
            asked = Asked(key=transaction.cause or transaction.key, user=viewer, at=transaction.at)
            LIKING.judge(unit, Case(transaction.channel, asked, rules, asked.at))

    def _attempt(self, work: partial[None]) -> None:
        self._scratch.begin()
        unit = Book(self._scratch, self)
        _, error = unit.attempt(work)
        if error is not None:
            self.failures[f"{type(error).__name__}: {error}"] += 1
        for call in unit.calls:
            call()
        self._played += 1
        if self._played % _AT_ONCE == 0:
            self._scratch.commit()


def earned_at(at: datetime, trigger: str | None) -> datetime:
    """Give when something was earned that was paid at `at`: a minute is paid at its end, and belongs to where it began."""
    return at - _MINUTE if trigger == PRESENCE else at


def booked(transaction: Transaction) -> tuple[str, int] | None:
    """Give the trigger and the coins of what earning really had minted; None of all else."""
    if transaction.caller != CALLER or transaction.kind != "posting":
        return None
    paid: Entry | None = next((entry for entry in transaction.entries if entry.amount > 0 and not entry.account.startswith("@")), None)
    return None if paid is None else (paid.trigger or paid.type, paid.amount)
