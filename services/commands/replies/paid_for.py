"""What viewers call that which is paid for."""

from typing import Final

_WORDS: Final = {
    "presence.base": "being here",
    "chat.long_message": "long lines",
    "chat.first_message_of_day": "the first line of the day",
    "chat.conversation_starter": "ending a silence",
    "chat.laugh_received": "laughs",
    "chat.kudos_received": "thanks",
    "content.first_after_media_change": "the first line about something new",
    "content.comment_during_media": "lines about what plays",
    "content.like_current": "likes",
    "content.survived_full_media": "staying to the end",
    "social.greeted_newcomer": "greetings",
    "social.mentioned_by_other": "being named",
    "social.bot_interaction": "talking with me",
}
_DWELL: Final = "dwell."


def words(trigger: str) -> str:
    """Give a few words for a trigger; its own name where there are none."""
    if trigger.startswith(_DWELL):
        return f"{trigger.removeprefix(_DWELL).removesuffix('h')} h here"
    return _WORDS.get(trigger, trigger)
