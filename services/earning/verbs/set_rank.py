"""Giving somebody a rank. It is a floor: they rise from there by what they earn, and keep it whatever becomes of the ladder."""

from dataclasses import replace

from libs.common.contracts.base import Contract
from libs.common.contracts.earning.careers import SetRankAnswer, SetRankRequest
from libs.common.contracts.owners import Declined
from libs.common.names import fold
from libs.common.ranks import reached
from services.earning.people.career import Career
from services.earning.ranks.climb import hold, name_of
from services.earning.ranks.standing import standing
from services.earning.scene import Scene
from services.earning.verbs.serving import deed


def set_rank(scene: Scene, asked: SetRankRequest) -> Contract:
    """Give a rank, or take back what was given. Nobody gets one below what they have earned."""
    user, ladder = fold(asked.target), scene.rules.ranks.ladder
    career = scene.careers.of(user)
    if not _has_account(scene, career):
        return Declined(code="unknown_user", values={"user": asked.target})
    earned = reached(career.earned, ladder)
    given = earned if asked.rank is None else next((place for place, tier in enumerate(ladder) if _same(tier.name, asked.rank)), None)
    if given is None:
        return Declined(code="rank_unknown", values={"ranks": ", ".join(tier.name for tier in ladder)})
    if given < earned:
        return Declined(code="rank_earned", values={"user": name_of(scene, user), "rank": ladder[earned].name})
    before, rank = ladder[standing(career, ladder)].name, ladder[given].name
    career.tier, career.tier_name = given, rank
    career.tier_set = rank if given > earned else None
    if rank != before:
        hold(scene, career, "given")
    return SetRankAnswer(user=name_of(scene, user), rank=rank, before=before, given=career.tier_set is not None)


def _has_account(scene: Scene, career: Career) -> bool:
    """Tell whether anybody has opened an account for them: earning itself, or others, whose coins then show."""
    viewer = scene.store.viewer(scene.channel, career.user)
    return (viewer is not None and viewer.opened) or replace(career, tier_name=None, checked=None) != Career(career.user)


def _same(name: str, said: str) -> bool:
    return " ".join(name.split()).casefold() == " ".join(said.split()).casefold()


VERB = deed("set_rank", SetRankRequest, set_rank)
