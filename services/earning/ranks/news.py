"""The public line on a rank, not too often: who has to wait is told of with the next ones, on the same day."""

from typing import Final

from services.earning.ranks.slots import Risen, after, slot
from services.earning.scene import Scene
from services.earning.store.plans import Plans
from services.earning.store.ranks import RankNews

JOB: Final = "rank_news"


def spread(scene: Scene, user: str, name: str, tier: int, rank: str) -> None:
    """Have the room told, with the next event if it may be."""
    news, plans, today = RankNews(scene.unit.db), Plans(scene.unit.db), scene.today
    news.add(scene.channel, Risen(user, name, tier, rank, today))
    due = slot(news.said(scene.channel), tier, scene.at, today)
    planned = plans.all(scene.channel).get(JOB)
    if planned is None or due < planned:
        plans.keep(scene.channel, JOB, due)


def plan(_scene: Scene, due: int | None) -> int | None:
    """Leave it as it is under another configuration."""
    return due


def tell(scene: Scene, _due: int) -> None:
    """Tell of all who wait; the announcer says those of one rank as one."""
    news, today = RankNews(scene.unit.db), scene.today
    told = [risen for risen in news.take(scene.channel) if risen.date == today]
    for risen in told:
        scene.say(f"rank_up:{scene.channel}:{risen.user}:{risen.tier}:{scene.cause}", "rank_up", user=risen.name, rank=risen.rank)
    if told:
        news.say(scene.channel, after(news.said(scene.channel), told, scene.at, today))
