"""Which words of viewers' own are taken; `services.shop.wording` has made them harmless before."""

import re
from typing import Final

from libs.common.config import Rules, fill
from libs.common.contracts.owners import Declined
from services.shop.wording import SAID_UNITS_MAX, units

GREETING_MAX: Final = 200
NAME_MAX: Final = 30
_NAME: Final = re.compile(r"[\w '\-]+")


def bad_greeting(text: str, user: str, rules: Rules) -> Declined | None:
    """Say why a greeting is not taken: with the words the operator put around it, it must fit into one line."""
    beyond = units(fill(rules.announcements.templates.greeting, greeting=text, user=user)) - SAID_UNITS_MAX
    return _unfit(text, GREETING_MAX if beyond <= 0 else max(min(GREETING_MAX, len(text) - beyond), 0))


def bad_name(text: str) -> Declined | None:
    """Say why a name for the coin is not taken: it has letters, digits, blanks, and a few signs that stand in names."""
    return _unfit(text, NAME_MAX) or (None if _NAME.fullmatch(text) else Declined(code="bad_name"))


def _unfit(text: str, longest: int) -> Declined | None:
    if not text:
        return Declined(code="no_text")
    return Declined(code="text_long", values={"limit": longest}) if len(text) > longest else None
