"""The commands: each one file under `handlers/`, one line there."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, Literal, Protocol, TypeVar

from libs.common.config import Rules
from libs.common.config.economy import Currency
from libs.common.contracts.base import Contract
from libs.common.contracts.events import PrivateMessage
from libs.common.contracts.ledger import AccountState
from libs.common.contracts.owners import Asked, Declined
from libs.common.contracts.reload import Reloaded
from services.commands import arguments
from services.commands.arguments import Amount
from services.commands.orders import Order
from services.commands.replies import common
from services.commands.store import Deed

A = TypeVar("A")
R = TypeVar("R", bound=Contract)
Q = TypeVar("Q", bound=Asked)

Section = Literal["Coins", "Games", "Shop", "Standings", "Messages", "Help", "Administrators"]
SECTIONS: Final[tuple[Section, ...]] = ("Coins", "Games", "Shop", "Standings", "Messages", "Help", "Administrators")
"""Under which heads `help` lists the commands, in this order."""


class Office(Protocol):
    """What a command may use. What it asks of others is waited for as long as its question is worth it; none of it changes coins."""

    @property
    def commands(self) -> "Registry":
        """All commands there are."""

    @property
    def uptime_seconds(self) -> float:
        """How long this process has run."""

    def rung(self, channel: str, user: str, lifetime_earned: int) -> int:
        """Give the place on the ladder, from 0, of the rank of somebody who has earned so much."""

    async def account(self, channel: str, name: str) -> AccountState | None:
        """Give the account as it stands, None where there is none."""

    async def ledger(self, channel: str, verb: str, request: Contract, answer: type[R]) -> R:
        """Ask the ledger what changes nothing."""

    async def earning(self, channel: str, verb: str, request: Contract, answer: type[R]) -> R:
        """Ask earning; again, if no answer comes."""

    async def owner(
        self, service: str, channel: str, verb: str, request: Contract, answer: type[R], wait_seconds: float | None = None
    ) -> R | Declined:
        """Ask games, shop, earning or analytics what changes no coins; again, if no answer comes, but no longer than `wait_seconds`."""

    async def reload(self) -> Reloaded:
        """Have the configuration read anew."""

    async def deeds(self, channel: str, user: str | None, limit: int) -> list[Deed]:
        """Give what administrators did by commands that are `noted`, newest first."""


@dataclass(frozen=True, slots=True)
class Call(Generic[A]):
    """A command somebody gave, read and allowed."""

    id: str
    """The PM's event id."""
    channel: str
    user: str
    at: datetime
    arguments: A
    rules: Rules
    place: tuple[int, int] = (0, 0)
    """Where the PM stands in the order of events (epoch, raw), for an owner to decide behind it."""
    rank: float | None = None
    """The sender's, as ingest knows it."""
    account: AccountState | None = None
    """The sender's, for a viewer's command; None where there is none, or where the ledger was not waited for."""

    def coins(self, amount: Amount) -> int:
        """Give the coins the sender speaks of; without an account, all is nothing."""
        return amount.of(0 if self.account is None else self.account.balance)

    def asks(self, request: type[Q], **wanted: object) -> Q:
        """Give the request this call makes of an owner, under its own key."""
        epoch, raw = self.place
        return request.model_validate({"key": self.id, "user": self.user, "at": self.at, "epoch": epoch, "raw": raw, **wanted})


@dataclass(frozen=True, slots=True)
class Note:
    """Words to somebody other than who asked; to nobody in particular, they are for the room."""

    to: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command comes to: words to who asked, and perhaps to others."""

    text: str
    notes: tuple[Note, ...] = ()
    outcome: str = "ok"
    """For the counters: a short word of a small set."""


@dataclass(frozen=True, slots=True)
class Command(Generic[A]):
    """One command: what it is called, what it takes, who may give it, and what it does."""

    name: str
    help: str
    arguments: type[A]
    run: Callable[[Call[A], Office], Awaitable[Answer | Order]]
    """Answers, or says what the ledger is to change. It may run again after a crash, as long as it has not said so."""
    tell: Callable[[str, Any, Any, Currency], Answer] | None = None
    """Tells what came of an order: (who asked, request, reply, currency). It stands by itself: nothing is judged again."""
    answers: type[Contract] | Mapping[str, type[Contract]] | None = None
    """What an owner other than the ledger answers to its order; by the order's verb (`shop.buy`), where it may give several. What it
    declines is told by `replies.declined`."""
    written: str = ""
    """How it is written, where its arguments alone do not tell."""
    aliases: tuple[str, ...] = ()
    section: Section = "Coins"
    rank: Literal["viewer", "admin"] = "viewer"
    timely: bool = False
    """Then it has no effect when it is older than `commands.max_age_seconds`: it moves money, or is meant for the moment."""
    noted: bool = False
    """Whether its success is noted for `audit-log`, as no other book tells of it."""
    needs_ledger: bool = True
    """Otherwise the ledger is asked only whether the sender is suspended, and its silence counts as no."""
    offered: Callable[[Rules], bool] | None = None
    """Whether the configuration has what it is for; `help` passes over it where not."""

    @property
    def usage(self) -> str:
        """Give how it is written: `grant @user amount [reason]`."""
        return self.written or arguments.usage(self.name, self.arguments)

    def as_said(self, message: PrivateMessage) -> str:
        """Give it with the words it was given with, if it takes any: `set_rank @bob Grip`."""
        words = () if self.arguments is arguments.Nothing else message.text.split()[1:]
        return " ".join([self.name, *words])


class Registry:
    """Finds a command by its name or an alias, in any case of letters."""

    def __init__(self, commands: tuple[Command[Any], ...]) -> None:
        """Take the commands.

        Raises:
            ValueError: two of them answer to the same word.
        """
        self.commands = commands
        self._by_word: dict[str, Command[Any]] = {}
        for command in commands:
            for word in (command.name, *command.aliases):
                if self._by_word.setdefault(word, command) is not command:
                    raise ValueError(f"two commands answer to {word!r}")

    def find(self, word: str) -> Command[Any] | None:
        """Give the command that answers to a word."""
        return self._by_word.get(word.lower())

    def allowed(self, rank: float | None, rules: Rules) -> tuple[Command[Any], ...]:
        """Give the commands that somebody of this rank may give, as far as the configuration offers them."""
        offered = (command for command in self.commands if command.offered is None or command.offered(rules))
        return tuple(command for command in offered if command.rank == "viewer" or is_admin(rank, rules))


def first_word(message: PrivateMessage) -> str:
    """Give the word that names the command."""
    return message.text.split(maxsplit=1)[0]


def denied(command: Command[Any], rank: float | None, rules: Rules) -> Answer | None:
    """Say why somebody's rank is not enough, if so. Where nothing is known of it, nothing is allowed that needs one."""
    if command.rank == "viewer" or is_admin(rank, rules):
        return None
    if rank is None:
        return Answer(common.rank_unknown(), outcome="rank_unknown")
    return Answer(common.needs_admin(), outcome="denied")


def call(command: Command[A], message: PrivateMessage, rules: Rules, account: AccountState | None) -> Call[A]:
    """Read what the sender wants of a command.

    Raises:
        BadArgumentsError: the words after it do not fit.
    """
    read = arguments.read(command.arguments, message.text.split()[1:])
    place = (message.epoch, message.raw)
    return Call(message.id, message.channel, message.user, message.at, read, rules, place, message.rank, account)


def is_admin(rank: float | None, rules: Rules) -> bool:
    """Tell whether this rank may do everything."""
    return rank is not None and rank >= rules.admin.owner_level
