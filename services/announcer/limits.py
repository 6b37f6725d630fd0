"""What the configuration says of how one channel's voice speaks."""

from dataclasses import dataclass

from libs.common.config import Rules


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a line may be, how many may be said, and what is kept back for how long."""

    message_units: int
    burst: int
    per_second: float
    pacing: bool = True
    hold_seconds: float = 300.0
    """For a robot that is away."""
    batch_seconds: float = 2.0
    dedup_seconds: float = 30.0


def limits(rules: Rules) -> Limits:
    """Read them."""
    section = rules.announcer
    return Limits(
        message_units=section.message_limit_characters,
        burst=section.burst,
        per_second=section.per_second,
        pacing=section.pacing,
        hold_seconds=section.hold_minutes * 60,
        batch_seconds=section.batch_seconds,
        dedup_seconds=section.dedup_seconds,
    )
