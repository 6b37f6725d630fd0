"""What can be shown in the simulated room: a small programme of films nobody has made, and whatever else somebody asks for."""

import base64
import hashlib
import re
from random import Random
from typing import Any, Final

from libs.sim.playlist import Media

_TYPES: Final = frozenset({"yt", "vi", "dm", "sc", "tw", "li", "cm", "fi", "gd", "rt", "hl", "cu", "us", "im", "vm", "sb", "cl", "fb"})
_ENDLESS: Final = {"hl": "Livestream", "rt": "Livestream", "tw": "Livestream"}

PROGRAMME: Final = (
    ("The Lighthouse Keeper's Cat", 95),
    ("Nine Minutes to Noon, the short cut", 140),
    ("A Brief History of Buttons", 80),
    ("Tin Robots of the Seaside", 120),
    ("How to Lose a Chess Club", 70),
    ("Fog over Platform Two", 150),
    ("The Accordion Heist", 110),
    ("Penguins Who Mean Business", 60),
)
"""Titles and seconds."""


def programme() -> tuple[Media, ...]:
    """Give the films that are on when nobody asks for anything."""
    return tuple(_film(title, seconds) for title, seconds in PROGRAMME)


def resolve(kind: str, id_: str) -> Media | str:
    """Give the media for a type and an id: always the same for the same id; or CyTube's words on why there is none."""
    if kind not in _TYPES:
        return f"Unknown media type {kind!r}"
    if not id_:
        return "Invalid link"
    if kind in _ENDLESS:
        return Media(kind, id_, _ENDLESS[kind], 0)
    if kind == "cu":
        digest = base64.b64encode(hashlib.sha256(id_.encode()).digest()).decode()
        return Media(kind, f"cu:{digest}", "Custom Media", 0, {"embed": {"tag": "iframe", "src": _source(id_)}})
    known = {media.id: media for media in programme()}
    if id_ in known:
        return known[id_]
    words = re.sub(r"[^\w]+", " ", id_.rsplit("/", 1)[-1].rsplit(".", 1)[0]).strip() or id_
    return Media(kind, id_, words[:100].title(), Random(id_).randint(60, 600), {})  # noqa: S311 - made up, not secret


def _film(title: str, seconds: int) -> Media:
    name = re.sub(r"[^a-z]+", "-", title.lower()).strip("-")
    meta: dict[str, Any] = {"codec": "mov/h264", "bitrate": 812.5}
    return Media("fi", f"https://films.example/{name}.mp4", title, seconds, meta)


def _source(embed: str) -> str:
    found = re.search(r'src="([^"]*)"', embed)
    return found[1] if found else embed
