"""What ingest counts."""

from typing import Final

from prometheus_client import Counter, Gauge

from libs.common.contracts.events import Event, Ignored

EVENTS: Final = Counter("economy_ingest_events", "Events written, by kind; of ignored ones also why", ("kind", "reason"))
FOREIGN: Final = Counter("economy_ingest_foreign", "Messages of another CyTube server or an unknown channel, passed over")
UNREADABLE: Final = Counter("economy_ingest_unreadable", "Messages that could not be understood")
LAG: Final = Gauge("economy_ingest_lag", "Raw messages that have no event yet")
ROBOT: Final = Gauge("economy_ingest_robot_connected", "Whether the channel's robot is in its room", ("channel",))

TAKEN: Final = ("join", "leave", "pm", "chat", "media")


def count(event: Event) -> None:
    """Count an event that is stored."""
    reason = event.reason if isinstance(event, Ignored) else ""
    EVENTS.labels(event.kind, reason).inc()
    if reason == "foreign":
        FOREIGN.inc()
    if event.kind == "unreadable":
        UNREADABLE.inc()


def taken() -> int:
    """Give how many joins, leaves, PMs, chat lines and media changes there were: what the older program called events processed."""
    samples = (sample for family in EVENTS.collect() for sample in family.samples)
    return int(sum(sample.value for sample in samples if sample.name.endswith("_total") and sample.labels["kind"] in TAKEN))
