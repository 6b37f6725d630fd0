"""Reading bodies that may hold anything: every doubt becomes one `Wrong` with its reason."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MS_MAX: Final = 253_402_300_799_999
"""The last millisecond of the year 9999."""
_WHOLE_MAX: Final = 2**53 - 1
_ID_CHARACTERS_MAX: Final = 100
_NAME_CHARACTERS_MAX: Final = 200


class Wrong(ValueError):
    """A message that is not what it should be; says why."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What every robot event and every observation has around its payload."""

    name: str
    payload: Any
    domain: str | None
    channel: str | None
    sent: datetime
    """When the robot published it."""
    id: str | None
    """The correlation id, if there is a usable one."""


def decode(body: bytes) -> dict[str, Any]:
    """Read a body as a JSON object.

    Raises:
        Wrong: the body is none.
    """
    value = decode_any(body)
    if not isinstance(value, dict):
        raise Wrong(f"not an object but {_named(value)}")
    return value


def decode_any(body: bytes) -> Any:
    """Read a body as JSON, with any half surrogate pair replaced (CyTube cuts lines in the middle of an emoji).

    Raises:
        Wrong: the body is no JSON.
    """
    try:
        value = _DECODER.decode(body.decode())
        if b"\\ud" in body or b"\\uD" in body:
            value = _mend(value)
    except RecursionError:
        raise Wrong("nested too deeply") from None
    except ValueError as error:
        raise Wrong(f"not JSON: {error}"[:200]) from None
    return value


def envelope(body: dict[str, Any], name: str) -> Envelope:
    """Read the robot's envelope; `name` is the event's name in the subject.

    Raises:
        Wrong: no usable timestamp, or a field of another type.
    """
    spoken = body.get("event_name")
    id_ = body.get("correlation_id")
    return Envelope(
        name=spoken if isinstance(spoken, str) and len(spoken) <= _ID_CHARACTERS_MAX else name,
        payload=body.get("payload"),
        domain=optional_text(body, "domain"),
        channel=optional_text(body, "channel"),
        sent=moment(body, "timestamp"),
        id=id_ if isinstance(id_, str) and 0 < len(id_) <= _ID_CHARACTERS_MAX else None,
    )


def mapping(value: Any, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Wrong(f"{what} is {_named(value)}, not an object")
    return value


def sequence(value: Any, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise Wrong(f"{what} is {_named(value)}, not a list")
    return value


def text(holder: dict[str, Any], key: str, length_max: int = 100_000) -> str:
    value = holder.get(key)
    if not isinstance(value, str):
        raise Wrong(f"{key} is {_named(value)}, not text")
    if len(value) > length_max:
        raise Wrong(f"{key} has {len(value)} characters")
    return value


def optional_text(holder: dict[str, Any], key: str) -> str | None:
    return None if holder.get(key) is None else text(holder, key)


def name(holder: dict[str, Any], key: str) -> str:
    """Read a user's name: any text but none at all."""
    value = text(holder, key, _NAME_CHARACTERS_MAX)
    if not value:
        raise Wrong(f"{key} is empty")
    return value


def number(holder: dict[str, Any], key: str) -> float:
    value = holder.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Wrong(f"{key} is {_named(value)}, not a number")
    if not -_WHOLE_MAX <= value <= _WHOLE_MAX:
        raise Wrong(f"{key} is out of bounds")
    return float(value)


def whole(holder: dict[str, Any], key: str) -> int:
    value = number(holder, key)
    if value != int(value):
        raise Wrong(f"{key} is {value}, not whole")
    return int(value)


def flag(holder: dict[str, Any], key: str, *, default: bool | None = None) -> bool:
    value = holder.get(key, default)
    if not isinstance(value, bool):
        raise Wrong(f"{key} is {_named(value)}, not true or false")
    return value


def moment(holder: dict[str, Any], key: str) -> datetime:
    """Read an ISO 8601 time; one without a zone is UTC."""
    value = text(holder, key, 64)
    try:
        when = datetime.fromisoformat(value)
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Wrong(f"{key} is no time: {value!r}") from None


def milliseconds(holder: dict[str, Any], key: str) -> datetime:
    """Read a time given as milliseconds since 1970."""
    value = number(holder, key)
    if not 0 <= value <= _MS_MAX:
        raise Wrong(f"{key} is no time: {value}")
    return _EPOCH + timedelta(milliseconds=int(value))


def to_milliseconds(when: datetime) -> int:
    return (when - _EPOCH) // timedelta(milliseconds=1)


def _no_constant(constant: str) -> Any:
    raise Wrong(f"{constant} is no JSON")


_DECODER: Final = json.JSONDecoder(parse_constant=_no_constant)

_NAMES: Final[dict[type, str]] = {type(None): "nothing", bool: "a boolean", int: "a number", float: "a number", str: "text", list: "a list"}


def _named(value: Any) -> str:
    return _NAMES.get(type(value), "an object")


def _mend(value: Any) -> Any:
    """Replace lone surrogates in every text of a JSON value."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_mend(part) for part in value]
    if isinstance(value, dict):
        return {_mend(key): _mend(part) for key, part in value.items()}
    return value
