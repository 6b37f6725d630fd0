"""`chat.kudos_received`: somebody wrote one's name with `++`."""

from collections.abc import Iterator

from libs.common.config import Rules
from services.earning.chat.line import Line
from services.earning.pay.awards import Award
from services.earning.pay.caps import HOUR_US, Cap

TRIGGER = "chat.kudos_received"


def kudos_received(line: Line, rules: Rules) -> Iterator[Award]:
    """Pay everybody who is praised, within what one viewer may give to another in an hour, and to all on a day."""
    section, giver = rules.chat_triggers.kudos_received, line.speaker
    if section.enabled:
        for person in line.praised:
            pair = Cap(f"{TRIGGER}.{giver.user}", section.max_per_hour_same_pair, person.user, window_us=HOUR_US)
            given = Cap(f"{TRIGGER}.given", section.max_given_per_day, giver.user, scope=line.date)
            yield line.award(TRIGGER, section.reward, f"Kudos from {giver.name}", to=person, caps=(pair, given))
