"""`social.bot_interaction`: getting an answer out of the robot in the room."""

from collections.abc import Iterator

from libs.common.config import Rules
from services.earning.chat.line import Answer
from services.earning.pay.awards import Award
from services.earning.pay.caps import Cap

TRIGGER = "social.bot_interaction"


def bot_interaction(answer: Answer, rules: Rules) -> Iterator[Award]:
    """Pay whoever is answered, so often a day."""
    section = rules.social_triggers.bot_interaction
    if section.enabled and section.max_per_day:
        cap = Cap(TRIGGER, section.max_per_day, answer.speaker.user, scope=answer.date)
        yield answer.award(TRIGGER, section.reward, "An answer from the robot", caps=(cap,))
