"""When a channel's style sheet is written, and on what text: plain state.

Writing is not believed, but seen in what CyTube then sends to all. Others write the same sheet, and CyTube tells nobody of a clash: the
last one wins. So a text of theirs that comes while ours is on its way is what the next one of ours is put on, and nothing of it is lost.
"""

import hashlib
from dataclasses import dataclass, replace
from typing import Final

SENDS: Final = 3
"""How often a wish is sent to the robot, at most."""
PATIENCE: Final = 5
"""Ticks (every two seconds) that say the robot is there, until what was sent is taken for lost; it takes a moment where all is well."""
_OURS_MAX: Final = 8


@dataclass(frozen=True, slots=True)
class Canvas:
    """One channel's style sheet."""

    css: str = ""
    """What the room shows; empty: it can't be read."""
    base: str = ""
    """What ours is put on: the newest text that is not by us alone."""
    sent: str | None = None
    """The digest of what is on its way, and not seen yet."""
    ours: tuple[str, ...] = ()
    """Digests of what we sent since the sheet was last as wished."""
    sends: int = 0
    """How often it may still be sent; 0: nothing is wished."""
    patience: int = 0

    @property
    def is_at_work(self) -> bool:
        """Whether something is wished, or on its way."""
        return self.sends > 0 or self.sent is not None

    @property
    def is_due(self) -> bool:
        """Whether something is to be sent now."""
        return self.sends > 0 and self.sent is None


def wish(canvas: Canvas) -> Canvas:
    """Have the sheet written."""
    return replace(canvas, sends=SENDS)


def send(canvas: Canvas, text: str) -> Canvas:
    """Take that a text goes to the robot."""
    mark = digest(text)
    return replace(canvas, sent=mark, ours=(*canvas.ours, mark)[-_OURS_MAX:], sends=canvas.sends - 1, patience=PATIENCE)


def show(canvas: Canvas, css: str) -> Canvas:
    """Take what the room shows now."""
    mark = digest(css)
    if mark == canvas.sent:
        # It is there. Where somebody wrote meanwhile, it is put on theirs, whatever was sent already.
        return replace(canvas, css=css, sent=None, sends=max(canvas.sends, 1))
    if mark in canvas.ours:
        return replace(canvas, css=css)  # an older one of ours that comes late
    return replace(canvas, css=css, base=css, ours=canvas.ours if canvas.is_at_work else ())


def tick(canvas: Canvas) -> Canvas:
    """Wait a little longer for what was sent, or take it for lost."""
    if canvas.sent is None:
        return canvas
    return replace(canvas, patience=canvas.patience - 1, sent=canvas.sent if canvas.patience > 1 else None)


def rest(canvas: Canvas) -> Canvas:
    """Take that the room shows what is wished."""
    return Canvas(canvas.css, canvas.css)


def give_up(canvas: Canvas) -> Canvas:
    """Wish nothing any more. What was sent may still come, and is then known for ours."""
    return replace(canvas, sent=None, sends=0)


def digest(text: str) -> str:
    """Give what tells one text from another."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
