"""What the ledger counts for its operators."""

import json
from typing import Final

from prometheus_client import Counter, Gauge

from libs.common.contracts.base import Contract
from libs.common.contracts.ledger import Outcome

POSTINGS: Final = Counter("economy_ledger_postings", "Postings kept.", ["channel", "caller"])
REPEATED: Final = Counter(
    "economy_ledger_repeated", "Postings that had been kept or refused before under their key.", ["channel", "caller"]
)
REJECTS: Final = Counter("economy_ledger_rejects", "Postings refused.", ["channel", "caller", "reason"])
EXPIRED: Final = Counter("economy_ledger_holds_expired", "Holds that went back at their deadline.", ["channel"])
UNPUBLISHED: Final = Gauge("economy_ledger_unpublished", "Numbers committed and not yet in the transactions.")
UNSEALED: Final = Gauge("economy_ledger_unsealed", "Numbers committed and not yet under a seal.")
_DONE: Final = b'{"ok":true'


def count(channel: str, caller: str, kept: int, repeated: int, refused: dict[str, int]) -> None:
    """Count what was committed."""
    if kept:
        POSTINGS.labels(channel, caller).inc(kept)
    if repeated:
        REPEATED.labels(channel, caller).inc(repeated)
    for reason, times in refused.items():
        REJECTS.labels(channel, caller, reason).inc(times)


def count_answer(channel: str, caller: str, answer: Contract | bytes) -> None:
    """Count the outcome of one posting."""
    if isinstance(answer, bytes) and answer.startswith(_DONE):
        POSTINGS.labels(channel, caller).inc()
        return
    outcome = Outcome.model_validate(json.loads(answer)) if isinstance(answer, bytes) else answer
    if isinstance(outcome, Outcome) and outcome.refusal is not None:
        REJECTS.labels(channel, caller, outcome.refusal).inc()
    else:
        REPEATED.labels(channel, caller).inc()
