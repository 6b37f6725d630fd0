"""The tail as other programs read it: always the same names, whatever the tail is made of at the moment.

Whoever asks lists a folder first, and opens what was listed only when it is needed: seconds later, in a long question. So a name that was
listed once may never go. This folder has a fixed number of places; a place is a hard link to a file of the tail, or to one without rows,
and is changed from one to the other in one step. Nothing here has to be durable: it is put in order at each start.
"""

import os
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Final

FRESH: Final = "fresh"
PLACES: Final = 128
"""What comes in a quarter of an hour, at one file every eight seconds, and some. In a flood what was replaced longest ago
makes room sooner."""
_PARTIAL: Final = "moving"


class Shelf:
    """The places, for the one process that fills them."""

    def __init__(self, root: Path) -> None:
        """Take the history's directory; `open` makes the folder."""
        self._folder = root / FRESH
        self._nothing = 0
        self._next = PLACES - 1

    def open(self, tail: Iterable[Path], nothing: Path) -> None:
        """Make the places that are missing, and empty those that hold no file of the tail."""
        self._folder.mkdir(exist_ok=True)
        (self._folder / _PARTIAL).unlink(missing_ok=True)
        # The first place is always without rows: DuckDB opens it earlier than the rest.
        for place in map(self._place, range(-1, PLACES)):
            if not place.exists():
                place.hardlink_to(nothing)
        self._nothing = nothing.stat().st_ino
        known = {path.stat().st_ino for path in tail} | {self._nothing}
        for place, inode in self._held().items():
            if inode not in known:
                self._put(place, nothing)

    def is_whole(self) -> bool:
        """Tell whether all places are there."""
        return all(place.exists() for place in map(self._place, range(-1, PLACES)))

    def show(self, file: Path, replaced: Iterable[Path] = ()) -> None:
        """Put a file in a free place, or else in that of the first of `replaced` that has one; if it has a place already, it keeps it."""
        held = self._held()
        if file.stat().st_ino in held.values():
            return
        os.utime(file)  # from now on it takes the place of others
        # New ones come in front of older ones: who opens the places in their order sees none without those before it.
        turn = [self._place((self._next - step) % PLACES) for step in range(PLACES)]
        place = next((each for each in turn if held[each] == self._nothing), None)
        if place is None:
            where = {inode: each for each, inode in held.items()}
            place = next(where[inode] for path in replaced if (inode := path.stat().st_ino) in where)
        self._next = (int(place.stem) - 1) % PLACES - 1
        self._put(place, file)

    def clear(self, files: Collection[Path], nothing: Path) -> None:
        """Empty the places of files that others took the place of."""
        inodes = {path.stat().st_ino for path in files}
        for place, inode in self._held().items():
            if inode in inodes:
                self._put(place, nothing)

    def _held(self) -> dict[Path, int]:
        with os.scandir(self._folder) as entries:
            found = {Path(entry.path): entry.inode() for entry in entries}
        return {place: found[place] for place in map(self._place, range(PLACES))}

    def _put(self, place: Path, file: Path) -> None:
        partial = self._folder / _PARTIAL
        partial.unlink(missing_ok=True)
        partial.hardlink_to(file)
        partial.replace(place)

    def _place(self, number: int) -> Path:
        return self._folder / f"{number + 1:03}.parquet"
