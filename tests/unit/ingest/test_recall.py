"""What is read back at a start, and that it is enough."""

from libs.common import subjects
from libs.common.contracts.events import Ignored
from services.ingest.recall import recall
from services.ingest.scribe import Scribe, Written
from tests.support import raw

CHANNELS = {"testroom": "localhost", "other": "localhost"}


class Shelf:
    """The event stream as a list."""

    def __init__(self, written: list[Written]) -> None:
        self.rows = [(number, each) for number, each in enumerate(written, start=1)]
        self.count = len(written)

    def of(self, channel: str) -> list[tuple[int, Written]]:
        return [(number, each) for number, each in self.rows if each.event.channel == channel]

    async def last_checkpoint(self, channel: str) -> int:
        return max((number for number, each in self.of(channel) if each.event.kind == "checkpoint"), default=0)

    async def start_of_last(self, channel: str, count: int) -> int:
        return self.of(channel)[-count:][0][0] if self.of(channel) else 1

    async def read(self, channel: str, start: int) -> list[tuple[int, bytes]]:
        return [(number, each.body) for number, each in self.of(channel) if number >= start]


def written(writer: Scribe, *messages: raw.Raw) -> list[Written]:
    return [writer.write(writer.position + 1, each.subject, each.body, each.stored) for each in messages]


async def test_the_memory_read_back_is_the_memory_there_was() -> None:
    writer = Scribe(CHANNELS, 1)
    kept = written(
        writer,
        raw.userlist(raw.viewer("alice", 3), seconds=1),
        raw.observed("tick", {"robots": {}}, 2),
        raw.observed("checkpoint", {}, 3, channel="testroom"),
        raw.robot_event("addUser", raw.viewer("bob"), 4, channel="other"),
        raw.observed("gap", {}, 5),
        raw.observed("checkpoint", {}, 6, channel="other"),
        raw.join("carol", 7),
        raw.chat("carol", "x", 8),
        raw.robot_event("userLeave", {"name": "bob"}, 9, channel="other"),
        raw.lifecycle("connected", 10),
        raw.Raw("kryten.events.cytube.testroom.pm", b"?", raw.after(11)),
    )
    again = await recall(Shelf(kept), CHANNELS, 1, writer.position)
    assert again.rooms == writer.rooms
    assert again.everywhere == writer.everywhere


async def test_ids_older_than_the_checkpoint_are_known() -> None:
    message = raw.leave("alice", 1)
    writer = Scribe(CHANNELS, 1)
    kept = written(
        writer, message, raw.observed("checkpoint", {}, 2, channel="testroom"), raw.observed("checkpoint", {}, 2, channel="other")
    )
    again = await recall(Shelf(kept), CHANNELS, 1, writer.position)
    event = written(again, message)[0].event
    assert isinstance(event, Ignored)
    assert event.reason == "repeated"


async def test_an_event_of_a_kind_not_known_yet_is_passed_over() -> None:
    writer = Scribe(CHANNELS, 1)
    kept = written(writer, raw.join("alice", 1))
    odd = Written(kept[0].event, kept[0].subject, kept[0].body.replace(b'"join"', b'"later"'))
    again = await recall(Shelf([odd, *kept]), CHANNELS, 1, 2)
    assert again.rooms["testroom"].rank("alice") == 1


async def test_nothing_written_is_nothing_remembered() -> None:
    again = await recall(Shelf([]), CHANNELS, 5, 0)
    assert (again.epoch, again.position, again.rooms[next(iter(CHANNELS))].ids) == (5, 0, {})
    assert subjects.ALL not in again.rooms
