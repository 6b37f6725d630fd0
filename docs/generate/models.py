"""Reading the configuration's models: what stands under each key in the source, and what its type allows."""

import ast
import inspect
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, MinLen
from pydantic.fields import FieldInfo

from libs.common.config.section import Section
from libs.common.config.texts import Places

COMMON = {
    "enabled": "Whether there is any of it.",
    "description": "Shown to viewers.",
    "hidden": "Whether viewers are to find out by themselves.",
    "reward": "Coins.",
    "bonus": "Coins.",
    "cost": "Coins.",
    "min_wager": "Coins.",
    "max_wager": "Coins.",
    "min_bet": "Coins.",
    "max_bet": "Coins.",
    "min_amount": "Coins.",
    "max_amount": "Coins.",
    "multiplier": "On coins: 2 is twice as many.",
    "name": "Shown to viewers.",
    "cooldown_seconds": "For one viewer, from one to the next.",
    "send_hour_utc": "Hour of the day.",
    "purchasable": "Whether it is for sale.",
    "max_open_per_user": "How many one viewer may have open.",
    "max_queues_per_day": "For one viewer.",
    "max_per_day": "So many are paid within a day.",
    "betting_window_seconds": "From the opening.",
    "join_window_seconds": "From the opening.",
    "success_chance": "That all win.",
    "win_chance": "0 to 1.",
    "probability": "0 to 1.",
    "threshold": "From so many on.",
    "min_silence_minutes": "How long nobody said anything.",
    "search_results_limit": "How many are shown.",
    "label": "Shown to viewers.",
    "message": "What it says.",
    "model": "Its name there.",
    "temperature": "How freely it invents.",
    "max_tokens": "How long its answer may be.",
    "mode": "Which of them.",
    "difficulty": "Of the questions.",
    "default_reward": "Coins.",
    "days_absent": "Whole days.",
    "dealer_hits_soft_17": "Whether the dealer takes a card on ace and six.",
    "chance_per_tick": "0 to 1.",
    "reward_per_laugher": "Coins.",
    "duration_hours": "How long it lasts.",
    "endpoint": "Its address.",
    "easy": "For an easy question.",
    "medium": "For one of medium difficulty.",
    "hard": "For a hard one.",
    "emoji": "Shown beside it.",
    "racers": "The cars.",
    "id": "A name of its own, never shown.",
    "css_block_end": "Where that ends.",
    "custom_finish_lines": "The same, for its end.",
    "custom_event_lines": "The same, for what happens on the way.",
    "custom_win_lines": "The same, when the crew wins.",
    "custom_lose_lines": "The same, when it loses.",
    "custom_join_lines": "The same, when somebody joins.",
    "type": "What it is about.",
    "field": "What is counted.",
    "date": "Month and day.",
}
"""What needs no words of its own where it stands."""


@cache
def _said(module: str) -> dict[tuple[str, str], str]:
    """Give the words under each field of each class of a file."""
    said = {}
    for node in ast.walk(ast.parse(Path(module).read_text(encoding="utf-8"))):
        for field, words in _pairs(node.body) if isinstance(node, ast.ClassDef) else ():
            said[getattr(node, "name", ""), field] = " ".join(inspect.cleandoc(words).split())
    return said


def _pairs(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    for statement, after in pairwise(body):
        match statement, after:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(words))):
                yield name, words


def meaning(section: type[Section], name: str) -> str:
    """Give what stands under a field in the source, its places included; empty where the name says it all."""
    words = ""
    for owner in section.__mro__:
        if issubclass(owner, Section):
            words = words or _said(inspect.getfile(owner)).get((owner.__name__, name), "")
    for places in (each for each in section.model_fields[name].metadata if isinstance(each, Places)):
        listed = ", ".join(f"{{{place}}}" for place in places.names)
        words = f"{words} May hold {listed}.".lstrip()
    return words


def summary(section: type[Section]) -> str:
    """Give the class's own words."""
    return inspect.getdoc(section) or ""


def inner(annotation: Any) -> type[Section] | None:
    """Give the section that a field, or each element of its list, is; None if it is none."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    if get_origin(annotation) in {tuple, Annotated, Union, UnionType, dict}:
        return next((found for each in get_args(annotation) if (found := inner(each))), None)
    return None


def is_list(annotation: Any) -> bool:
    """Tell whether a field is a list."""
    return get_origin(annotation) is tuple or (get_origin(annotation) is Annotated and is_list(get_args(annotation)[0]))


def kind(annotation: Any) -> str:
    """Name a type as a writer of YAML would."""
    origin, arguments = get_origin(annotation), [each for each in get_args(annotation) if each is not NoneType]
    if origin is Annotated:
        return kind(arguments[0])
    if origin in {Union, UnionType}:
        return " or ".join(map(kind, arguments))
    if origin is Literal:
        return "one of " + ", ".join(map(str, arguments))
    if origin is tuple:
        return "list" if inner(annotation) else f"list of {kind(arguments[0])}s"
    if origin is dict:
        return "keys" if inner(annotation) else f"{kind(arguments[0])}: {kind(arguments[1])}"
    return _NAMES.get(annotation, "any")


_NAMES = {bool: "true or false", int: "whole number", float: "number", Decimal: "number", str: "text", Path: "path"}


def bounds(field: FieldInfo) -> str:
    """Give what a number may be, or how many of a list there must be."""
    low = next((f"at least {each.ge}" for each in field.metadata if isinstance(each, Ge)), "")
    low = low or next((f"more than {each.gt}" for each in field.metadata if isinstance(each, Gt)), "")
    high = next((each.le for each in reversed(field.metadata) if isinstance(each, Le)), None)
    if low.startswith("at least") and isinstance(high, int | float | Decimal) and high <= LARGEST_SHOWN:
        return f"{low.removeprefix('at least ')} to {high}"
    if not low and any(isinstance(each, MinLen) and each.min_length for each in field.metadata):
        return "not empty"
    return low if low != "at least 0" else ""


LARGEST_SHOWN = 10_000
"""Bounds beyond it only keep figures sane."""
