"""What the simulated viewers say, and what they ask the robot."""

from typing import Final

CHAT: Final = (
    "hello everybody",
    "is this the one with the penguin?",
    "I have seen this three times and still don't get the ending",
    "lol",
    "brb, kettle",
    "who picked this? {other}++",
    "the music is far too good for this film",
    "wait, was that the same actor?",
    "{other}: your turn to choose next",
    "haha that was great",
    "I'd give it a seven",
    "anyone else hungry?",
    "shh, this is the best part",
    "good evening, what did I miss?",
    "that cat deserves a raise",
    "who writes these subtitles",
    "saving up for something nice",
    "slow down, I only just sat down",
    "thanks for yesterday {other}++",
    "my stream froze, is it just me?",
    "/me passes the popcorn to {other}",
    "/me hides behind the sofa",
    ">he trusts the butler",
    "plot twist in 3, 2, 1",
    "never mind, it's back",
    "ten coins on the chess player",
    "@{other} you called it",
    "that is not how boats work",
    "what year is this from?",
    "can we watch the short one after this?",
)
"""`{other}` is somebody else who is here."""

GREETINGS: Final = ("hi {other}", "welcome {other}", "hey {other}", "evening {other}", "o/ {other}")
REPLIES: Final = ("could be, {other}", "ha, yes", "ask me after the film", "not sure, {other}", "{other}: always", "if you say so :)")
REMARKS: Final = ("getting richer by the minute", "nice, more coins", "I need to stay longer", "not bad for doing nothing")
AWAY: Final = ("back in five", "phone, sorry", "food is here")
BACK: Final = ("back", "what did I miss?", "so, who won?")
GOODBYES: Final = ("good night all", "off to bed", "see you tomorrow", "gotta run, bye")

LINES: Final = {
    "chat": CHAT,
    "greet": GREETINGS,
    "reply": REPLIES,
    "remark": REMARKS,
    "away": AWAY,
    "back": BACK,
    "goodbye": GOODBYES,
}
QUESTIONS: Final = (
    *["balance"] * 5,
    "top",
    "top",
    "history",
    "history",
    "help",
    "shop",
    "shoutout what a fine evening this is",
    "buy color hot pink",
)
FIRST_QUESTION: Final = "balance"
