"""What viewers want of games and shop by private message, and what came of it: by what the rooms keep, and by what was told."""

import json
import random
import re
from collections.abc import Iterator
from typing import Any

from tests.chaos.wishes import PLAYERS, SERVICES, Wish
from tests.support import books
from tests.support.house import House

WISHES = (
    "spin",
    "spin {coins}",
    "spin all of it",
    "flip {coins}",
    "flip {coins}",
    "tip @{other} {coins}",
    "tip @{other} {coins}",
    "challenge @{other} {coins}",
    "challenge cancel",
    "accept",
    "accept @{other}",
    "decline",
    'bounty {coins} "a song"',
    "bounty cancel {number}",
    "buy greeting Hello, {coins} times",
    "buy rename Coin{coins}",
    "fortune",
    "shoutout {word}",
)
VERBS = (
    (r"bounty cancel\b", "cancel_bounty"),
    (r"challenge cancel\b", "withdraw"),
    (r"challenge\b", "challenge"),
    (r"(spin|flip|tip|accept|decline|bounty|buy|fortune|shoutout)\b", None),
)
"""How a message begins, and what is asked of the owner for it; None: what the word says."""
TELLING = frozenset({"spin", "flip", "tip", "buy", "fortune", "shoutout", "bounty", "challenge", "accept"})
"""Those whose answer says what the asker has now."""


def words(chance: random.Random) -> str:
    """Make up a message."""
    word = "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=30))
    other, coins, number = chance.choice(PLAYERS), chance.choice((0, 1, 7, 60, 300)), chance.randint(1, 12)
    return chance.choice(WISHES).format(other=other, coins=coins, number=number, word=word)


def verb(text: str) -> str | None:
    """Give what an owner is asked for a message, if it is."""
    for begins, asked in VERBS:
        if found := re.match(begins, text):
            return asked or found[0]
    return None


async def kept(house: House) -> list[Wish]:
    """Give what was wanted by message, with the answers that the owners keep: those of what was done."""
    answers: dict[str, Any] = {}
    for owner in books.OWNERS:
        answers |= {
            key: json.loads(answer) for key, answer in books.rows(house.state_dir / f"{owner}.db", "SELECT key, answer FROM settled")
        }
    events = (event.body for event in await books.read_messages(await house.client(), "ECONOMY_EVENTS"))
    found = ((event["id"], event["user"], verb(event["text"])) for event in events if event["kind"] == "pm")
    return [Wish(key, user, asked, {}, answers.get(key, {"ok": False})) for key, user, asked in found if asked in SERVICES]


def untrue(house: House, wishes: list[Wish]) -> Iterator[str]:
    """Say who was told otherwise than what was done."""
    query = "SELECT key, body FROM outbox WHERE stream = 'ECONOMY_ANNOUNCEMENTS' AND key LIKE 'answer:%'"
    told = {key.removeprefix("answer:"): json.loads(body)["text"] for key, body in books.rows(house.state_dir / "commands.db", query)}
    for wish in wishes:
        answer = wish.answer or {}
        balance = None if answer.get("charged") == 0 else answer.get("balance")  # what was free changed nothing
        if wish.done and wish.verb in TELLING and balance is not None and f"{balance:,}" not in told.get(wish.key, ""):
            yield f"{wish} was told {told.get(wish.key)!r}"
