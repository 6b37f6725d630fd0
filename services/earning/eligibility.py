"""Who may earn."""

from libs.common.config import Rules
from libs.common.names import is_valid


def admits(user: str, rank: float | None, rules: Rules) -> bool:
    """Tell whether somebody has a part in the economy: a person CyTube knows by name, not the robot, not ignored, of enough rank.

    An unknown rank is not enough: whoever it is earns nothing yet.
    """
    return rank is not None and rank >= rules.eligibility.min_cytube_rank and user not in rules.outsiders and is_valid(user)


def too_new(first_seen_for_us: int, messages: int, rules: Rules) -> bool:
    """Tell whether somebody is still to be known better before money is paid; what passes until then is counted, never paid later."""
    onboarding = rules.onboarding
    return first_seen_for_us < onboarding.min_account_age_minutes * 60_000_000 or messages < onboarding.min_messages_to_earn
