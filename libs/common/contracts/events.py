"""What happens in a room, in the economy's own words. Owner: ingest.

Exactly one event for each message of `ECONOMY_RAW`, in that order. Times are UTC; user names carry the casing they came in.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from libs.common.contracts.base import Contract


class EventBase(Contract):
    """Where an event stands in the one order, and when it happened."""

    id: str
    """The raw message's `correlation_id`, or a hash of its sequence and body where it has none."""
    epoch: int
    """When `ECONOMY_RAW` was made, in milliseconds since 1970: a stream made anew counts its sequences from 1 again. One more after each
    hole in it, so that within an epoch there is none."""
    raw: int
    """The raw message's sequence in `ECONOMY_RAW`. (epoch, raw) rises by one message at a time, without holes, within an epoch."""
    channel: str
    """The channel's subject token, or `@all`."""
    at: datetime
    """Event time: the robot's envelope time, never before the channel's previous event, never after the stream stored it."""
    proof: bool = False
    """Whether the robot itself said this of this channel: it was in the room at `at`."""


class Viewer(Contract):
    """One viewer of a user list."""

    user: str
    rank: float | None = None
    afk: bool | None = None
    """None where the list does not say: what is known holds."""
    muted: bool = False
    """In a roster, as `shadow_muted`, never a denial: the robot's own list does not tell of mutes."""
    shadow_muted: bool = False


class Chat(EventBase):
    """A line in the room, neither repeated by CyTube nor said by the server."""

    kind: Literal["chat"] = "chat"
    user: str
    rank: float | None = None
    """The sender's channel rank as ingest knows it; None when it doesn't."""
    text: str
    """Plain text: entities, links and filter markup turned back."""
    html: str
    """The text as CyTube sent it."""
    time: datetime
    """CyTube's own time of the line: for recognising repetitions and for windows."""
    shadow: bool = False
    """Said by somebody who is shadow-muted."""
    action: bool = False
    """A `/me` line."""
    style: str | None = None
    """CyTube's `addClass`: greentext, spoiler, shout, drink, action, server-whisper."""
    sent: datetime | None = None
    """The robot's envelope time where `at` had to differ from it: tells an echo within a second from a repetition."""


class PrivateMessage(EventBase):
    """A PM to the robot, or the echo of one it sent (`user` is the robot)."""

    kind: Literal["pm"] = "pm"
    user: str
    to: str
    rank: float | None = None
    text: str
    html: str
    time: datetime
    shadow: bool = False


class Join(EventBase):
    kind: Literal["join"] = "join"
    user: str
    rank: float | None = None
    """At most 1, as CyTube's own join message carries the site rank, which gives no rights in the room; more only where a rank message for
    this account came within the five seconds before (with login before joining, it comes first)."""
    afk: bool = False
    muted: bool = False
    shadow_muted: bool = False


class Leave(EventBase):
    kind: Literal["leave"] = "leave"
    user: str


class UserList(EventBase):
    """Who is in the room, whole; ranks in it hold."""

    kind: Literal["userlist"] = "userlist"
    users: list[Viewer]


class Afk(EventBase):
    kind: Literal["afk"] = "afk"
    user: str
    afk: bool


class Mute(EventBase):
    kind: Literal["mute"] = "mute"
    user: str
    muted: bool
    shadow_muted: bool


class Rank(EventBase):
    kind: Literal["rank"] = "rank"
    user: str
    rank: float


class MediaChange(EventBase):
    kind: Literal["media"] = "media"
    type: str
    media_id: str
    title: str
    seconds: int
    """Length; 0 for live media."""
    position_seconds: float
    paused: bool


class Queue(EventBase):
    kind: Literal["queue"] = "queue"
    uid: int
    temp: bool
    queued_by: str
    type: str
    media_id: str
    title: str
    seconds: int


class QueueFail(EventBase):
    kind: Literal["queue_fail"] = "queue_fail"
    message: str
    link: str | None = None
    media_id: str | None = None


class Delete(EventBase):
    kind: Literal["delete"] = "delete"
    uid: int


