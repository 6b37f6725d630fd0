"""A scribe's memory, read back from the events written before."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Protocol

import structlog
from pydantic import ValidationError
from pydantic_core import from_json

from libs.common import subjects
from libs.common.contracts.events import EVENT
from services.ingest.room import IDS
from services.ingest.scribe import IDS_OF_ALL, Scribe

log = structlog.get_logger()


class Archive(Protocol):
    """The events written so far."""

    async def last_checkpoint(self, channel: str) -> int:
        """Give the stream sequence of the channel's last checkpoint; 0 if there is none."""
        ...

    async def start_of_last(self, channel: str, count: int) -> int:
        """Give a stream sequence behind which at least `count` events of the channel lie, if there are so many."""
        ...

    async def read(self, channel: str, start: int) -> list[tuple[int, bytes]]:
        """Give the channel's events from a stream sequence on, with their sequences."""
        ...


async def recall(archive: Archive, channels: Mapping[str, str], epoch: int, position: int) -> Scribe:
    """Give a scribe that remembers what the one before it did.

    Ids reach back over a channel's last 20,000 events; all else is in its last checkpoint and in what follows that.
    """
    scribe = Scribe(channels, epoch, position)
    checkpoints = {channel: await archive.last_checkpoint(channel) for channel in channels}
    # What concerns all channels is read from the oldest of their checkpoints on.
    # (A channel without one is new, and has nothing to remember from before.)
    checkpoints[subjects.ALL] = min((at for at in checkpoints.values() if at), default=0)
    rows: list[tuple[int, str, bytes]] = []
    for channel, checkpoint in checkpoints.items():
        start = await archive.start_of_last(channel, IDS_OF_ALL if channel == subjects.ALL else IDS)
        rows += [(sequence, channel, body) for sequence, body in await archive.read(channel, min(start, checkpoint))]
    rows.sort()
    for sequence, channel, body in rows:
        if sequence < checkpoints[channel]:
            scribe.remember_id(channel, from_json(body)["id"])
            continue
        try:
            scribe.remember(EVENT.validate_json(body))
        except ValidationError as error:
            log.warning("an event of an unknown kind is not remembered", sequence=sequence, error=str(error)[:300])
    return scribe


def milliseconds_now() -> int:
    """Give an epoch above any before, where the last one is not known any more."""
    return int(datetime.now(UTC).timestamp() * 1000)
