"""Fortunes: a few words for somebody's day."""

import hashlib
from typing import Final

from libs.common.names import fold

FORTUNES: Final = (
    "Somebody will quote you today, and get it nearly right.",
    "A film you gave up on deserves its second half.",
    "The snack you hide from others will be found.",
    "You will laugh before the joke is over.",
    "A name you had forgotten comes back in the credits.",
    "Your next plan is good. The one after it is better.",
    "Today the villain has a point.",
    "Somebody is glad you came, and will not say so.",
    "Do not trust the first door on the left.",
    "What you lost lies where you looked first.",
    "An old song will follow you until evening.",
    "You are the comic relief in somebody's drama. Wear it well.",
    "Patience: the good scene comes after the long one.",
    "A small coin brings a large grin.",
    "Three people will agree with you. Be suspicious of the third.",
    "The sequel will be shorter than you fear.",
    "Speak up around noon; it will be worth it.",
    "Somebody reads the subtitles just for your remarks.",
    "Your luck is buffering. It will come in full resolution.",
    "Leave the last word to someone else, and win.",
    "A stranger will recommend exactly the right film.",
    "It was not the butler. It never is, twice in a row.",
    "Rain is coming; keep your pockets open.",
    "Today you will type faster than you think. Read it over.",
    "The plot thickens, and so does the soup.",
    "An apology is on its way and takes the scenic route.",
    "Bet on the one who stumbles at the start.",
    "What looks like an ending is an intermission.",
    "You will be right about something nobody checks.",
    "A quiet evening will turn into a story you tell.",
    "Your favourite supporting actor is having a good day. So are you.",
    "Beware of anybody who says it is only one more episode.",
    "A door closes; somebody forgot to lock it.",
    "Be kind to the newcomer: they know the way to the snacks.",
    "You will find the remote. The batteries are another matter.",
    "The stars say yes. The moon wants to see the budget.",
)


def choose(channel: str, user: str, date: str) -> str:
    """Give the fortune of somebody's day: the same one, however often the stars are asked."""
    stars = hashlib.sha256(f"{channel}\n{fold(user)}\n{date}".encode()).digest()
    return FORTUNES[int.from_bytes(stars) % len(FORTUNES)]