class Emotes(EventBase):
    """A change of the room's emotes. `names` is the whole list where `change` is `list`, else the one name concerned."""

    kind: Literal["emotes"] = "emotes"
    change: Literal["list", "update", "rename", "remove"]
    names: list[str]
    old: str | None = None
    """The name before, where `change` is `rename`."""


class Css(EventBase):
    kind: Literal["css"] = "css"
    css: str


class Robot(EventBase):
    """A mark in the robot's life. All but `kicked` mark the edge of a robot session: who is present is open until the next list."""

    kind: Literal["robot"] = "robot"
    what: Literal["startup", "connected", "disconnected", "shutdown", "login", "kicked"]
    note: str | None = None


class Tick(EventBase):
    """All before this is in. Every two seconds, channel `@all`."""

    kind: Literal["tick"] = "tick"
    robots: dict[str, Literal["connected", "away", "unknown"]]
    """By channel token; `unknown`: one ping is unanswered, none was sent yet, or the server was down just before or after."""
    server: str | None = None
    """The run of the NATS server under which it was published; None where servers are clustered."""


class Roster(EventBase):
    """The robot's own list of who is there, read because no user list came. What the raw stream says after `as_of` wins."""

    kind: Literal["roster"] = "roster"
    as_of: int
    """The last sequence of `ECONOMY_RAW` (of this event's epoch) when the list was read."""
    users: list[Viewer]


class Gap(EventBase):
    """Raw events are known to be missing before this one. Channel `@all`.

    Where the raw stream has a hole, the gap takes the number of the last message missing, in a new epoch; before the first message of a
    stream made anew its number is 0. Where the NATS server itself was down, ingest publishes it into the raw stream like everything it
    observes; what stands there between `after` and the gap may have come before or after the outage, and so proves nothing.
    """

    kind: Literal["gap"] = "gap"
    missing: int | None = None
    """How many, where that is known."""
    after: int | None = None
    """The raw sequence behind which the server was down; None where it was not that."""
    server: str | None = None
    """The run of the NATS server that holds from here on."""


class Line(Contract):
    """The identity of a chat line, and when it was first seen."""

    user: str
    time_ms: int
    digest: str
    first_seen: datetime


class Checkpoint(EventBase):
    """What ingest remembers of one channel, so that a start needs no long reading."""

    kind: Literal["checkpoint"] = "checkpoint"
    users: list[Viewer]
    """Who is present."""
    ranks: dict[str, float]
    """Ranks told within the last seconds, by folded name: a rank message may come just before the join it belongs to."""
    ranks_told: dict[str, datetime] = {}
    """When each of `ranks` was told."""
    phantoms: list[str] = []
    """Folded names that were given a rank while absent: the robot's own list shows them as present until the next user list."""
    shadow_muted: list[str] = []
    """Folded names, also of those who left."""
    lines: list[Line]
    server: str | None = None
    """As in the last tick."""


class Configuration(EventBase):
    """The configuration from here on, whole, without secrets and connection settings. Channel `@all`."""

    kind: Literal["configuration"] = "configuration"
    version: str
    """A hash of `settings`."""
    settings: dict[str, Any]


class Ignored(EventBase):
    """A raw message without meaning for the economy."""

    kind: Literal["ignored"] = "ignored"
    reason: Literal["repeated", "foreign", "server", "unused"]
    name: str
    """The event's name as CyTube has it."""


class Unreadable(EventBase):
    """A raw message that could not be understood; its body stands in the stream at `raw`."""

    kind: Literal["unreadable"] = "unreadable"
    subject: str
    error: str


Event = Annotated[
    Chat
    | PrivateMessage
    | Join
    | Leave
    | UserList
    | Afk
    | Mute
    | Rank
    | MediaChange
    | Queue
    | QueueFail
    | Delete
    | Emotes
    | Css
    | Robot
    | Tick
    | Roster
    | Gap
    | Checkpoint
    | Configuration
    | Ignored
    | Unreadable,
    Field(discriminator="kind"),
]

EVENT: TypeAdapter[Event] = TypeAdapter(Event)
"""Decodes any event: `EVENT.validate_json(body)`."""
