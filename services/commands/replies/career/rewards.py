"""What `rewards` answers."""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from libs.common.config import Rules


class Paid(NamedTuple):
    """Something that is paid for."""

    words: str
    coins: Decimal | int
    enabled: bool
    hidden: bool


def rewards(rules: Rules) -> str:
    """Tell what is paid for; of what is hidden only that there is more."""
    found = list(triggers(rules))
    lines = ["You earn by:", *_steady(rules)]
    symbol = rules.currency.symbol
    lines += [f"{paid.words}: {paid.coins:,} {symbol}" for paid in found if paid.enabled and not paid.hidden]
    if any(paid.enabled and paid.hidden for paid in found):
        lines.append("And there is more to find out.")
    return "\n".join(lines)


def triggers(rules: Rules) -> Iterator[Paid]:
    """Give all that is paid for doing something."""
    chat, content, social = rules.chat_triggers, rules.content_triggers, rules.social_triggers
    long, first, starter = chat.long_message, chat.first_message_of_day, chat.conversation_starter
    yield Paid(f"a line of {long.min_chars} characters or more", long.reward, long.enabled, long.hidden)
    yield Paid("your first line of the day", first.reward, first.enabled, first.hidden)
    yield Paid(f"breaking a silence of {starter.min_silence_minutes} min", starter.reward, starter.enabled, starter.hidden)
    laugh, kudos = chat.laugh_received, chat.kudos_received
    yield Paid("each laugh you get", laugh.reward_per_laugher, laugh.enabled, laugh.hidden)
    yield Paid("being thanked (name++)", kudos.reward, kudos.enabled, kudos.hidden)
    early, comment = content.first_after_media_change, content.comment_during_media
    yield Paid("the first word on what begins to play", early.reward, early.enabled, early.hidden)
    yield Paid("a line while something plays", comment.reward_per_message, comment.enabled, comment.hidden)
    like, stay = content.like_current, content.survived_full_media
    yield Paid("liking what plays ('like')", like.reward, like.enabled, like.hidden)
    yield Paid("staying to the end of what plays", stay.reward, stay.enabled, stay.hidden)
    greet, mention, bot = social.greeted_newcomer, social.mentioned_by_other, social.bot_interaction
    yield Paid("greeting somebody who arrives", greet.reward, greet.enabled, greet.hidden)
    yield Paid("being mentioned", mention.reward, mention.enabled, mention.hidden)
    yield Paid("talking with me", bot.reward, bot.enabled, bot.hidden)


def _steady(rules: Rules) -> Iterator[str]:
    presence, streaks, rain, symbol = rules.presence, rules.streaks, rules.rain, rules.currency.symbol
    yield f"being here: {presence.base_rate_per_minute:,} {symbol} a minute"
    if presence.active_bonus_per_minute:
        yield f"talking, too: {presence.active_bonus_per_minute:,} {symbol} more a minute"
    if presence.hourly_milestones:
        steps = ", ".join(f"{hours} h: {coins:,} {symbol}" for hours, coins in sorted(presence.hourly_milestones.items()))
        yield f"hours within a day: {steps}"
    if streaks.daily.enabled and streaks.daily.rewards:
        steps = ", ".join(f"{day}: {coins:,} {symbol}" for day, coins in sorted(streaks.daily.rewards.items()))
        yield f"days in a row: {steps}"
    if streaks.weekend_weekday_bridge.enabled:
        yield f"a weekend day and a weekday in one week: {streaks.weekend_weekday_bridge.bonus:,} {symbol}"
    if rain.enabled:
        yield f"rain: {rain.min_amount:,} to {rain.max_amount:,} {symbol}, every {rain.interval_minutes} min or so"
