"""What is said to the whole room, and in which words."""

from typing import Annotated

from libs.common.config.section import Coins, Section
from libs.common.config.texts import Places


class Templates(Section):
    """The words of the public lines. What stands in braces is filled in; each line says what it knows."""

    queue: Annotated[str, Places("user", "title", "cost", "currency")] = "{user} put {title} into the queue for {cost} {currency}."
    """Somebody bought a place in the queue."""
    now_playing_credit: Annotated[str, Places("title", "user")] = "Now playing: {title}, thanks to {user}."
    """What somebody bought begins to play."""
    jackpot: Annotated[str, Places("user", "amount", "currency")] = "Jackpot! {user} takes {amount} {currency}."
    """A great win at the slots."""
    flip_win: Annotated[str, Places("user", "amount", "currency", "wager")] = "{user} called it right: {amount} {currency}."
    """A coin flip won."""
    free_spin_win: Annotated[str, Places("user", "amount", "currency")] = "{user} spun for free and won {amount} {currency}."
    """The daily free spin won."""
    challenge_win: Annotated[str, Places("winner", "loser", "amount", "currency")] = "{winner} beat {loser} and takes {amount} {currency}."
    """A duel is decided."""
    rank_up: Annotated[str, Places("user", "rank")] = "{user} is now {rank}!"
    """Somebody reached a rank."""
    streak: Annotated[str, Places("user", "days")] = "{user} has been here {days} days in a row!"
    """A long streak."""
    greeting: Annotated[str, Places("greeting", "user")] = "{greeting}"
    """Somebody with a greeting of their own arrives."""
    rain: Annotated[str, Places("count", "currency", "amount", "per_user", "sender", "user")] = (
        "It rains {currency} on everybody here ({count})!"
    )
    """Coins for everybody who is there."""


class Announcements(Section):
    """Which public lines are said at all."""

    queue_purchase: bool = True
    """A bought place in the queue: template `queue`."""
    now_playing_credit: bool = True
    """Whose purchase is playing: template `now_playing_credit`."""
    gambling_jackpot: bool = True
    """Great wins: template `jackpot`."""
    jackpot_min_amount: Coins = 500
    """Smaller wins are no jackpot."""
    achievement_milestone: bool = True
    """Badges earned."""
    rank_promotion: bool = True
    """Ranks reached: template `rank_up`."""
    challenge_result: bool = True
    """Duels decided: template `challenge_win`."""
    heist_result: bool = True
    """How a heist ended."""
    rain_drop: bool = True
    """Rain: template `rain`."""
    daily_champion: bool = True
    """Who won the day's competitions."""
    streak_milestone: bool = True
    """Long streaks: template `streak`."""
    custom_greeting: bool = True
    """Greetings that viewers bought: template `greeting`."""
    templates: Templates = Templates()
