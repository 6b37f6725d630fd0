"""The commands: each one file under `handlers/`, one line here."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Literal, Protocol, TypeVar

from libs.common.config import Rules
from libs.common.contracts.events import PrivateMessage
from libs.common.contracts.ledger import AccountState, Outcome, Posting
from services.commands import arguments
from services.commands.replies import common

A = TypeVar("A")


class Books(Protocol):
    """The ledger as a command sees it. Each call waits for the ledger as long as its question is worth it."""

    async def account(self, channel: str, name: str) -> AccountState | None:
        """Give the account as it stands, None where there is none."""

    async def post(self, channel: str, posting: Posting) -> Outcome:
        """Have a posting done, whatever crashes on the way: asked again with the same key, what was first asked is what counts."""


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
    rank: float | None = None
    """The sender's, as ingest knows it."""


@dataclass(frozen=True, slots=True)
class Note:
    """Words to somebody other than who asked."""

    to: str
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
    run: Callable[[Call[A], Books], Awaitable[Answer]]
    aliases: tuple[str, ...] = ()
    rank: Literal["viewer", "admin"] = "viewer"
    moves_money: bool = False
    """Then it has no effect when it is older than `commands.max_age_seconds`."""

    @property
    def usage(self) -> str:
        """Give how it is written: `grant @user amount [reason]`."""
        return arguments.usage(self.name, self.arguments)


@dataclass(frozen=True, slots=True)
class Task:
    """A command to run, with its call."""

    command: Command[Any]
    call: Call[Any]


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

    def name_of(self, text: str) -> str:
        """Give the name of the command a text begins with, `unknown` if it is none."""
        command = self._by_word.get(text.split(maxsplit=1)[0].lower())
        return "unknown" if command is None else command.name

    def read(self, message: PrivateMessage, rules: Rules) -> Task | Answer:
        """Read a private message: the command to run, or why not.

        Nothing is known of the sender's rank where it is None: then nothing is allowed that needs one.
        """
        word, *words = message.text.split()
        command = self._by_word.get(word.lower())
        if command is None:
            return Answer(common.unknown_command(), outcome="unknown")
        if command.rank == "admin" and message.rank is None:
            return Answer(common.rank_unknown(), outcome="rank_unknown")
        if command.rank == "admin" and not is_admin(message.rank, rules):
            return Answer(common.needs_admin(), outcome="denied")
        try:
            read = arguments.read(command.arguments, words)
        except arguments.BadArgumentsError as error:
            return Answer(common.usage(str(error), command.usage), outcome="usage")
        return Task(command, Call(message.id, message.channel, message.user, message.at, read, rules, message.rank))


def is_admin(rank: float | None, rules: Rules) -> bool:
    """Tell whether this rank may do everything."""
    return rank is not None and rank >= rules.admin.owner_level
