"""What each user may do on the NATS server.

A service's name stands in the subjects on which it asks the ledger, so that stolen credentials of one service can't ask in the
name of another. Whoever connects without a password speaks for the room: the robot, other kryten services, `kryten-economy chat`.
It may use JetStream (the robot keeps key-value buckets), but none of our streams.

This keeps honest programs apart. It is no wall: who may create streams and consumers can make the server itself publish for him.
Where strangers can reach the server, give them an account of their own.
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

_STORES: Final = f"$KV.{subjects.LEDGER_STORES}.>"
"""Who keeps the books of a channel: only the ledger writes it."""
_STREAMS: Final = (*(stream.name for stream in subjects.streams(())), f"KV_{subjects.LEDGER_STORES}")
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
_INBOXES: Final = "_INBOX.>"
ANSWERS_MAX: Final = 10
"""Two handlers of the robot answer one ping."""


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


def permissions(user: str) -> Permissions:
    """Give what a service, the operator, or the room may do."""
    if user == ROOM:
        ours = tuple(pattern.format(name) for pattern in _OF_A_STREAM for name in _STREAMS)
        return Permissions(
            publish_allow=(subjects.KRYTEN, _INBOXES, *_JETSTREAM),
            publish_deny=(subjects.OURS, _STORES, *ours),
            subscribe_allow=(subjects.KRYTEN, _INBOXES, "$KV.>"),
            subscribe_deny=(subjects.OURS,),
            answers=True,
        )
    denied = [subjects.ledger("*", other, ">") for other in USERS if other != user]
    denied += [subjects.postings("*", other) for other in USERS if other != user]
    if user != "ledger":
        denied += [subjects.transactions(">"), _STORES]
    if user != "ingest":
        denied += [subjects.event("*", ">"), subjects.observed("*", ">")]
    return Permissions(publish_deny=tuple(denied))


def _rules(allow: tuple[str, ...], deny: tuple[str, ...]) -> dict[str, list[str]]:
    return {key: list(value) for key, value in (("allow", allow), ("deny", deny)) if value}
