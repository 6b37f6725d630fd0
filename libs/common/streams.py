"""The streams on the server: whether they fit what the services need, and how they are made to fit.

`problems` is what every service asks at its start. `provision` is the one thing that makes or changes a stream; it adds what
the services can't do without and leaves every other setting of an existing stream to its operator.
"""

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal

from nats.aio.client import Client
from nats.errors import NoRespondersError
from nats.errors import TimeoutError as NatsTimeout
from nats.js import JetStreamContext
from nats.js.errors import APIError, NotFoundError

from libs.common import subjects
from libs.common.config.connection import StreamBounds
from libs.common.subjects import Stream

COMMAND = "run kryten-economy provision"
API_SECONDS = 5.0

_DUPLICATES = timedelta(minutes=10)
_ATOMIC_SINCE = (2, 12)
_NOT_FOUND = 10059
_FIXED = ("retention", "storage")
"""What a server changes on no existing stream, or refuses to change where it matters."""
_REQUESTS = (
    subjects.API,
    subjects.ROBOT_COMMAND,
    subjects.INGEST_RELOAD,
    subjects.health("*"),
    subjects.ledger("*", "*", "*"),
)


class ProvisionError(Exception):
    """The server can't keep streams for us: JetStream is off, not reachable, or not permitted."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done with one stream."""

    action: Literal["make", "extend", "update", "keep", "fail"]
    config: dict[str, Any]
    """The whole configuration to send; of an existing stream everything not named in `changes` is as it was."""
    changes: tuple[str, ...] = ()
    left_alone: tuple[str, ...] = ()
    """Settings that differ from ours and stay the operator's."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the plan for one stream."""

    stream: str
    plan: Plan
    error: str | None = None

    @property
    def lines(self) -> list[str]:
        """Tell it, a line to a fact."""
        if self.error:
            return [f"{self.stream}: {self.error}"]
        done = {"make": "made", "extend": "extended", "update": "updated", "keep": "as it should be", "fail": "unusable"}[self.plan.action]
        if self.plan.action == "keep" and self.plan.left_alone:
            done = "usable"
        return [
            f"{self.stream}: {done}",
            *(f"{self.stream}:   {change}" for change in self.plan.changes),
            *(f"{self.stream}:   {difference} (left alone; --update changes it)" for difference in self.plan.left_alone),
        ]


def bounded(streams: Iterable[Stream], bounds: Mapping[str, StreamBounds]) -> tuple[Stream, ...]:
    """Give the table with the operator's bounds in place of the defaults.

    Raises KeyError if `bounds` names a stream that is not in the table.
    """
    table = {stream.name: stream for stream in streams}
    for name, bound in bounds.items():
        stream = table[name]
        table[name] = replace(
            stream,
            max_bytes=stream.max_bytes if bound.max_bytes is None else bound.max_bytes,
            max_age=stream.max_age if bound.max_age is None else bound.max_age,
        )
    return tuple(table.values())


def covers(pattern: str, subject: str) -> bool:
    """Tell whether `pattern` matches all that `subject`, which may have wildcards itself, matches."""
    wide, narrow = pattern.split("."), subject.split(".")
    for position, word in enumerate(wide):
        if word == ">":
            return len(narrow) > position
        if position >= len(narrow) or narrow[position] == ">" or word not in {"*", narrow[position]}:
            return False
    return len(wide) == len(narrow)


def overlap(one: str, other: str) -> bool:
    """Tell whether some subject matches both patterns."""
    left, right = one.split("."), other.split(".")
    for a, b in zip(left, right, strict=False):
        if ">" in {a, b}:
            return True
        if "*" not in {a, b} and a != b:
            return False
    return len(left) == len(right)


def missing(wanted: Sequence[str], present: Sequence[str]) -> list[str]:
    """Give the wanted subjects that no present one covers."""
    return [subject for subject in wanted if not any(covers(pattern, subject) for pattern in present)]


