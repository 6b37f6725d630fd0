"""Ambient rain: now and then a few coins for everybody who is there."""

import random
from typing import Final, Literal

from libs.common.config.circulation import Rain
from libs.common.ranks import perks
from services.earning.multipliers.boost import explained, rain_boost
from services.earning.pay.occasions import Drop
from services.earning.people.viewer import Viewer
from services.earning.ranks.standing import standing
from services.earning.scene import Scene
from services.earning.times import MINUTE_US
from services.earning.triggers.rain import rain

NAME: Final = "rain"
_SOONEST, _LATEST = 0.7, 1.3
"""Of the interval."""
_FEW: Final = 10
"""So many are told by PM; more, by one line in chat."""


def plan(scene: Scene, due: int | None) -> int | None:
    """Keep what is planned, unless the interval became so short that it would not wait that long."""
    section = scene.rules.rain
    if not _is_on(section):
        return None
    if due is not None and due <= scene.at + _LATEST * section.interval_minutes * MINUTE_US:
        return due
    return _next(scene, _chance(scene))


def run(scene: Scene, due: int) -> int | None:
    """Let it rain on who is here and paid. What was missed meanwhile is not made up for, and an empty room stays dry."""
    section = scene.rules.rain
    if not _is_on(section):
        return None
    chance = _chance(scene)
    coins = chance.randint(min(section.min_amount, section.max_amount), section.max_amount)
    after = _next(scene, chance)
    viewers = [viewer for viewer in scene.here() if scene.is_paid(viewer)]
    if viewers:
        _fall(scene, viewers, str(due // 1_000), coins)
    return after


def told_by(section: Rain, viewers: int) -> Literal["pm", "chat", "none"]:
    """Give how so many viewers are told."""
    if section.notify != "auto":
        return section.notify
    return "pm" if viewers <= _FEW and section.pm_notification else "chat"


def _fall(scene: Scene, viewers: list[Viewer], rain_id: str, coins: int) -> None:
    boost, told = rain_boost(scene), told_by(scene.rules.rain, len(viewers))
    ranks, bonus_of, paid = scene.rules.ranks, dict[int, int](), []
    for viewer in viewers:
        place = standing(scene.careers.of(viewer.user), ranks.ladder)
        if place not in bonus_of:
            bonus_of[place] = perks(place, ranks).rain_bonus_percent
        bonus = bonus_of[place]
        metadata = explained(coins, boost)
        if bonus:
            metadata = {"base": coins, **(metadata or {}), "rank_bonus_percent": bonus}
        drop = Drop(
            channel=scene.channel,
            user=viewer.user,
            name=viewer.name,
            rain=rain_id,
            coins=coins,
            at=scene.now,
            cause=scene.cause,
            factor=boost.factor,
            bonus_percent=bonus,
            metadata=metadata,
            told=told == "pm",
        )
        paid += [scene.payroll.pay(award) or 0 for award in rain(drop, scene.rules)]
    if told == "chat":
        robot = scene.rules.bot.username
        key = f"rain:{scene.channel}:{rain_id}"
        scene.say(key, "rain", count=len(viewers), amount=sum(paid), per_user=min(paid), sender=robot, user=robot)


def _is_on(section: Rain) -> bool:
    return section.enabled and section.max_amount > 0


def _chance(scene: Scene) -> random.Random:
    """Give what is drawn by: the same for the same event, and known to nobody before it."""
    return random.Random(f"{scene.cause}:{scene.channel}:rain")  # noqa: S311 - it need not be secret, only unknown before its event


def _next(scene: Scene, chance: random.Random) -> int:
    minutes = max(1.0, scene.rules.rain.interval_minutes * chance.uniform(_SOONEST, _LATEST))
    return scene.at + round(minutes * MINUTE_US)
