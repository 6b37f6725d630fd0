"""What is shown over HTTP: the figures in Prometheus' form, and the older program's `/health`."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from services.analytics.figures import OLDER, OURS, Figure, gauge
from services.analytics.watch import Picture

LAST_BACKUP: Final = "last-backup"
"""The file in the state directory that a backup touches when it is done."""

Now = tuple[Picture, bool, float]
"""A picture, whether NATS is connected, and the uptime in seconds."""


class Figures(Collector):
    """Gives all figures of the moment to Prometheus' client, which writes and escapes them."""

    def __init__(self, look: Callable[[], Now], state_dir: Path) -> None:
        """Take what gives the moment (called from the scrape's thread), and where the last backup is noted."""
        self._look = look
        self._backup = state_dir / LAST_BACKUP

    def describe(self) -> Iterator[Metric]:
        """Say what there will be, without looking: at its registration nothing runs yet."""
        return (_family(figure) for figure in (*always(), *OLDER, *OURS))

    def collect(self) -> Iterator[Metric]:
        """Look, and give every figure."""
        picture, connected, uptime_seconds = self._look()
        if self._backup.exists():
            picture = replace(picture, backup_age_seconds=max(0.0, time.time() - self._backup.stat().st_mtime))
        for figure in (*always(connected=connected, uptime_seconds=uptime_seconds), *OLDER, *OURS):
            family = _family(figure)
            for labels, value in figure.samples(picture):
                family.add_metric(labels, value)
            yield family


def always(*, connected: bool = False, uptime_seconds: float = 0.0) -> tuple[Figure, ...]:
    """Give the figures that come from this process itself."""
    return (
        gauge("uptime_seconds", "Time since analytics started", lambda _: uptime_seconds),
        gauge("service_status", "Whether all services are ready", lambda picture: float(is_healthy(picture, connected))),
        gauge("nats_connected", "Whether analytics is connected to NATS", lambda _: float(connected)),
    )


def is_healthy(picture: Picture, connected: bool) -> bool:  # noqa: FBT001 - one of two things asked for
    """Tell whether every service is ready."""
    return connected and bool(picture.healths) and all(health is not None and health.ready for health in picture.healths.values())


def health(picture: Picture, connected: bool, uptime_seconds: float, channels: int) -> tuple[int, dict[str, Any]]:  # noqa: FBT001
    """Give status and body of `/health`, with the older program's keys; `problems` says what is wrong."""
    problems = [] if connected else ["NATS not connected"]
    for name, state in picture.healths.items():
        problems += [f"{name}: {problem}" for problem in (["does not answer"] if state is None else state.problems)]
    if connected and not picture.healths:
        problems.append("nobody was asked yet")
    good = is_healthy(picture, connected)
    body = {
        "service": "economy",
        "status": "healthy" if good else "degraded",
        "uptime_seconds": round(uptime_seconds, 2),
        "nats_connected": connected,
        "database": "connected" if picture.kept is not None and picture.money else "unavailable",
        "channels_configured": channels,
        "active_sessions": sum(picture.kept.present.values()) if picture.kept is not None else 0,
        "robots": _robots(picture),
        "problems": problems,
    }
    return (200 if good else 503), body


def _robots(picture: Picture) -> dict[str, str]:
    """Give for each channel whether its robot is `connected`, `away` or `unknown`, as ingest says."""
    ingest = picture.healths.get("ingest")
    told = {} if ingest is None else ingest.details.get("robots", {})
    return {channel: told.get(channel, "unknown") for channel in picture.channels}


def _family(figure: Figure) -> CounterMetricFamily | GaugeMetricFamily:
    kind = CounterMetricFamily if figure.kind == "counter" else GaugeMetricFamily
    return kind(figure.name, figure.help, labels=figure.labels)
