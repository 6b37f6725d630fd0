"""The whole configuration: what the rules need (published to all), and what only the process at this file needs."""

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, field_validator

from libs.common.config.announcements import Announcements
from libs.common.config.connection import Channel, Database, LogLevel, Metrics, Nats, Service, StreamBounds, StreamName
from libs.common.config.economy import Bot, Currency, Economy, Eligibility
from libs.common.config.onboarding import Onboarding
from libs.common.config.presence import Presence
from libs.common.config.ranks import Ranks
from libs.common.config.section import Section
from libs.common.config.voice import Admin, Announcer, Commands
from libs.common.names import fold

Later = dict[str, Any] | None
"""A section whose rules are not built yet: kept as it came. None: it is not there."""
LaterList = list[Any] | None
"""As `Later`, where the section is a list."""


class Rules(Section):
    """What the economy goes by. Every service gets it whole in a `Configuration` event."""

    economy: Economy = Economy()
    currency: Currency = Currency()
    bot: Bot = Bot()
    ignored_users: tuple[str, ...] = ()
    """Invisible to the economy, in any casing."""
    eligibility: Eligibility = Eligibility()
    onboarding: Onboarding = Onboarding()
    presence: Presence = Presence()
    admin: Admin = Admin()
    commands: Commands = Commands()
    announcer: Announcer = Announcer()
    announcements: Announcements = Announcements()
    ranks: Ranks = Ranks()

    achievements: LaterList = None
    balance_maintenance: Later = None
    bounties: Later = None
    chat_triggers: Later = None
    content_triggers: Later = None
    cytube_promotion: Later = None
    daily_competitions: LaterList = None
    digest: Later = None
    gambling: Later = None
    inflation: Later = None
    mediacms: Later = None
    multipliers: Later = None
    rain: Later = None
    retention: Later = None
    social_triggers: Later = None
    spending: Later = None
    streaks: Later = None
    tipping: Later = None
    vanity_shop: Later = None

    @field_validator(
        "achievements",
        "balance_maintenance",
        "bounties",
        "chat_triggers",
        "content_triggers",
        "cytube_promotion",
        "daily_competitions",
        "digest",
        "gambling",
        "mediacms",
        "multipliers",
        "rain",
        "retention",
        "social_triggers",
        "spending",
        "streaks",
        "tipping",
        "vanity_shop",
    )
    @classmethod
    def _not_empty(cls, value: object) -> object:
        if value is None:  # as in the older program, where only `inflation` and `metrics` may stand empty
            raise ValueError("keys under it, or not this line at all")
        return value

    @cached_property
    def outsiders(self) -> frozenset[str]:
        """The folded names that have no part in the economy: the robot's, and those of `ignored_users`."""
        return frozenset(fold(name) for name in (self.bot.username, *self.ignored_users))

    @property
    def later(self) -> list[str]:
        """The sections that are set, and that nothing reads yet."""
        kept = (name for name, field in Rules.model_fields.items() if field.annotation in {Later, LaterList})
        return [name for name in kept if getattr(self, name) is not None]


def _by_token(channels: tuple[Channel, ...]) -> tuple[Channel, ...]:
    """Refuse two channels that kryten's subjects would not tell apart.

    Raises ValueError.
    """
    seen: dict[str, Channel] = {}
    for channel in channels:
        if other := seen.get(channel.token):
            raise ValueError(f"channels that differ in subjects; {other.channel} and {channel.channel} are both {channel.token}")
        seen[channel.token] = channel
    return channels


def level(value: Any) -> Any:
    """Give a level by its standard name, whatever its case; Python's logging knows two of them by short names too."""
    if not isinstance(value, str):
        return value
    return {"WARN": "WARNING", "FATAL": "CRITICAL"}.get(value.upper(), value.upper())


class Settings(Rules):
    """The file, whole."""

    nats: Nats
    channels: Annotated[tuple[Channel, ...], Field(min_length=1)]
    service: Service = Service()
    metrics: Annotated[Metrics, BeforeValidator(lambda value: {} if value is None else value)] = Metrics()
    log_level: Annotated[LogLevel, BeforeValidator(level)] = "INFO"
    database: Database = Database()
    streams: dict[StreamName, StreamBounds] = {}
    """By the stream's name."""

    chat_jitter: Any = None
    chat_min_delay: Any = None
    handler_timeout: Any = None
    max_concurrent_handlers: Any = None
    retry_attempts: Any = None
    retry_delay: Any = None

    @field_validator("channels")
    @classmethod
    def _channels_differ(cls, channels: tuple[Channel, ...]) -> tuple[Channel, ...]:
        return _by_token(channels)

    def advice(self) -> Iterator[tuple[str, str]]:
        for key in ("chat_jitter", "chat_min_delay"):
            if key in self.model_fields_set:
                yield key, "has no effect; announcer.burst and announcer.per_second pace what is said"
        for key in ("handler_timeout", "max_concurrent_handlers", "retry_attempts", "retry_delay"):
            if key in self.model_fields_set:
                yield key, "has no effect"
        if self.later:
            yield ", ".join(self.later), "kept, but nothing reads it yet"
