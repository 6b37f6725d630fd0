"""`chat.laugh_received`: others laugh about one's line."""

from collections.abc import Iterator

from libs.common.config import Rules
from services.earning.chat.line import Line
from services.earning.pay.awards import Award
from services.earning.pay.caps import HOUR_US, Cap

TRIGGER = "chat.laugh_received"


def laugh_received(line: Line, rules: Rules) -> Iterator[Award]:
    """Pay whoever told the joke, once for each who laughs about it, so many for one joke."""
    section, joke = rules.chat_triggers.laugh_received, line.joke
    if section.enabled and section.max_laughers_per_joke and joke is not None:
        laughers = Cap(TRIGGER, section.max_laughers_per_joke, scope=joke.id, keep_us=HOUR_US)
        laugher = Cap(f"{TRIGGER}.by", 1, line.speaker.user, scope=joke.id, keep_us=HOUR_US)
        reason = f"Made {line.speaker.name} laugh"
        yield line.award(TRIGGER, section.reward_per_laugher, reason, to=joke.teller, caps=(laugher, laughers))
