"""What earning is asked: one file to a verb. `quiet`, `why` and `attendance` have doors of their own; the others stand here."""

from typing import Any, Final

from libs.common.owner import Verb
from services.earning.verbs import events
from services.earning.verbs.career import CAREERS
from services.earning.verbs.like import VERB as LIKE
from services.earning.verbs.rain import VERB as RAIN
from services.earning.verbs.set_rank import VERB as SET_RANK
from services.earning.verbs.tallies import VERB as TALLIES

VERBS: Final[tuple[Verb[Any], ...]] = (LIKE, RAIN, *CAREERS, SET_RANK, TALLIES, *events.VERBS)
