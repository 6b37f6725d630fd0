"""The parameters of the API: each says what it is called, what it takes, and how it is read.

Numbers are read as Python's `int` does: "5" is 5, and 5.9 is 5; but true and false are none. What is null counts as left out.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from libs.common.contracts.ledger import MAX_AMOUNT
from libs.common.names import fold, is_valid
from services.commands.api.codes import Code

T = TypeVar("T")

REQUEST_ID_CHARACTERS_MAX: Final = 190
"""It becomes part of a key of the ledger, which takes 200."""
USERNAME_CHARACTERS_MAX: Final = 100
"""What is longer is not even looked for; no name on CyTube has more than 20."""
REASON_CHARACTERS_MAX: Final = 250
"""So that 500 transactions fit into one answer, whatever stands in them (of what the API itself wrote)."""
_UNSENDABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
"""What JSON can name and no text holds: control characters, and halves of surrogate pairs."""


class ApiError(Exception):
    """The request is not served; the text is for people, the code for programs."""

    def __init__(self, code: Code, text: str, data: dict[str, Any] | None = None) -> None:
        """Take a code of the closed set, the words, and the `data` that clients look into all the same."""
        super().__init__(text)
        self.code: Code = code
        self.data = data


@dataclass(frozen=True, slots=True)
class Parameter(Generic[T]):
    """One parameter of a command."""

    name: str
    kind: str
    """What it takes, for the reference."""
    about: str
    read: Callable[[Any], T]
    """Given the value, None where it is left out; raises ApiError where it does not fit."""
    needed: bool = False
    canonical: Callable[[T], Any] = lambda value: value
    """What two values that mean the same have in common."""


def whole(name: str, about: str, *, least: int = -MAX_AMOUNT, most: int = MAX_AMOUNT) -> Parameter[int]:
    """Make a whole number that is needed, and refused where it is out of bounds."""

    def read(value: Any) -> int:
        if value is None:
            raise ApiError("missing_parameter", f"{name} is required")
        number = _integer(name, value)
        if not least <= number <= most:
            raise ApiError("invalid_parameter", f"{name} must be between {least} and {most}")
        return number

    return Parameter(name, "whole number", about, read, needed=True)


def clamped(name: str, about: str, default: int, least: int, most: int) -> Parameter[int]:
    """Make a whole number that is forced into its bounds."""

    def read(value: Any) -> int:
        return default if value is None else min(max(_integer(name, value), least), most)

    return Parameter(name, "whole number", f"{about}; {default} unless given, forced into {least} to {most}", read)


def text(name: str, about: str, most: int) -> Parameter[str | None]:
    """Make a text that may be left out; one that is empty is left out."""
    return Parameter(name, "text", f"{about}; at most {most} characters", lambda value: _text(name, value, most))


def needed_text(name: str, about: str, most: int) -> Parameter[str]:
    """Make a text that is needed."""

    def read(value: Any) -> str:
        found = _text(name, value, most)
        if found is None:
            raise ApiError("missing_parameter", f"{name} is required")
        return found

    return Parameter(name, "text", f"{about}; at most {most} characters", read, needed=True)


def _username(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)  # a name may be of digits only, and somebody's JSON make a number of it
    if not isinstance(value, str) or not value.strip():
        raise ApiError("missing_parameter", "username is required")
    name = value.strip()
    if len(name) > USERNAME_CHARACTERS_MAX or _UNSENDABLE.search(name):
        raise ApiError("invalid_parameter", f"username must be a text of at most {USERNAME_CHARACTERS_MAX} characters")
    return name


def _viewer(value: Any) -> str:
    name = _username(value)
    if not is_valid(name):
        raise ApiError("invalid_parameter", f"username {name!r} is not a name that CyTube could have given")
    return name


def _integer(name: str, value: Any) -> int:
    wrong = ApiError("invalid_parameter", f"{name} must be a whole number")
    if isinstance(value, bool):
        raise wrong
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        raise wrong from None


def _text(name: str, value: Any, most: int) -> str | None:
    if value is None:
        return None
    if not isinstance(value, (dict, list)):
        found = str(value).strip()
        if len(found) <= most and _UNSENDABLE.search(found) is None:
            return found or None
    raise ApiError("invalid_parameter", f"{name} must be a text of at most {most} characters")


NAMED: Final = Parameter("username", "text", "whose, in any case of letters", _username, needed=True)
"""Whoever is asked after: a name that can't be one is simply not found."""
VIEWER: Final = Parameter("username", "text", "whose, in any case of letters; 1 to 20 of `A-Z a-z 0-9 _ -`", _viewer, True, fold)
"""Whose account is changed."""
ADMIN: Final = Parameter(
    "admin",
    "text",
    "who wants it, for the books; `system` unless given; at most 100 characters",
    lambda value: _text("admin", value, 100) or "system",
)
REASON: Final = text("reason", "why, for the books", REASON_CHARACTERS_MAX)
REQUEST_ID: Final = text("request_id", "an id of your own, under which a repetition is recognised", REQUEST_ID_CHARACTERS_MAX)
