"""Where the raw stream says that the NATS server was down, as the scribe that read on behind it was told."""

import json
from collections.abc import Sequence
from typing import Protocol


class Message(Protocol):
    """A raw message, of either of the two kinds the tests make."""

    @property
    def subject(self) -> str: ...

    @property
    def body(self) -> bytes: ...


def outages(raws: Sequence[Message]) -> dict[int, int]:
    """Give, for each raw sequence in doubt (they count from 1), the sequence of the last gap that says so."""
    doubts: dict[int, int] = {}
    for gap, raw in enumerate(raws, start=1):
        if raw.subject.endswith(".gap"):
            after = json.loads(raw.body)["payload"].get("after")
            doubts |= dict.fromkeys(range(gap if after is None else after + 1, gap), gap)
    return doubts
