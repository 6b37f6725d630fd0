"""Climbing the ladder: with each change of what somebody has earned, and of the ladder. Nobody falls."""

from typing import Literal

from libs.common.contracts.facts import RankHeld
from libs.common.ranks import Tier, described, perks, reached
from services.earning.notices import promotion
from services.earning.people.career import Career
from services.earning.presence.standing import State
from services.earning.ranks.news import spread
from services.earning.ranks.standing import standing
from services.earning.scene import Scene


def climb(scene: Scene, before: Career, career: Career) -> None:
    """Give somebody the rank they have reached; tell them and the room, unless it was reached before anybody looked.

    Nobody rises while banned: what is counted for them is taken back as soon as the ledger has refused it, and a rank would stay.
    """
    ladder = scene.rules.ranks.ladder
    if career.banned or (before.checked == scene.version and not _passes(career, ladder)):
        return
    known = career.tier_name
    held = standing(career, ladder, before.earned)
    risen = max(held, reached(career.earned, ladder))
    career.tier, career.tier_name = risen, ladder[risen].name
    if risen > held:
        career.tier_set = None
        hold(scene, career, "earned")
        _celebrate(scene, career)
    elif career.tier_name != known and (risen or known is not None):
        hold(scene, career, "kept")


def hold(scene: Scene, career: Career, cause: Literal["earned", "given", "kept"]) -> None:
    """Tell other services which rank somebody holds now."""
    key = f"rank:{scene.channel}:{career.user}:{career.tier}:{scene.cause}"
    fact = RankHeld(
        id=key,
        channel=scene.channel,
        user=name_of(scene, career.user),
        rank=career.tier_name or "",
        tier=career.tier,
        cause=cause,
        at=scene.now,
    )
    scene.unit.fact(scene.channel, fact.kind, key, fact)


def name_of(scene: Scene, user: str) -> str:
    """Give how the room spells a name (folded)."""
    viewer = scene.store.viewer(scene.channel, user)
    return user if viewer is None else viewer.name


def _passes(career: Career, ladder: tuple[Tier, ...]) -> bool:
    """Tell whether the next threshold is passed: looked at every minute for everybody, so it has to be quick."""
    above = career.tier + 1
    return career.tier_name is None or (above < len(ladder) and career.earned >= ladder[above].min_lifetime_earned)


def _celebrate(scene: Scene, career: Career) -> None:
    viewer, rank = scene.store.viewer(scene.channel, career.user), career.tier_name
    if viewer is None or rank is None or not scene.has_part(viewer):
        return
    if viewer.standing.state is State.PRESENT:
        key = f"rank:{scene.channel}:{viewer.user}:{career.tier}:{scene.cause}"
        scene.tell(key, viewer.user, viewer.name, promotion(rank, described(perks(career.tier, scene.rules.ranks))))
    spread(scene, viewer.user, viewer.name, career.tier, rank)