def captured_requests(present: Sequence[str]) -> list[str]:
    """Give the subjects that catch requests: their stream would answer the asker with its own acknowledgement."""
    return [subject for subject in present if any(overlap(subject, request) for request in _REQUESTS)]


def plan(stream: Stream, current: Mapping[str, Any] | None, *, update: bool, atomic: bool = True) -> Plan:
    """Decide what to do with one stream, given its configuration on the server (None: there is none).

    `update` also changes what the operator may have set on purpose; `atomic` tells whether the server knows atomic batches.
    """
    wanted = _config(stream, atomic=atomic)
    if current is None:
        return Plan("make", wanted)
    differences = {key: value for key, value in wanted.items() if key != "subjects" and current.get(key, _absent(value)) != value}
    unfit = [_difference(key, current.get(key), differences[key]) for key in _FIXED if key in differences]
    if unfit:
        return Plan("fail", dict(current), changes=tuple(unfit))
    present = list(current.get("subjects") or [])
    if update:
        changes = [_difference(key, current.get(key), value) for key, value in differences.items()]
        changes += [f"subject {subject} added" for subject in wanted["subjects"] if subject not in present]
        changes += [f"subject {subject} removed" for subject in present if subject not in wanted["subjects"]]
        return Plan("update" if changes else "keep", {**current, **wanted}, changes=tuple(changes))
    added = missing(wanted["subjects"], present)
    # A server refuses two subjects of a stream that overlap: what an added one covers has to go, and is still captured.
    kept = [subject for subject in present if not any(covers(new, subject) for new in added)]
    left_alone = [_difference(key, current.get(key), value) for key, value in differences.items()]
    left_alone += [f"subject {subject} is not among ours" for subject in missing(kept, wanted["subjects"])]
    return Plan(
        "extend" if added else "keep",
        {**current, "subjects": [*kept, *added]},
        changes=tuple(f"subject {subject} added" for subject in added),
        left_alone=tuple(left_alone),
    )


async def problems(js: JetStreamContext, channels: Sequence[str]) -> list[str]:
    """Tell what keeps services from working on the streams of these channel tokens; empty when nothing does."""
    streams = subjects.streams(channels)
    found = await asyncio.gather(*(_problems_of(js, stream) for stream in streams), _foreign(js, {stream.name for stream in streams}))
    return [problem for some in found for problem in some]


async def provision(client: Client, streams: Sequence[Stream], *, update: bool = False) -> list[Outcome]:
    """Make and change streams so that the services can work; doing it again changes nothing.

    Raises ProvisionError if the server has no JetStream for us.
    """
    version = client.connected_server_version
    atomic = (version.major, version.minor) >= _ATOMIC_SINCE
    return list(await asyncio.gather(*(_provision_one(client, stream, update=update, atomic=atomic) for stream in streams)))


async def _provision_one(client: Client, stream: Stream, *, update: bool, atomic: bool) -> Outcome:
    answer = await ask(client, f"$JS.API.STREAM.INFO.{stream.name}", {})
    error = answer.get("error")
    if error and error.get("err_code") != _NOT_FOUND:
        return Outcome(stream.name, Plan("fail", {}), error=_text(error))
    todo = plan(stream, None if error else answer["config"], update=update, atomic=atomic)
    match todo.action:
        case "keep":
            return Outcome(stream.name, todo)
        case "fail":
            return Outcome(stream.name, todo, error=f"{', '.join(todo.changes)}; it has to be deleted and made anew")
        case "make":
            verb = "CREATE"
        case _:
            verb = "UPDATE"
    answer = await ask(client, f"$JS.API.STREAM.{verb}.{stream.name}", todo.config)
    if error := answer.get("error"):
        owners = await _owners(client, stream) if "overlap" in str(error.get("description")) else ""
        return Outcome(stream.name, todo, error=_text(error) + owners)
    return Outcome(stream.name, todo)


