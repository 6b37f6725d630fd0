"""The robot's own user list, made fit to be believed."""

from collections.abc import Collection
from typing import Any

from libs.common.contracts.events import Viewer
from libs.common.names import fold
from services.ingest import wire
from services.ingest.wire import Wrong


def viewers(body: bytes, phantoms: Collection[str]) -> list[Viewer]:
    """Read the list the robot keeps in its bucket.

    It holds people under two spellings when a rank was given under another one (one viewer, the lower rank: a doubt gives no
    rights), and people who were given a rank while absent (`phantoms`, folded: left out). Entries that can't be read are left out.
    No mute is ever written to it, and who was ranked loses the AFK mark in it until that changes: what it leaves out is not denied.

    Raises:
        Wrong: the body is no list at all.
    """
    read: dict[str, Viewer] = {}
    for entry in wire.sequence(wire.decode_any(body), "the list"):
        viewer = _viewer(entry)
        if viewer is None or fold(viewer.user) in phantoms:
            continue
        same = read.get(fold(viewer.user))
        read[fold(viewer.user)] = viewer if same is None else same.model_copy(update={"rank": _lower(same.rank, viewer.rank)})
    return list(read.values())


def _viewer(entry: Any) -> Viewer | None:
    try:
        user = wire.mapping(entry, "an entry")
        meta = wire.mapping(user.get("meta") or {}, "meta")
        return Viewer(
            user=wire.name(user, "name"),
            rank=wire.number(user, "rank"),
            afk=wire.flag(meta, "afk") if "afk" in meta else None,
            muted=wire.flag(meta, "muted", default=False),
            shadow_muted=wire.flag(meta, "smuted", default=False),
        )
    except Wrong:
        return None


def _lower(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else min(one, other)
