"""Awards badges: once each, with their coins, in the transaction of what reached them."""

from libs.common.config.goals import Achievement
from services.earning.achievements.measures import has, reached
from services.earning.notices import badge
from services.earning.pay.awards import REASON_MAX, Award
from services.earning.people.career import Career
from services.earning.people.viewer import Viewer
from services.earning.scene import Scene
from services.earning.store.badges import Badge, Badges


def award(scene: Scene, before: Career, career: Career) -> None:
    """Award what somebody has reached.

    Under another configuration all is looked at: a new achievement is for those who have reached it already, too. What was reached before
    anybody ever looked (by an older version, by an import) is a badge and no more: it must not make thousands of coins at once.
    """
    configured = scene.rules.achievements
    if not configured:
        return
    due = list(reached(before, career, configured, anew=before.checked != scene.version))
    if not due:
        return
    badges = Badges(scene.unit.db)
    due = [each for each in due if not badges.has(scene.channel, career.user, each.id)]
    viewer = scene.store.viewer(scene.channel, career.user) if due else None
    if viewer is None or not scene.is_paid(viewer):
        return
    for achievement in due:
        old = before.tier_name is None and has(before, achievement)
        coins = 0 if old else achievement.reward
        badges.add(scene.channel, Badge(viewer.user, achievement.id, title(achievement), coins, scene.at))
        if not old:
            _pay(scene, viewer, achievement)


def title(achievement: Achievement) -> str:
    """Give what an achievement is called."""
    return achievement.description or achievement.id


def _pay(scene: Scene, viewer: Viewer, achievement: Achievement) -> None:
    key, words = f"ach:{scene.channel}:{viewer.user}:{achievement.id}", title(achievement)
    if achievement.reward:
        scene.payroll.pay(
            Award(
                user=viewer.user,
                name=viewer.name,
                key=key,
                type="achievement",
                trigger=f"achievement.{achievement.id}",
                amount=achievement.reward,
                at=scene.now,
                reason=f"Badge: {words[:REASON_MAX]}",
                cause=scene.cause,
            )
        )
    scene.tell(key, viewer.user, viewer.name, badge(words, achievement.reward, scene.rules.currency))
    scene.say(f"badge:{key}", "achievement", user=viewer.name, badge=words)
