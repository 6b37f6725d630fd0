"""Several requests on one subject in one message, and their answers likewise: what a message costs on its way is paid once for all.

A bundle's body is its parts, one behind the other, and a header says how long each one is. Its answers come in as many messages as it
takes, each as soon as it is there; a second header says which parts they answer.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

LENGTHS: Final = "Economy-Lengths"
PLACES: Final = "Economy-Places"
PARTS_MAX: Final = 128
"""Requests in one bundle."""
BYTES_MAX: Final = 256 * 1024
"""Bytes of a bundle, if it has more than one part."""
HEADERS_BYTES: Final = 4 * 1024
"""More than the headers of a bundle take: a server counts them to the message."""
_NUMBERS: Final = re.compile(r"\d{1,9}(,\d{1,9})*", re.ASCII)


class Unbundled(Exception):
    """What says it is a bundle is none."""


class Part(NamedTuple):
    """An answer, and the place of its request in the bundle."""

    place: int
    body: bytes


def bundle(bodies: Sequence[bytes]) -> tuple[dict[str, str], bytes]:
    """Give headers and body of a message with these requests."""
    return {LENGTHS: ",".join(str(len(body)) for body in bodies)}, b"".join(bodies)


def requests(headers: Mapping[str, str], body: bytes) -> list[bytes]:
    """Give the requests of a bundle.

    Raises:
        Unbundled: the headers do not fit the body.
    """
    lengths = _numbers(headers.get(LENGTHS, ""))
    if len(lengths) > PARTS_MAX or sum(lengths) != len(body):
        raise Unbundled(f"{len(body)} bytes are not the {len(lengths)} parts that {LENGTHS} tells of")
    return list(_cut(body, lengths))


def bundle_answers(parts: Sequence[Part]) -> tuple[dict[str, str], bytes]:
    """Give headers and body of a message with these answers."""
    headers, body = bundle([part.body for part in parts])
    return {**headers, PLACES: ",".join(str(part.place) for part in parts)}, body


def answers(headers: Mapping[str, str], body: bytes) -> list[Part]:
    """Give the answers of a message.

    Raises:
        Unbundled: it is no message with answers to a bundle.
    """
    places = _numbers(headers.get(PLACES, ""))
    bodies = requests(headers, body)
    if len(places) != len(bodies):
        raise Unbundled(f"{len(bodies)} answers to {len(places)} requests")
    return [Part(place, each) for place, each in zip(places, bodies, strict=True)]


def runs(bodies: Sequence[bytes], bytes_max: int, parts_max: int = PARTS_MAX) -> Iterator[slice]:
    """Cut what is to be sent into runs that fit into one message each; what is too long for any stands alone."""
    start = size = 0
    for place, body in enumerate(bodies):
        if place > start and (place - start == parts_max or size + len(body) > bytes_max):
            yield slice(start, place)
            start, size = place, 0
        size += len(body)
    if bodies:
        yield slice(start, len(bodies))


def _numbers(text: str) -> list[int]:
    if _NUMBERS.fullmatch(text) is None:
        raise Unbundled(f"{text[:80]!r} are no whole numbers")
    return [int(number) for number in text.split(",")]


def _cut(body: bytes, lengths: Sequence[int]) -> Iterator[bytes]:
    start = 0
    for length in lengths:
        yield body[start : start + length]
        start += length
