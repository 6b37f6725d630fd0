"""What each user may do on the NATS server: one table, behind the embedded server and `deploy/nats.conf` alike.

A service may do what its job needs, and nothing else: read its own streams by a consumer of its own name, write its own subjects, ask
whom it asks, listen in its own inbox. Its name stands in the subjects on which it asks the ledger, so that stolen credentials of one
service can't ask in the name of another. Only the operator makes, changes, purges or deletes streams (but for what the ledger has
committed of the postings).

Whoever connects without a password speaks for the room: the robot, other kryten services, `kryten-economy chat`. It may use JetStream
(the robot keeps key-value buckets), but none of our streams. That keeps honest programs apart and is no wall: where strangers can reach
the server, give them an account of their own.

A consumer may be told to deliver anywhere, whatever its maker may publish. What is delivered so keeps the subject it was stored under,
and the ledger goes by that: nobody gets a caller's name by it.
"""

from dataclasses import dataclass
from typing import Any, Final

from libs.cli.operator import OPERATOR
from libs.common import subjects
from libs.common.services import ORDER

ROOM: Final = "room"
"""The user of whoever connects without a password."""
USERS: Final = (*ORDER, OPERATOR)
"""Those who have a password."""
ANSWERS_MAX: Final = 10
"""Two handlers of the robot answer one ping."""

_BUCKET: Final = f"KV_{subjects.LEDGER_STORES}"
_STORES: Final = f"$KV.{subjects.LEDGER_STORES}.>"
"""Who keeps the books of a channel: only the ledger writes it."""
_STREAMS: Final = (*(stream.name for stream in subjects.streams(())), _BUCKET)
_JETSTREAM: Final = ("$JS.API.INFO", "$JS.API.STREAM.>", "$JS.API.CONSUMER.>", "$JS.API.DIRECT.>", "$JS.ACK.>", "$JS.FC.>", "$KV.>")
_OF_A_STREAM: Final = (
    "$JS.API.STREAM.*.{}",
    "$JS.API.STREAM.*.*.{}",
    "$JS.API.CONSUMER.*.{}",
    "$JS.API.CONSUMER.*.{}.>",
    "$JS.API.CONSUMER.*.*.{}",
    "$JS.API.CONSUMER.*.*.{}.>",
    "$JS.API.DIRECT.*.{}",
    "$JS.API.DIRECT.*.{}.>",
    "$JS.ACK.{}.>",
    "$JS.ACK.*.*.{}.>",
    "$JS.FC.{}.>",
)
_LOOKING: Final = "$JS.API.STREAM.MSG.GET.{}"
"""Reading one message without a consumer."""
_BUCKET_LOOKING: Final = (_LOOKING, "$JS.API.DIRECT.GET.{}", "$JS.API.DIRECT.GET.{}.>")
_CONSUMING: Final = (
    "$JS.API.CONSUMER.CREATE.{0}.{1}",
    "$JS.API.CONSUMER.CREATE.{0}.{1}.>",
    "$JS.API.CONSUMER.DURABLE.CREATE.{0}.{1}",
    "$JS.API.CONSUMER.INFO.{0}.{1}",
    "$JS.API.CONSUMER.DELETE.{0}.{1}",
    "$JS.ACK.{0}.{1}.>",
    "$JS.ACK.*.*.{0}.{1}.>",
)
"""A consumer of one's own name on a stream."""
_ROOM_INBOXES: Final = "_INBOX.>"
_INBOXES: Final = (_ROOM_INBOXES, *(f"_INBOX_{name}.>" for name in USERS))
_SEEING_STREAMS: Final = ("$JS.API.INFO", "$JS.API.STREAM.NAMES", "$JS.API.STREAM.INFO.*")
"""Whether the streams are there, and as they should be."""
_GROUP: Final = (subjects.GROUP_RESTART, subjects.DISCOVERY)
"""What every kryten service listens to."""


@dataclass(frozen=True, slots=True)
class Permissions:
    """Subjects a user may publish and subscribe to; what is denied wins, and without `allow` the rest is allowed."""

    publish_allow: tuple[str, ...] = ()
    publish_deny: tuple[str, ...] = ()
    subscribe_allow: tuple[str, ...] = ()
    subscribe_deny: tuple[str, ...] = ()
    answers: bool = False
    """Whether it may answer a request, wherever the answer goes to."""

    def as_config(self) -> dict[str, Any]:
        """Give the permissions as they stand in a server's configuration."""
        config: dict[str, Any] = {
            "publish": _rules(self.publish_allow, self.publish_deny),
            "subscribe": _rules(self.subscribe_allow, self.subscribe_deny),
        }
        if self.answers:
            config["allow_responses"] = {"max": ANSWERS_MAX, "expires": "1m"}
        return {key: value for key, value in config.items() if value}


@dataclass(frozen=True, slots=True)
class Job:
    """What one service does on NATS, beyond what all do."""

    reads: tuple[str, ...] = ()
    """Streams it has a consumer on."""
    writes: tuple[str, ...] = ()
    """Subjects it publishes into streams."""
    asks: tuple[str, ...] = ()
    """Subjects it sends requests to."""
    hears: tuple[str, ...] = ()
    """Subjects it answers or listens to."""
    jetstream: tuple[str, ...] = ()
    """What else it needs of JetStream."""
    never: tuple[str, ...] = ()
    """What the above would allow and shall not."""


def permissions(user: str) -> Permissions:
    """Give what a service, the operator, or the room may do."""
    if user == ROOM:
        return _room()
    return _operator() if user == OPERATOR else _service(user, JOBS[user])


