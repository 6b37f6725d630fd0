"""`social.mentioned_by_other`: one's name in somebody else's line."""

from collections.abc import Iterator

from libs.common.config import Rules
from services.earning.chat.line import Line
from services.earning.pay.awards import Award
from services.earning.pay.caps import HOUR_US, Cap

TRIGGER = "social.mentioned_by_other"


def mentioned_by_other(line: Line, rules: Rules) -> Iterator[Award]:
    """Pay everybody who is named, so often an hour by one and the same viewer."""
    section = rules.social_triggers.mentioned_by_other
    if section.enabled and section.max_per_hour_same_user:
        for person in line.named:
            cap = Cap(f"{TRIGGER}.{line.speaker.user}.{person.user}", section.max_per_hour_same_user, person.user, window_us=HOUR_US)
            yield line.award(TRIGGER, section.reward, f"Mentioned by {line.speaker.name}", to=person, caps=(cap,))
