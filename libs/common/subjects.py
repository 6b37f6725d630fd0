"""Every stream and every subject of the economy, by name; nothing else spells one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from kryten.subject_builder import normalize_token

ALL = "@all"
"""The channel token of what belongs to no single channel; no channel's name normalises to it."""

RAW = "ECONOMY_RAW"
EVENTS = "ECONOMY_EVENTS"
POSTINGS = "ECONOMY_POSTINGS"
TRANSACTIONS = "ECONOMY_TRANSACTIONS"
FACTS = "ECONOMY_FACTS"
ANNOUNCEMENTS = "ECONOMY_ANNOUNCEMENTS"
DEADLETTERS = "ECONOMY_DEADLETTERS"

LEDGER_STORES = "ECONOMY_LEDGER"
"""The key-value bucket that says which ledger's store keeps a channel's books."""

ROBOT_EVENTS = (
    "adduser",
    "changemedia",
    "channelcssjs",
    "chatmsg",
    "delete",
    "emotelist",
    "kick",
    "login",
    "pm",
    "queue",
    "queuefail",
    "removeemote",
    "renameemote",
    "setafk",
    "setusermeta",
    "setuserrank",
    "updateemote",
    "userleave",
    "userlist",
)
"""The event names the economy reads, as they stand in subjects: one by one, since a stream must never capture a request subject."""

OURS = "economy.>"
KRYTEN = "kryten.>"
API = "kryten.economy.command"
ROBOT_COMMAND = "kryten.robot.command"
USERSTATS_COMMAND = "kryten.userstats.command"
"""On which kryten-userstats tells whose alias a name is."""
GROUP_RESTART = "kryten.lifecycle.group.restart"
"""On which every kryten service, the robot too, is told to start anew."""
DISCOVERY = "kryten.service.discovery.poll"
"""On which every kryten service is asked to announce itself."""
INGEST_RELOAD = "economy.ingest.reload"


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream: what it captures and how long it keeps it."""

    name: str
    subjects: tuple[str, ...]
    max_age: timedelta | None
    max_bytes: int
    """Reserved on the server's disk; all streams together stay under 2 GiB by default."""
    retention: Literal["limits", "workqueue"] = "limits"
    discard: Literal["old", "new"] = "old"
    atomic: bool = False
    """Whether writers may publish atomic batches (NATS 2.12 and later)."""


def is_ours(subject: str) -> bool:
    """Tell whether a subject belongs to the economy's services alone."""
    return subject.startswith(OURS.removesuffix(">"))


def token(channel: str) -> str:
    """Give the channel's name as it stands in subjects, by kryten-py's rule."""
    return normalize_token(channel)


def robot_event(channel: str, name: str) -> str:
    return f"kryten.events.cytube.{channel}.{name}"


def lifecycle(service: str) -> str:
    """Give the subjects on which kryten-py announces a service of ours, under the name others know it by."""
    return f"kryten.lifecycle.{announced(service)}.*"


def announced(service: str) -> str:
    """Give the name under which other kryten services know a service of ours: the API is the economy to them."""
    return "economy" if service == "commands" else f"economy-{service}"


def robot_lifecycle(what: str) -> str:
    """Give the subject on which kryten-robot announces its start, its end, and its connections."""
    return f"kryten.lifecycle.robot.{what}"


def robot_level(domain: str, channel: str) -> str:
    """Give the request subject on which kryten-robot tells its rank; domain and channel stand in it as they are."""
    return f"kryten.user_level.{domain}.{channel}"


def robot_old_command(channel: str) -> str:
    """Give the subjects of kryten-robot's older, unanswered form of commands."""
    return f"kryten.commands.cytube.{channel}.>"


def simulation(channel: str) -> str:
    """Give the request subject on which the simulated channel lets viewers in; a real room has none."""
    return f"kryten.sim.{channel}.visit"


def simulation_heard(channel: str, session: str) -> str:
    """Give the subject on which one viewer of the simulated channel hears the room."""
    return f"kryten.sim.{channel}.heard.{session}"


def observed(channel: str, kind: str) -> str:
    return f"economy.observed.{channel}.{kind}"


def event(channel: str, kind: str) -> str:
    return f"economy.events.{channel}.{kind}"


def postings(channel: str, caller: str) -> str:
    return f"economy.postings.{channel}.{caller}"


def transactions(channel: str) -> str:
    return f"economy.transactions.{channel}"


def fact(channel: str, kind: str) -> str:
    return f"economy.facts.{channel}.{kind}"


def announcement(channel: str, lane: Literal["chat", "pm"]) -> str:
    return f"economy.announcements.{channel}.{lane}"


def deadletter(service: str) -> str:
    return f"economy.deadletters.{service}"


def ledger(channel: str, caller: str, verb: str) -> str:
    """Give the request subject on which `caller` asks the ledger; the caller's name is what NATS permissions hold on to."""
    return f"economy.ledger.{channel}.{caller}.{verb}"


def owner(service: str, channel: str, verb: str) -> str:
    """Give the request subject on which a service is asked for what it owns."""
    return f"economy.{service}.{channel}.{verb}"


def health(service: str) -> str:
    """Give the request subject on which a service tells whether it is ready."""
    return f"economy.health.{service}"


def streams(channels: Sequence[str]) -> tuple[Stream, ...]:
    """Give the one table of streams for these channel tokens."""
    mib = 1024 * 1024
    raw = (
        *(robot_event(channel, name) for channel in channels for name in ROBOT_EVENTS),
        "kryten.lifecycle.robot.*",
        "economy.observed.>",
    )
    return (
        Stream(RAW, raw, timedelta(days=7), 256 * mib),
        Stream(EVENTS, ("economy.events.*.*",), timedelta(days=30), 512 * mib, atomic=True),
        Stream(POSTINGS, ("economy.postings.*.*",), None, 128 * mib, discard="new"),
        Stream(TRANSACTIONS, ("economy.transactions.*",), timedelta(days=365), 512 * mib, atomic=True),
        Stream(FACTS, ("economy.facts.*.*",), timedelta(days=30), 256 * mib, atomic=True),
        Stream(ANNOUNCEMENTS, ("economy.announcements.*.*",), timedelta(minutes=10), 32 * mib, retention="workqueue"),
        Stream(DEADLETTERS, ("economy.deadletters.*",), timedelta(days=90), 64 * mib),
    )