def _door(service: str) -> str:
    return subjects.owner(service, "*", "*")


def _ask_ledger(caller: str) -> str:
    return subjects.ledger("*", caller, "*")


def _each(patterns: tuple[str, ...], *names: str) -> tuple[str, ...]:
    return tuple(pattern.format(*names) for pattern in patterns)


_OWNERS: Final = ("earning", "games", "shop", "analytics")
_HEALTH: Final = subjects.health("*")
_SPEAK: Final = (subjects.announcement("*", "chat"), subjects.announcement("*", "pm"))

JOBS: Final[dict[str, Job]] = {
    "ingest": Job(
        reads=(subjects.RAW,),
        writes=(subjects.event("*", "*"), subjects.observed("*", "*")),
        asks=(subjects.ROBOT_COMMAND, _HEALTH),
        hears=(subjects.INGEST_RELOAD,),
        # It reads its own events back; and the robot's list of who is there, whose bucket is named after the channel.
        # The server names the consumers by which it reads back; of those with a name it may end none but its own.
        jetstream=(
            *_each(_BUCKET_LOOKING, "*"),
            f"$JS.API.CONSUMER.CREATE.{subjects.EVENTS}",
            f"$JS.API.CONSUMER.DELETE.{subjects.EVENTS}.*",
        ),
        never=tuple(f"$JS.API.CONSUMER.DELETE.{subjects.EVENTS}.{other}" for other in ORDER if other != "ingest"),
    ),
    "ledger": Job(
        reads=(subjects.POSTINGS,),
        writes=(subjects.transactions("*"), _STORES),
        hears=(subjects.ledger("*", "*", "*"),),
        jetstream=(
            f"$JS.API.STREAM.PURGE.{subjects.POSTINGS}",
            f"$JS.API.STREAM.CREATE.{_BUCKET}",
            *_each(_BUCKET_LOOKING, _BUCKET),
            _LOOKING.format(subjects.TRANSACTIONS),
        ),
    ),
    "earning": Job(
        reads=(subjects.EVENTS, subjects.TRANSACTIONS, subjects.FACTS),
        writes=(
            subjects.postings("*", "earning"),
            *(subjects.fact("*", kind) for kind in ("arrival", "session", "rank", "award")),
            *_SPEAK,
        ),
        asks=(_ask_ledger("earning"),),
        hears=(_door("earning"),),
    ),
    "games": Job(
        reads=(subjects.EVENTS,),
        writes=(subjects.fact("*", "round"), *_SPEAK),
        asks=(_ask_ledger("games"), subjects.USERSTATS_COMMAND),
        hears=(_door("games"),),
    ),
    "shop": Job(
        reads=(subjects.EVENTS, subjects.FACTS),
        writes=(subjects.fact("*", "purchase"), *_SPEAK),
        asks=(_ask_ledger("shop"), subjects.ROBOT_COMMAND, subjects.USERSTATS_COMMAND),
        hears=(_door("shop"),),
    ),
    "commands": Job(
        reads=(subjects.EVENTS, subjects.FACTS),
        writes=_SPEAK,
        asks=(_ask_ledger("commands"), *map(_door, _OWNERS), subjects.INGEST_RELOAD, subjects.ROBOT_COMMAND, _HEALTH),
        hears=(subjects.API,),
    ),
    "announcer": Job(
        reads=(subjects.ANNOUNCEMENTS,),
        asks=(subjects.ROBOT_COMMAND,),
        # kryten-py's client listens to all events of a channel; what ingest says of robots and configuration comes by the way.
        hears=(subjects.robot_event("*", ">"), subjects.event("*", "*")),
        jetstream=(_LOOKING.format(subjects.EVENTS),),
    ),
    "analytics": Job(
        reads=(subjects.EVENTS, subjects.TRANSACTIONS, subjects.FACTS),
        writes=_SPEAK,
        asks=(_ask_ledger("analytics"), _HEALTH),
        hears=(_door("analytics"),),
        jetstream=("$JS.API.CONSUMER.LIST.*",),
    ),
}


def _service(name: str, job: Job) -> Permissions:
    own = [pattern.format(stream, name) for stream in job.reads for pattern in (_LOOKING, *_CONSUMING)]
    told = (subjects.deadletter(name), subjects.lifecycle(name), *_INBOXES)
    return Permissions(
        publish_allow=(*job.writes, *job.asks, *told, *_SEEING_STREAMS, *own, *job.jetstream),
        publish_deny=job.never,
        subscribe_allow=(f"_INBOX_{name}.>", subjects.health(name), *job.hears, *_GROUP),
    )


def _operator() -> Permissions:
    denied = [subjects.ledger("*", other, ">") for other in ORDER]
    denied += [subjects.postings("*", other) for other in ORDER]
    denied += [subjects.transactions(">"), _STORES, subjects.event("*", ">"), subjects.observed("*", ">")]
    return Permissions(publish_deny=tuple(denied))


def _room() -> Permissions:
    ours = tuple(pattern.format(name) for pattern in _OF_A_STREAM for name in _STREAMS)
    return Permissions(
        publish_allow=(subjects.KRYTEN, _ROOM_INBOXES, *_JETSTREAM),
        publish_deny=(subjects.OURS, _STORES, *ours),
        subscribe_allow=(subjects.KRYTEN, _ROOM_INBOXES, "$KV.>"),
        subscribe_deny=(subjects.OURS,),
        answers=True,
    )


def _rules(allow: tuple[str, ...], deny: tuple[str, ...]) -> dict[str, list[str]]:
    return {key: list(value) for key, value in (("allow", allow), ("deny", deny)) if value}
