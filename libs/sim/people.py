"""Who is in the room."""

from dataclasses import dataclass
from datetime import datetime
from random import Random
from string import ascii_letters, digits
from typing import Any, Final

from libs.sim.flood import Patience

BURST: Final = 20
PER_SECOND: Final = 10.0
"""What CyTube lets one sender say, chat and PM together."""


@dataclass(slots=True)
class Person:
    """One viewer with a name."""

    name: str
    rank: float
    """In this channel: 0 guest, 1 registered, 1.5 leader, 2 and above moderators."""
    patience: Patience
    spoke: datetime
    """When they last showed that they are there."""
    image: str = ""
    text: str = ""
    afk: bool = False
    muted: bool = False
    shadowed: bool = False

    @classmethod
    def arrive(cls, name: str, rank: float, now: datetime, image: str = "", text: str = "") -> "Person":
        """Give somebody who comes in just now."""
        return cls(name, rank, Patience(BURST, PER_SECOND), now, image, text)

    def seen(self, rank: float, *, by_moderator: bool = True) -> dict[str, Any]:
        """Give the user object of lists and joins."""
        meta: dict[str, Any] = self.meta() if by_moderator else {"afk": self.afk, "muted": self.muted}
        return {"name": self.name, "rank": rank, "profile": {"image": self.image, "text": self.text}, "meta": meta}

    def meta(self) -> dict[str, Any]:
        """Give what moderators see of somebody."""
        return {"afk": self.afk, "muted": self.muted, "smuted": self.shadowed, "aliases": [self.name], "ip": scrambled(self.name)}


def scrambled(name: str) -> str:
    """Give an address as CyTube shows it to moderators: always the same for one name, and nobody's."""
    chance = Random(name.casefold())  # noqa: S311 - made up, not secret
    signs = ascii_letters + digits
    return "LVe.xZQ.D0l." + "".join(chance.choices(signs, k=3))
