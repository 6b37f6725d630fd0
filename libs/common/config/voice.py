"""How commands are taken, who may give orders, and how the robot speaks."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from libs.common.config.section import Seconds, Section


class Admin(Section):
    """Who may do everything."""

    owner_level: Annotated[int, Field(ge=1)] = 4
    """CyTube rank from which on somebody is an administrator: 2 moderator, 3 administrator, 4 owner, 5 founder."""

    def advice(self) -> Iterator[tuple[str, str]]:
        if self.owner_level == 1:
            yield "owner_level", "is 1: every registered viewer may issue coins"


class Commands(Section):
    """How many commands somebody may give, and how old one may be."""

    rate_limit_per_minute: Annotated[int, Field(ge=0)] = 10
    """So many for one viewer within a minute. Administrators are exempt."""
    max_age_seconds: Seconds = 900
    """A PM older than this (after an outage) that would move coins has no effect, and its sender is told."""

    def advice(self) -> Iterator[tuple[str, str]]:
        if not self.rate_limit_per_minute:
            yield "rate_limit_per_minute", "is 0: only administrators will be answered"


class Announcer(Section):
    """How much the robot says at once: CyTube drops what comes too fast or is too long."""

    pacing: bool = True
    """Whether it waits between messages at all; false only for measurements."""
    message_limit_characters: Annotated[int, Field(ge=40, le=320)] = 300
    """Longer messages are split, in UTF-16 units, as CyTube counts. It cuts at 320."""
    burst: Annotated[int, Field(ge=1, le=1000)] = 15
    """Messages at once after a silence."""
    per_second: Annotated[float, Field(gt=0, le=1000)] = 8
    """Messages a second after that."""
    hold_minutes: Annotated[float, Field(ge=0, le=10)] = 5
    """How long what cannot be said is kept while the robot is away; the queue itself forgets after ten minutes."""
    batch_seconds: Annotated[float, Field(ge=0, le=60)] = 2
    """Public lines of one kind that come within so long of each other are said as one."""
    dedup_seconds: Annotated[float, Field(ge=0, le=3600)] = 30
    """The same public line is not said twice within so long."""
