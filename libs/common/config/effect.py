"""Keys that are accepted and change nothing: what was never of use, and what waits for rules that are not built yet."""

from collections.abc import Iterator
from typing import Any, Final

from pydantic import BaseModel

NOT_BUILT: Final = (
    "gambling.blackjack",
    "gambling.heist",
    "gambling.race",
    "gambling.spectacle_cooldown_seconds",
    "gambling.trivia",
    "mediacms",
    "spending.force_play_now",
    "spending.force_play_requires_admin",
    "spending.interrupt_play_next",
    "vanity_shop.channel_gif",
    "vanity_shop.custom_title",
)
"""Kept and published; nothing reads them yet."""

WITHOUT_EFFECT: Final = {
    "balance_maintenance.decay.enabled": "mode alone decides",
    "chat_jitter": "announcer.burst and announcer.per_second pace what is said",
    "chat_min_delay": "announcer.burst and announcer.per_second pace what is said",
    "content_triggers.present_at_event_start": "use presence_bonus of the event itself",
    "gambling.race.commentary.max_lines_per_race": "what is said in chat is paced by the announcer",
    "gambling.race.random_events": "they belonged to an older form of the race",
    "handler_timeout": "messages are handled one after another, and none is given up",
    "max_concurrent_handlers": "messages are handled one after another",
    "presence.posting_interval_minutes": "every minute has an entry of its own",
    "retention.inactivity_nudge": "CyTube carries no message to who is not there",
    "retry_attempts": "what may pass is tried again until it does",
    "retry_delay": "what may pass is tried again with a growing delay",
    "service.enable_discovery": "services announce themselves by lifecycle messages only",
    "service.enable_lifecycle": "every service announces itself",
    "service.health_path": "it is /health",
    "service.health_port": "metrics.port is used",
    "service.name": "our services have names of their own",
    "service.metrics_path": "it is /metrics",
    "service.metrics_port": "metrics.port is used",
    "service.version": "it is the program's own",
    "metrics.health_path": "it is /health",
    "metrics.metrics_path": "it is /metrics",
    "social_triggers.greeted_newcomer.bot_joins_excluded": "robots and ignored users are never greeted for coins",
    "tipping.self_tip_blocked": "nobody can ever tip themselves",
    "vanity_shop.chat_color.palette": "any color that can be read may be bought",
}
"""Keys without effect, and why."""


def is_built(key: str) -> bool:
    """Tell whether the rules for a key, or for the section it stands in, are there."""
    return not any(key == waiting or key.startswith(f"{waiting}.") for waiting in NOT_BUILT)


def reason(key: str) -> str | None:
    """Tell why a key, or the section it stands in, has no effect; None if it has one, or will have."""
    parts = key.split(".")
    return next((found for length in range(1, len(parts) + 1) if (found := WITHOUT_EFFECT.get(".".join(parts[:length])))), None)


def idle(settings: BaseModel, usual: BaseModel) -> Iterator[str]:
    """Give a remark for each key that was changed from its usual value in vain."""
    for key, why in WITHOUT_EFFECT.items():
        if _at(settings, key) != _at(usual, key):
            yield f"{key}: has no effect: {why}"
    if waiting := [key for key in NOT_BUILT if _at(settings, key) != _at(usual, key)]:
        yield f"{', '.join(waiting)}: kept, but the rules are not built yet"


def _at(section: BaseModel, key: str) -> Any:
    value: Any = section
    for part in key.split("."):
        value = getattr(value, part)
    return value
