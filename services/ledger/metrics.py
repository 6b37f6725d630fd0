"""What the ledger counts for its operators."""

from collections.abc import Mapping
from typing import Final

from prometheus_client import Counter, Gauge

from libs.common.contracts.base import Contract
from libs.common.contracts.ledger import Outcome

KEPT: Final = "kept"
REPEATED: Final = "repeated"

POSTINGS: Final = Counter("economy_ledger_postings", "Postings kept.", ["channel", "caller"])
REPETITIONS: Final = Counter(
    "economy_ledger_repeated", "Postings that had been kept or refused before under their key.", ["channel", "caller"]
)
REJECTS: Final = Counter("economy_ledger_rejects", "Postings refused.", ["channel", "caller", "reason"])
EXPIRED: Final = Counter("economy_ledger_holds_expired", "Holds that went back at their deadline.", ["channel"])
UNPUBLISHED: Final = Gauge("economy_ledger_unpublished", "Numbers committed and not yet in the transactions.")
UNSEALED: Final = Gauge("economy_ledger_unsealed", "Numbers committed and not yet under a seal.")
_DONE: Final = b'{"ok":true'


def outcome(answer: Contract | bytes) -> str:
    """Say in a word what came of a posting: `KEPT`, `REPEATED`, or why it was refused."""
    if isinstance(answer, bytes) and answer.startswith(_DONE):
        return KEPT
    told = Outcome.model_validate_json(answer) if isinstance(answer, bytes) else answer
    return told.refusal if isinstance(told, Outcome) and told.refusal is not None else REPEATED


def count(channel: str, caller: str, outcomes: Mapping[str, int]) -> None:
    """Count what was committed, by outcome."""
    for outcome_, times in outcomes.items():
        if not times:
            continue
        if outcome_ == KEPT:
            POSTINGS.labels(channel, caller).inc(times)
        elif outcome_ == REPEATED:
            REPETITIONS.labels(channel, caller).inc(times)
        else:
            REJECTS.labels(channel, caller, outcome_).inc(times)
