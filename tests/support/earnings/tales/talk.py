"""What people write in a room."""

import random
from collections.abc import Sequence

SMALL = (
    "hello",
    "what a film",
    "ok",
    "the end",
    "brb",
    "this scene again",
    "i also like it",
    "dead serious now, all of them",
    "   ",
    "so long",
)
LONG = (
    "that scene with the bridge is the best thing i have seen all week",
    "soooooooooooooooooooooooooooooooooo good",
    "i     really       do        not        know",
    "nobody told me that this one has a second part, who has seen it?",
)
LAUGHS = ("lol", "LOL", "looool", "hahaha that was good", "rofl", "i'm dead", "💀", "xD", "hehe", "lmao what", "kek", "jaja")
GIFS = (
    "https://media1.tenor.com/x/cat",
    "http://example.org/a/b.GIF?x=1",
    "https://giphy.com/gifs/alice-1",
    "see https://example.org/c.gifv",
    "https://example.org/gif.html",
    "https://notgiphy.com/cat",
)
PRAISE = ("{a}++", "@{a}++ nice one", "C++ rocks, @{a}++ {a}++", "{a}++, {b}++!", "x++ y+++ {a}++", "a++b++", "well done {a}++.", "{A}++")
MENTIONS = ("{a} what do you think", "@{a}: look", "{a} and {b} are right", "ask {a}?", "{a}s film", "({b})", "x{a}", "{A} {a}")
COMMANDS = ("!next", "!roll 20", "!skip this please, it is really far too long")
CALLS = ("ZCoinBot what is on?", "@zcoinbot hi", "thanks zcoinbot!")
SAID = {"small": SMALL, "long": LONG, "gif": GIFS, "praise": PRAISE, "mention": MENTIONS, "command": COMMANDS, "robot": CALLS}
KINDS = {"small": 25, "long": 10, "laugh": 8, "gif": 5, "praise": 18, "mention": 18, "emote": 6, "command": 5, "robot": 3}
"""How often what is said."""


def laugh(chance: random.Random) -> str:
    """Give what somebody writes who laughs."""
    return chance.choice(LAUGHS)


def greeting(chance: random.Random, name: str) -> str:
    """Give what somebody writes to who just came."""
    return chance.choice(("hi {a}", "welcome back @{a}!", "{a}!!", "hello {A}", "hello all")).format(a=name, A=name.upper())


def line(chance: random.Random, one: str, other: str, everybody: Sequence[str], emotes: Sequence[str]) -> str:
    """Give some line; it may speak to these two, or of somebody who may not be here."""
    kind = chance.choices(list(KINDS), list(KINDS.values()))[0]
    absent = chance.choice(everybody) if chance.random() < 0.2 else one
    named = {"a": absent, "b": other, "A": absent.upper()}
    if kind == "laugh":
        return laugh(chance)
    if kind == "emote":
        return " ".join(chance.sample(list(emotes), 2))
    return chance.choice(SAID[kind]).format(**named)
