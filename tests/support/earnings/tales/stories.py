"""Some lives worth comparing, each under figures of its own."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.support.earning_stage import settings
from tests.support.earnings.tales.life import IGNORED, Plot, configured
from tests.support.script import Script

RULES: dict[str, Any] = {"ignored_users": [IGNORED], "rain": {"enabled": False}}
"""The defaults, but for the rain, whose coins are drawn."""
PRIZES = [
    {"id": "talker", "condition": {"type": "daily_threshold", "field": "messages_sent", "threshold": 12}, "reward": 20},
    {"id": "writer", "condition": {"type": "daily_threshold", "field": "long_messages", "threshold": 3}, "reward": 7},
    {"id": "friend", "condition": {"type": "daily_top", "field": "kudos_given"}, "reward": 11},
    {"id": "loved", "condition": {"type": "daily_top", "field": "kudos_received"}, "reward": 13},
    {"id": "funny", "condition": {"type": "daily_top", "field": "laughs_received"}, "reward": 17},
    {"id": "pictures", "condition": {"type": "daily_threshold", "field": "gifs_posted", "threshold": 1}, "reward": 5},
    {"id": "faces", "condition": {"type": "daily_threshold", "field": "unique_emotes_used", "threshold": 3}, "reward": 6},
    {"id": "caller", "condition": {"type": "daily_top", "field": "bot_interactions"}, "reward": 3},
    {"id": "sitter", "condition": {"type": "daily_top", "field": "minutes_present"}, "reward": 23},
    {"id": "lively", "condition": {"type": "daily_top", "field": "minutes_active"}, "reward": 29},
    {"id": "rich", "condition": {"type": "daily_top", "field": "z_earned"}, "reward_percent_of_earnings": 25, "max_reward": 150},
]
HAPPY_HOURS = [
    {"name": "Premiere", "cron": "0 20 * * *", "duration_hours": 2, "multiplier": 3, "presence_bonus": 100},
    {"name": "Late show", "cron": "30 21 * * 0,6", "duration_hours": 1.5, "multiplier": 1.25, "presence_bonus": 9,
     "presence_bonus_mode": "per_user", "timezone": "America/New_York"},
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Story:
    """A life, and the figures it is paid by."""

    name: str
    plot: Plot
    rules: dict[str, Any] = field(default_factory=dict)

    def tell(self) -> Script:
        """Give it as the robot tells it."""
        return configured(self.plot, settings(RULES | self.rules))


STORIES = (
    Story("an evening", Plot(1, datetime(2026, 11, 24, 19, 30, tzinfo=UTC), hours=4.5, acts_per_hour=130)),
    Story(
        "a morning with odd figures",
        Plot(2, datetime(2026, 12, 25, 9, tzinfo=UTC), hours=4, acts_per_hour=130),
        {
            "economy": {"timezone": "Asia/Kolkata"},
            "presence": {
                "base_rate_per_minute": 0.7,
                "active_bonus_per_minute": 2,
                "afk_threshold_minutes": 3,
                "join_debounce_minutes": 4,
                "hourly_milestones": {1: 7, 2: 25},
                "night_watch": {"hours": [15, 17], "multiplier": 1.15},
            },
            "onboarding": {"welcome_wallet": 0, "min_account_age_minutes": 9, "min_messages_to_earn": 2},
            "chat_triggers": {
                "long_message": {"min_chars": 12, "reward": 3, "max_per_hour": 2},
                "laugh_received": {"max_laughers_per_joke": 2, "joke_window_seconds": 20},
                "kudos_received": {"max_per_hour_same_pair": 1, "max_given_per_day": 4},
                "conversation_starter": {"min_silence_minutes": 1, "reward": 4},
            },
            "content_triggers": {
                "comment_during_media": {"reward_per_message": 0.375, "max_per_item_base": 2},
                "survived_full_media": {"min_presence_percent": 60},
                "first_after_media_change": {"window_seconds": 90},
            },
            "social_triggers": {"mentioned_by_other": {"max_per_hour_same_user": 1}, "bot_interaction": {"max_per_day": 1}},
            "multipliers": {"high_population": {"min_users": 7, "multiplier": 1.1}, "max_combined": 3.1},
        },
    ),
    Story(
        "a weekend on which clocks are put back",
        Plot(3, datetime(2026, 10, 24, 16, tzinfo=UTC), hours=36, acts_per_hour=20, viewers=8, open_hours=range(14, 24), sleepers=2),
        {
            "economy": {"timezone": "Europe/Berlin"},
            "multipliers": {"combine": "add", "scheduled_events": HAPPY_HOURS, "high_population": {"min_users": 5}},
            "daily_competitions": PRIZES,
            "balance_maintenance": {"run_at": "02:30", "interest": {"daily_rate": 0.02, "max_daily_interest": 37}},
            "retention": {"welcome_back": {"days_absent": 1, "bonus": 33}},
        },
    ),
    Story(
        "nine quiet days",
        Plot(8, datetime(2026, 3, 2, 18, tzinfo=UTC), hours=24 * 9 - 2, acts_per_hour=24, viewers=6, open_hours=(18, 19)),
        {
            "economy": {"timezone": "America/New_York"},
            "streaks": {
                "weekend_weekday_bridge": {"week_starts_on": "monday"},
                "daily": {"min_presence_minutes": 20, "rewards": {2: 5, 4: 9}},
            },
            "multipliers": {"combine": "max", "scheduled_events": HAPPY_HOURS, "applies_to": ["presence.", "chat."]},
            "daily_competitions": PRIZES,
            "retention": {"welcome_back": {"days_absent": 2}},
        },
    ),
)
