"""The proof of shoutouts: what was paid was said; what was said is paid, unless the room's word for it was lost with the server."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from tests.support import books
from tests.support.house import House
from tests.support.model_parts import Raw
from tests.support.robot import Robot, Said

ON_ITS_WAY: Final = timedelta(seconds=1)
"""So long before a server is killed the robot may have written what the server never read."""


@dataclass(frozen=True, slots=True)
class Hole:
    """When the server was down at some time, as the raw stream shows it: from the last message before to the gap behind."""

    since: datetime
    until: datetime

    def swallows(self, at: datetime) -> bool:
        """Tell whether what was published then may be missing."""
        return self.since - ON_ITS_WAY <= at <= self.until


def holes(raws: Sequence[Raw]) -> list[Hole]:
    """Give the holes the raw stream tells of."""
    stored = {raw.sequence: raw.stored for raw in raws}
    found = []
    for raw in raws:
        if raw.subject.endswith(".gap"):
            after = json.loads(raw.body)["payload"].get("after")
            found.append(Hole(stored.get(after, datetime.min.replace(tzinfo=UTC) + ON_ITS_WAY), raw.stored))
    return found


def broken(house: House, robot: Robot, raws: Sequence[Raw]) -> Iterator[str]:
    """Say which shoutouts were paid and not said, or said and not paid although the stream has what the room heard, or could have it."""
    kept = b"\n".join(raw.body for raw in raws if raw.subject.endswith(".chatmsg"))
    query = "SELECT id, value, state FROM sales WHERE ware = 'shoutout'"
    for id_, value, state in books.rows(house.state_dir / "shop.db", query):
        said = [line for line in robot.said if line.to is None and line.delivered and value in line.text]
        if wrong := fault(state, said, holes(raws), echoed=value.encode() in kept):
            yield f"shoutout {id_} of {value!r} ({state}) {wrong}"


def fault(state: str, said: Sequence[Said], lost: Sequence[Hole], *, echoed: bool) -> str | None:
    """Say what is wrong with a sale in this state whose line was said so, and whose `echoed` line the raw stream has or has not."""
    if state == "paid":
        return None if said else "was never said"
    if not said:
        return None
    if echoed:
        return "was said, and the stream has it"
    if not all(any(hole.swallows(line.at) for hole in lost) for line in said):
        return "was said, and no server was down to lose what the room heard"
    return None