async def _problems_of(js: JetStreamContext, stream: Stream) -> list[str]:
    try:
        config = (await js.stream_info(stream.name)).config
    except NotFoundError:
        return [f"stream {stream.name} is missing: {COMMAND}"]
    except (APIError, NatsTimeout, NoRespondersError) as error:
        return [
            f"stream {stream.name} can't be seen ({type(error).__name__} {error}): is JetStream on, and is this user allowed to use it?"
        ]
    present = config.subjects or []
    found = [f"stream {stream.name} lacks subject {subject}: {COMMAND}" for subject in missing(stream.subjects, present)]
    found += [f"stream {stream.name} captures requests by its subject {subject}: take that away" for subject in captured_requests(present)]
    if config.retention != stream.retention:
        found.append(f"stream {stream.name} has retention {config.retention} in place of {stream.retention}: delete it and {COMMAND}")
    if config.storage != "file":
        found.append(f"stream {stream.name} keeps its messages in {config.storage}, not in files: delete it and {COMMAND}")
    return found


async def _foreign(js: JetStreamContext, ours: set[str]) -> list[str]:
    """Tell which streams of somebody else capture our requests."""
    found: list[str] = []
    for request in _REQUESTS:
        try:
            name = await js.find_stream_name_by_subject(request)
        except NotFoundError:
            continue
        except (APIError, NatsTimeout, NoRespondersError):
            return found  # told stream by stream
        if name not in ours:
            found.append(f"stream {name}, which is not ours, captures requests on {request}: narrow its subjects")
    return found


async def _owners(client: Client, stream: Stream) -> str:
    names: set[str] = set()
    for subject in stream.subjects:
        answer = await ask(client, "$JS.API.STREAM.NAMES", {"subject": subject})
        names.update(answer.get("streams") or ())
    names.discard(stream.name)
    return f" (held by {', '.join(sorted(names))})" if names else ""


async def ask(client: Client, subject: str, body: dict[str, Any]) -> dict[str, Any]:
    """Ask the server's JetStream; an error is an answer too, under `error`.

    Raises ProvisionError if nobody answers.
    """
    # nats-py's typed calls drop settings they do not know, which an update would then take from the operator's stream.
    try:
        answer = await client.request(subject, json.dumps(body).encode(), timeout=API_SECONDS)
    except NoRespondersError as error:
        message = "the NATS server has no JetStream: switch it on (jetstream {} in its configuration)"
        raise ProvisionError(message) from error
    except NatsTimeout as error:
        message = f"no answer to {subject}: JetStream is busy, or this user may not use it"
        raise ProvisionError(message) from error
    decoded: dict[str, Any] = json.loads(answer.data)
    return decoded


def _config(stream: Stream, *, atomic: bool) -> dict[str, Any]:
    config: dict[str, Any] = {
        "name": stream.name,
        "subjects": list(stream.subjects),
        "retention": stream.retention,
        "storage": "file",
        "compression": "s2",
        "discard": stream.discard,
        "max_bytes": stream.max_bytes,
        "max_age": _nanoseconds(stream.max_age or timedelta()),
        "duplicate_window": _nanoseconds(min(_DUPLICATES, stream.max_age or _DUPLICATES)),  # a server refuses a longer one
    }
    if stream.atomic and atomic:
        config["allow_atomic"] = True
    return config


def _nanoseconds(span: timedelta) -> int:
    return span // timedelta(microseconds=1) * 1000


def _absent(value: object) -> object:
    """Give what a setting is when the server does not name it."""
    return type(value)() if isinstance(value, bool | int) else None


def _difference(key: str, current: object, wanted: object) -> str:
    return f"{key} is {_show(key, current)} in place of {_show(key, wanted)}"


def _show(key: str, value: object) -> str:
    if key in ("max_age", "duplicate_window") and isinstance(value, int):
        return str(timedelta(microseconds=value / 1000)) if value else "unlimited"
    return json.dumps(value) if isinstance(value, bool | None) else str(value)


def _text(error: Mapping[str, Any]) -> str:
    return f"{error.get('description', 'refused without a reason')} (error {error.get('err_code', '?')})"
