"""What is paid for what viewers write and do in the room."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from libs.common.config.section import Coins, Count, Rate, Remark, Section


class Trigger(Section):
    """Something that is paid."""

    enabled: bool = True
    hidden: bool = True


class LongMessage(Trigger):
    """A line of some length."""

    min_chars: Annotated[int, Field(ge=1, le=1000)] = 30
    """Characters, from which on it is long."""
    reward: Coins = 1
    max_per_hour: Count = 30
    """So many are paid within an hour."""


class LaughReceived(Trigger):
    """Others laughed about one's line."""

    reward_per_laugher: Coins = 2
    max_laughers_per_joke: Count = 10
    """So many are paid for one line."""
    joke_window_seconds: Count = 60
    """How long others can laugh about a line."""
    tokens: tuple[str, ...] = ("lol", "lmao", "lmfao", "rofl", "haha", "hehe", "jaja", "kek", "xd", "dead", "💀", "😂", "🤣", "😆", "😹")
    """What laughter looks like. Words stand by themselves, in any case; letters may be drawn out and the last two go on (`loool`,
    `lolol`). `dead` counts in lines of at most three words. Emoji count wherever they stand, other signs between spaces."""
    self_excluded: bool = True
    """Whether laughing about one's own line is worth nothing."""

    def advice(self) -> Iterator[Remark]:
        if not any(self.tokens):
            yield "tokens", "are none: nothing is taken for laughter"
        if not self.self_excluded:
            yield "self_excluded", "is off: everybody can pay themselves by laughing"


class KudosReceived(Trigger):
    """Somebody wrote `name++`."""

    reward: Coins = 3
    max_per_hour_same_pair: Count = 3
    """So many by one viewer for the same other one are paid within an hour; 0: any number."""
    max_given_per_day: Count = 20
    """So many by one viewer are paid on a day; 0: any number."""
    self_excluded: bool = True
    """Whether praising oneself is worth nothing."""

    def advice(self) -> Iterator[Remark]:
        if not self.max_per_hour_same_pair and not self.max_given_per_day:
            yield "max_given_per_day", "is 0, and so is max_per_hour_same_pair: two friends can pay each other without end"
        if not self.self_excluded:
            yield "self_excluded", "is off: everybody can pay themselves by praise"


class FirstMessageOfDay(Trigger):
    """One's first line of the day."""

    reward: Coins = 5


class ConversationStarter(Trigger):
    """The first line after a silence."""

    min_silence_minutes: Count = 10
    """How long nobody said anything."""
    reward: Coins = 10

    def advice(self) -> Iterator[Remark]:
        if self.enabled and self.reward and not self.min_silence_minutes:
            yield "min_silence_minutes", "is 0: every line is paid"


class FirstAfterMediaChange(Trigger):
    """The first line about what has just begun to play."""

    window_seconds: Count = 30
    """How long after the beginning."""
    reward: Coins = 3


class ChatTriggers(Section):
    """What is paid for lines in chat. What is hidden is paid all the same, and viewers are to find out by themselves."""

    long_message: LongMessage = LongMessage()
    laugh_received: LaughReceived = LaughReceived()
    kudos_received: KudosReceived = KudosReceived()
    first_message_of_day: FirstMessageOfDay = FirstMessageOfDay()
    conversation_starter: ConversationStarter = ConversationStarter()
    first_after_media_change: FirstAfterMediaChange | None = None
    """Belongs under content_triggers. The older program's example has it here, so it is taken from here where it is not there."""


class CommentDuringMedia(Trigger):
    """Lines while something plays."""

    reward_per_message: Annotated[Rate, Field(le=100)] = Decimal("0.5")
    """Fractions add up until they are a coin."""
    max_per_item_base: Count = 10
    """So many lines are paid while one thing of 30 minutes plays."""
    scale_with_duration: bool = True
    """Whether longer things have more paid lines."""


class LikeCurrent(Trigger):
    """The PM `like` while something plays, once for each thing."""

    reward: Coins = 2


class SurvivedFullMedia(Trigger):
    """Staying until the end."""

    min_presence_percent: Annotated[int, Field(ge=1, le=100)] = 80
    """Of its length, to have been there for."""
    reward: Coins = 5


class PresentAtEventStart(Trigger):
    """Being there when an event begins."""

    default_reward: Coins = 100


class ContentTriggers(Section):
    """What is paid around what plays."""

    first_after_media_change: FirstAfterMediaChange = FirstAfterMediaChange()
    comment_during_media: CommentDuringMedia = CommentDuringMedia()
    like_current: LikeCurrent = LikeCurrent()
    survived_full_media: SurvivedFullMedia = SurvivedFullMedia()
    present_at_event_start: PresentAtEventStart = PresentAtEventStart()


class GreetedNewcomer(Trigger):
    """Being the first to name somebody who has just arrived."""

    window_seconds: Count = 60
    """How long after the arrival."""
    reward: Coins = 3
    bot_joins_excluded: bool = True


class MentionedByOther(Trigger):
    """One's name in somebody else's line."""

    reward: Coins = 1
    max_per_hour_same_user: Count = 5
    """So many by one and the same viewer are paid within an hour."""


class BotInteraction(Trigger):
    """Getting an answer out of the robot in chat."""

    reward: Coins = 2
    max_per_day: Count = 10


class SocialTriggers(Section):
    """What is paid between viewers."""

    greeted_newcomer: GreetedNewcomer = GreetedNewcomer()
    mentioned_by_other: MentionedByOther = MentionedByOther()
    bot_interaction: BotInteraction = BotInteraction()
