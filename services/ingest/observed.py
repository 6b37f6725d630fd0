"""What ingest itself saw, and the robot's lifecycle: the messages beside the robot's events."""

from collections.abc import Callable
from typing import Any, Final, Literal

from pydantic import ValidationError

from libs.common.contracts.events import Checkpoint, Configuration, Event, EventBase, Gap, Robot, Roster, Tick
from services.ingest import wire
from services.ingest.translate import Case, ignored
from services.ingest.wire import Wrong

LIFECYCLE: Final[dict[str, Literal["startup", "connected", "disconnected", "shutdown"]]] = {
    "startup": "startup",
    "connected": "connected",
    "disconnected": "disconnected",
    "shutdown": "shutdown",
}


def lifecycle(case: Case, what: str, body: dict[str, Any]) -> Event:
    """A mark in the robot's life; a beat, if one ever comes, means nothing."""
    mark = LIFECYCLE.get(what)
    if mark is None:
        return ignored(case, "unused")
    note = wire.optional_text(body, "reason") or wire.optional_text(body, "note")
    return Robot.model_construct(**case.head, what=mark, note=note)


def checkpoint(case: Case) -> Event:
    """The memory as it is at this place in the order; what the message itself says of it would be older."""
    return Checkpoint.model_construct(**case.head, **case.room.checkpoint(case.head["at"]))


def doubted(event: Event) -> Event:
    """A tick of which nobody knows whether the NATS server was down before or after it: it says nothing good of any robot."""
    if not isinstance(event, Tick):
        return event
    robots = {token: "unknown" if said == "connected" else said for token, said in event.robots.items()}
    return event.model_copy(update={"robots": robots, "server": None})


def _read(model: type[EventBase]) -> Callable[[Case], Any]:
    def translate(case: Case) -> Any:
        fields = {key: value for key, value in case.payload.items() if key != "kind"}
        try:
            return model.model_validate({**fields, **case.head})
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            raise Wrong(f"{'.'.join(map(str, first['loc']))}: {first['msg']}"[:200]) from None

    return translate


OBSERVED: Final[dict[str, Callable[[Case], Event]]] = {
    "checkpoint": checkpoint,
    "configuration": _read(Configuration),
    "gap": _read(Gap),
    "roster": _read(Roster),
    "tick": _read(Tick),
}
