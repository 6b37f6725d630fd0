"""What earning is asked: one file to a verb. `quiet`, `why` and `attendance` have doors of their own; the others stand here."""

from typing import Any, Final

from libs.common.owner import Verb
from services.earning.verbs.like import VERB as LIKE

VERBS: Final[tuple[Verb[Any], ...]] = (LIKE,)
