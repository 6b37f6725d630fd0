"""The whole configuration: what the rules need (published to all), and what only the process at this file needs."""

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from libs.common.config.announcements import Announcements
from libs.common.config.circulation import BalanceMaintenance, Inflation, Rain
from libs.common.config.connection import Channel, Database, LogLevel, Metrics, Nats, Service, StreamBounds, StreamName
from libs.common.config.digest import Digest
from libs.common.config.economy import Bot, Currency, Economy, Eligibility
from libs.common.config.exchange import Bounties, Tipping
from libs.common.config.gambling import Gambling
from libs.common.config.goals import Achievement, Competition
from libs.common.config.multipliers import Multipliers
from libs.common.config.onboarding import Onboarding
from libs.common.config.presence import Presence
from libs.common.config.ranks import Ranks
from libs.common.config.section import EMPTY, Remark, Section, twice
from libs.common.config.shop import CytubePromotion, MediaCms, Spending, VanityShop
from libs.common.config.streaks import Retention, Streaks
from libs.common.config.triggers import ChatTriggers, ContentTriggers, SocialTriggers
from libs.common.config.voice import Admin, Announcer, Commands
from libs.common.names import fold


class Rules(Section):
    """What the economy goes by. Every service gets it whole in a `Configuration` event."""

    economy: Economy = Economy()
    currency: Currency = Currency()
    bot: Bot = Bot()
    ignored_users: tuple[str, ...] = ()
    """Who the economy does not see, in any casing: other bots."""
    eligibility: Eligibility = Eligibility()
    onboarding: Onboarding = Onboarding()
    presence: Presence = Presence()
    admin: Admin = Admin()
    commands: Commands = Commands()
    announcer: Announcer = Announcer()
    announcements: Announcements = Announcements()
    ranks: Ranks = Ranks()
    streaks: Streaks = Streaks()
    retention: Retention = Retention()
    chat_triggers: ChatTriggers = ChatTriggers()
    content_triggers: ContentTriggers = ContentTriggers()
    social_triggers: SocialTriggers = SocialTriggers()
    multipliers: Multipliers = Multipliers()
    rain: Rain = Rain()
    achievements: tuple[Achievement, ...] = ()
    """Badges. Each with `id`, `description`, `condition` (`type`, `threshold`), `reward` and `hidden`."""
    daily_competitions: tuple[Competition, ...] = ()
    """Prizes for the day that ended. Each with `id`, `description`, `condition` (`type`, `field`, `threshold`), `reward` or
    `reward_percent_of_earnings`, and `hidden`."""
    balance_maintenance: BalanceMaintenance = BalanceMaintenance()
    inflation: Annotated[Inflation, EMPTY] = Inflation()
    gambling: Gambling = Gambling()
    tipping: Tipping = Tipping()
    bounties: Bounties = Bounties()
    spending: Spending = Spending()
    mediacms: MediaCms = MediaCms()
    vanity_shop: VanityShop = VanityShop()
    cytube_promotion: CytubePromotion = CytubePromotion()
    digest: Digest = Digest()

    @model_validator(mode="after")
    def _first_after_media_change(self) -> Self:
        """Take a trigger from where the older program's example has it, unless it also stands where it belongs."""
        found = self.chat_triggers.first_after_media_change
        if found is not None and "first_after_media_change" not in self.content_triggers.model_fields_set:
            self.__dict__["content_triggers"] = self.content_triggers.model_copy(update={"first_after_media_change": found})
        return self

    @cached_property
    def outsiders(self) -> frozenset[str]:
        """The folded names that have no part in the economy: the robot's, and those of `ignored_users`."""
        return frozenset(fold(name) for name in (self.bot.username, *self.ignored_users))

    def advice(self) -> Iterator[Remark]:
        if self.chat_triggers.first_after_media_change is not None:
            yield "chat_triggers.first_after_media_change", "belongs under content_triggers"
        promotion, names = self.cytube_promotion, [tier.name for tier in self.ranks.tiers]
        if promotion.enabled and promotion.purchasable and promotion.min_rank not in names:
            yield "cytube_promotion.min_rank", f"{promotion.min_rank} is none of the ranks: nobody can buy it"
        for key in ("achievements", "daily_competitions"):
            yield from twice(key, (each.id for each in getattr(self, key)), "the second is never paid")


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
    """The channels kryten-robot is in. Each has an economy of its own."""
    service: Service = Service()
    metrics: Annotated[Metrics, EMPTY] = Metrics()
    log_level: Annotated[LogLevel, BeforeValidator(level)] = "INFO"
    """How much the services write down: DEBUG, INFO, WARNING, ERROR or CRITICAL."""
    database: Database = Database()
    streams: dict[StreamName, StreamBounds] = {}
    """How much each stream keeps, where that shall differ from what we chose. `kryten-economy provision` tells what there is."""

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
