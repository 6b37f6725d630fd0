"""How far a service has read a stream, and how it finds that place again when the stream is not what it was."""

from collections.abc import Callable
from dataclasses import dataclass

from nats.js import JetStreamContext
from nats.js.api import RawStreamMsg
from nats.js.errors import NotFoundError


class PositionLost(Exception):
    """The stream no longer holds what comes next; going on would skip something, so the service stops."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What identifies a message, and its place by its own contents.

    `number` rises by one from message to message within an `epoch`; epochs rise. None: the contents name no place, and the
    handler recognises by key what it has had.
    """

    id: str
    epoch: int = 0
    number: int | None = None

    @property
    def place(self) -> tuple[int, int]:
        """Give what orders two numbered marks."""
        return (self.epoch, self.number or 0)

    def follows(self, other: "Mark") -> bool:
        """Tell whether this mark comes right behind `other`; the first of a new epoch always does (ingest announces such a gap)."""
        if self.number is None or other.number is None:
            return True
        return self.epoch > other.epoch or self.place == (other.epoch, other.number + 1)


@dataclass(frozen=True, slots=True)
class Position:
    """The last message whose effect is kept: its sequence in the stream, and its mark."""

    sequence: int
    mark: Mark


def unreadable(sequence: int) -> str:
    """Give the id of a message that names none, because it can't be decoded."""
    return f"unreadable:{sequence}"


async def find(jetstream: JetStreamContext, stream: str, position: Position | None, read: Callable[[bytes], Mark]) -> int:
    """Give the stream sequence behind which reading goes on.

    Args:
        jetstream: the context to ask.
        stream: the stream's name.
        position: what the service kept; None when it never read this stream.
        read: gives a body's mark; may raise for a body that can't be decoded.

    Raises:
        PositionLost: messages that were never read are gone.
    """
    if position is None:
        return 0
    state = (await jetstream.stream_info(stream)).state
    if position.sequence <= state.last_seq:
        there = await _at_or_after(jetstream, stream, position.sequence)
        if there is None:
            # Everything up to the end was removed. Without a number inside, what can't be told apart is recognised by key.
            if state.last_seq == position.sequence or position.mark.number is None:
                return position.sequence
            raise PositionLost(_lost(stream, position, "all messages behind it were removed"))
        sequence, mark = there.seq or 0, _mark(read, there)
        if sequence == position.sequence and position.mark.id == (unreadable(sequence) if mark is None else mark.id):
            return position.sequence
        if position.mark.number is None:
            return position.sequence if sequence > position.sequence else 0
        if sequence > position.sequence and mark is not None and mark.place > position.mark.place and mark.follows(position.mark):
            return sequence - 1
    elif position.mark.number is None:
        return 0
    return await _search(jetstream, stream, position, read, state.first_seq, state.last_seq)


async def _search(
    jetstream: JetStreamContext, stream: str, position: Position, read: Callable[[bytes], Mark], first: int, last: int
) -> int:
    """Find the first message whose own place is behind the position's: places rise with sequences, so halve."""
    low, high = max(first, 1), last + 1
    found: Mark | None = None
    while low < high:
        middle = (low + high) // 2
        message = await _at_or_after(jetstream, stream, middle)
        if message is None:
            high = middle
            continue
        mark = _mark(read, message)
        if mark is None or mark.place <= position.mark.place:
            low = (message.seq or middle) + 1
        else:
            found = mark
            high = middle
    if found is not None and not found.follows(position.mark):
        raise PositionLost(_lost(stream, position, f"the next message there is number {found.number}"))
    return low - 1


async def _at_or_after(jetstream: JetStreamContext, stream: str, sequence: int) -> RawStreamMsg | None:
    try:
        return await jetstream.get_msg(stream, seq=max(sequence, 1), subject=">", next=True)
    except NotFoundError:
        return None


def _mark(read: Callable[[bytes], Mark], message: RawStreamMsg) -> Mark | None:
    try:
        return read(message.data or b"")
    except ValueError:
        return None


def _lost(stream: str, position: Position, why: str) -> str:
    return (
        f"{stream}: the place after sequence {position.sequence} (id {position.mark.id}, number {position.mark.number}) is gone: {why}. "
        f"Restore the stream from a backup, or set KRYTEN_ECONOMY_ACCEPT_LOSS={stream} once to go on with what is there."
    )
