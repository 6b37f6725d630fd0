"""What somebody has reached: rank, streak, badges, and what is still ahead."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from libs.common.contracts.earning.careers import Ahead, BadgesAnswer, CareerAnswer, Earned
from libs.common.contracts.owners import Asked
from libs.common.names import fold
from libs.common.owner import Verb
from services.earning.achievements.awarding import title
from services.earning.achievements.measures import progress
from services.earning.people.career import Career
from services.earning.ranks.standing import standing
from services.earning.scene import Scene
from services.earning.store.badges import Badges
from services.earning.times import moment
from services.earning.verbs.serving import question


def tell_career(scene: Scene, asked: Asked) -> CareerAnswer:
    """Tell somebody's way so far."""
    career, ladder = scene.careers.of(fold(asked.user)), scene.rules.ranks.ladder
    tier = standing(career, ladder)
    return CareerAnswer(
        rank=ladder[tier].name,
        tier=tier,
        given=career.tier_set is not None,
        messages=career.messages,
        minutes=career.minutes,
        streak=_streak(career, scene.today),
        longest_streak=career.longest_streak,
        badges=len(Badges(scene.unit.db).of(scene.channel, career.user)),
    )


def tell_badges(scene: Scene, asked: Asked) -> BadgesAnswer:
    """Tell somebody's badges, and the others there are; of hidden ones only how many."""
    career = scene.careers.of(fold(asked.user))
    career = replace(career, streak=_streak(career, scene.today))
    earned = Badges(scene.unit.db).of(scene.channel, career.user)
    has = {badge.id for badge in earned}
    left = [each for each in scene.rules.achievements if each.id not in has]
    return BadgesAnswer(
        earned=[Earned(id=badge.id, words=badge.words, coins=badge.coins, at=moment(badge.at)) for badge in earned],
        ahead=[
            Ahead(words=title(each), now=progress(career, each), needed=float(each.condition.threshold), coins=each.reward)
            for each in left
            if not each.hidden
        ],
        hidden=sum(each.hidden for each in left),
    )


def _streak(career: Career, today: str) -> int:
    """Give the days in a row that can still go on. Their last may be ahead of today: the time zone may have been another."""
    yesterday = (date.fromisoformat(today) - timedelta(days=1)).isoformat()
    return career.streak if (career.streak_date or "") >= yesterday else 0


CAREERS: Final[tuple[Verb[Any], ...]] = (question("career", Asked, tell_career), question("badges", Asked, tell_badges))
