"""What is wrong with a configuration, said so that it can be put right."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from libs.common.config.secrets import is_secret, without_login

LONGEST_VALUE_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong."""

    key: str
    """Dotted, from the top of the file; empty for the file itself."""
    value: str
    """What stands there, shortened, secrets hidden; empty where nothing does."""
    expected: str
    """What may stand there."""

    def __str__(self) -> str:
        where = self.key or "the file"
        return f"{where}: {self.value} - expected {self.expected}" if self.value else f"{where}: expected {self.expected}"


class ConfigError(Exception):
    """The configuration cannot be used. Holds all that is wrong with it, not just the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(map(str, self.problems)))


def shown(key: str, value: object) -> str:
    """Give a value as it may be printed."""
    if any(is_secret(part) for part in key.split(".")):
        return "(hidden)"
    if isinstance(value, dict | list | tuple):
        return "keys" if isinstance(value, dict) else "a list"
    text = without_login("(empty)" if value in (None, "") else value if isinstance(value, str) else repr(value))
    text = re.sub(r"[^\x20-\x7e\xa0-\ud7ff\ue000-\U0010ffff]", "?", text)
    return text if len(text) <= LONGEST_VALUE_SHOWN else text[:LONGEST_VALUE_SHOWN] + "..."


def problems_of(error: ValidationError, model: type[BaseModel]) -> list[Problem]:
    """Give what pydantic found in our own words."""
    details = error.errors(include_url=False)
    # A list whose only rows are wrong is not also too short.
    found = (each for each in details if each["type"] != "too_short" or not any(_below(other, each) for other in details))
    return [_problem(detail, model) for detail in found]


def _below(inner: ErrorDetails, outer: ErrorDetails) -> bool:
    return len(inner["loc"]) > len(outer["loc"]) and inner["loc"][: len(outer["loc"])] == outer["loc"]


def _problem(detail: ErrorDetails, model: type[BaseModel]) -> Problem:
    path = [part for part in detail["loc"] if part != "[key]"]
    key = ".".join(map(str, path))
    match detail["type"]:
        case "missing":
            return Problem(key, "", f"this key{_hint(str(path[-1]))}")
        case "extra_forbidden":
            return Problem(key, "no such key", _nearest(str(path[-1]), _known(model, path[:-1])))
    return Problem(key, shown(key, detail["input"]), _expected(detail))


def _hint(name: str) -> str:
    return {"nats": ", with servers under it or embedded: true", "channels": ", a list of domain and channel"}.get(name, "")


_PLAIN = {
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "dict_type": "keys under it",
    "float_parsing": "a number",
    "float_type": "a number",
    "decimal_parsing": "a number",
    "decimal_type": "a number",
    "finite_number": "a finite number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a smaller number",
    "int_type": "a whole number",
    "list_type": "a list",
    "model_attributes_type": "keys under it",
    "model_type": "keys under it",
    "path_type": "a path",
    "string_type": "a text (put it in quotes)",
    "tuple_type": "a list",
}


def _expected(detail: ErrorDetails) -> str:
    """Give what may stand there."""
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind in _PLAIN:
        return _PLAIN[kind]
    for name, words in (("ge", "at least"), ("gt", "more than"), ("le", "at most"), ("lt", "less than"), ("expected", "one of")):
        if name in context:
            return f"{words} {context[name]}"
    if kind == "too_short":
        return f"at least {context['min_length']} of them"
    return detail["msg"]


def _nearest(name: str, known: Sequence[str]) -> str:
    """Name the known key that was probably meant, else all of them."""
    close = get_close_matches(name.lower(), known, n=1, cutoff=0.6)
    if close:
        return close[0]
    return f"one of {', '.join(sorted(known))}" if known else "no key here"


def _known(model: type[BaseModel], path: Sequence[int | str]) -> list[str]:
    """Give the keys that may stand at a path below a model."""
    at: Any = model
    for part in path:
        if _is_model(at):
            field = at.model_fields.get(part)
            at = None if field is None else _without_none(field.annotation)
        elif get_args(at):  # tuple[X, ...] or dict[str, X]
            at = get_args(at)[1] if get_origin(at) is dict else get_args(at)[0]
    return list(at.model_fields) if _is_model(at) else []


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) in {Union, UnionType}:
        return next((each for each in get_args(annotation) if _is_model(each)), None)
    return annotation
