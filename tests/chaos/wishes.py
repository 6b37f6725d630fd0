"""Viewers who play, give and buy at the owners' doors, as `commands` would ask for them: impatient, under a key until it is answered."""

import asyncio
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from libs.common.tasks import end
from tests.chaos.life import ADMIN, GUESTS, VIEWERS
from tests.support import script
from tests.support.house import House

PLAYERS = tuple(name for name in VIEWERS if name not in GUESTS)
AT_ONCE = 6
"""Who ask at the same time."""
SERVICES = {
    "spin": "games",
    "flip": "games",
    "challenge": "games",
    "accept": "games",
    "decline": "games",
    "withdraw": "games",
    "tip": "shop",
    "bounty": "shop",
    "cancel_bounty": "shop",
    "claim_bounty": "shop",
    "shoutout": "shop",
    "color": "shop",
    "fortune": "shop",
    "buy": "shop",
}
"""Who is asked what."""
OFTEN = {"spin": 8, "flip": 8, "tip": 8, "challenge": 8, "accept": 8, "bounty": 4, "buy": 2}
"""How often, beside what is asked once in as many wishes."""
CURRENCIES = ("Doubloons", "Pebbles", "Acorns", "Buttons")
GREETINGS = ("Make way!", "Here comes trouble", "All rise for me")


@dataclass(slots=True)
class Wish:
    """One thing somebody wants, and what came of it."""

    key: str
    user: str
    verb: str
    wanted: dict[str, Any]
    answer: dict[str, Any] | None = None
    """The owner's last word."""

    @property
    def done(self) -> bool:
        """Whether the owner said that it was done."""
        return self.answer is not None and bool(self.answer["ok"])

    @property
    def settled(self) -> bool:
        """Whether coins moved for it: from then on its answer stays the same."""
        return self.done and self.answer is not None and not self.answer.get("again") and self.answer.get("changed", True)


@dataclass(slots=True)
class Wishes:
    """Asks for this and that until it is cancelled; `finish` hears the end of what was left open."""

    house: House
    seed: int
    made: list[Wish] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    async def run(self) -> None:
        """Ask and ask."""
        living = [asyncio.create_task(self._live(number)) for number in range(AT_ONCE)]
        try:
            await asyncio.gather(*living)
        finally:
            await end(living)

    async def finish(self) -> None:
        """Ask again for all that was never answered, several at a time, until it is."""
        open_ = [wish for wish in self.made if wish.answer is None]

        async def hear() -> None:
            while open_:
                wish = open_.pop()
                for _ in range(20):
                    if await self._ask(wish, 5):
                        break
                else:
                    self.broken.append(f"{wish} is never answered")

        await asyncio.gather(*(hear() for _ in range(AT_ONCE)))

    async def _live(self, number: int) -> None:
        chance = random.Random(f"wishes {self.seed} {number}")
        count = 0
        while True:
            count += 1
            wish = wished(chance, f"wish-{self.seed}-{number}-{count}")
            self.made.append(wish)
            for _ in range(chance.choice((1, 2, 5))):
                if await self._ask(wish, chance.choice((0.02, 0.5, 2))):
                    break
            if wish.done and chance.random() < 0.2:
                await self._ask(wish, 5)
            await asyncio.sleep(chance.uniform(0, 0.2))

    async def _ask(self, wish: Wish, timeout_seconds: float) -> bool:
        """Ask once; tell whether the owner gave its word."""
        request = {"key": wish.key, "user": wish.user, "at": datetime.now(UTC).isoformat(), **wish.wanted}
        subject = f"economy.{SERVICES[wish.verb]}.{script.CHANNEL}.{wish.verb}"
        answer = await self.house.request(subject, request, timeout_seconds)
        if answer is None or "ok" not in answer:  # silence, or no word yet
            return False
        if wish.settled and answer != wish.answer:
            self.broken.append(f"{wish} was answered so, and then with {answer}")
        elif not wish.settled:
            wish.answer = answer
        return True


def wished(chance: random.Random, key: str) -> Wish:
    """Make up a wish."""
    verb = chance.choices(list(SERVICES), [OFTEN.get(verb, 1) for verb in SERVICES])[0]
    user = ADMIN if verb == "claim_bounty" else chance.choice(PLAYERS)
    return Wish(key, user, verb, _details(chance, verb))


def _details(chance: random.Random, verb: str) -> dict[str, Any]:
    other, coins = chance.choice((*PLAYERS, "nobody_at_all")), chance.choice((1, 3, 10, 50, 400))
    bounty = chance.randint(1, 12)
    item, values = chance.choice((("custom_greeting", GREETINGS), ("rename_currency", CURRENCIES)))
    choices: dict[str, tuple[dict[str, Any], ...]] = {
        "spin": ({}, {"wager": coins}, {"wager": coins}, {"wager": coins}),
        "flip": ({"wager": 0}, {"wager": coins}, {"wager": coins}, {"wager": coins}),
        "challenge": ({"target": other, "wager": coins},),
        "accept": ({}, {"challenger": other}),
        "decline": ({}, {"challenger": other}),
        "withdraw": ({}, {"target": other}),
        "tip": ({"target": other, "amount": coins},),
        "bounty": ({"amount": coins, "text": f"a song, {chance.choice(GREETINGS)}"},),
        "cancel_bounty": ({"number": bounty}, {"number": bounty}, {"number": bounty, "by_admin": True}),
        "claim_bounty": ({"number": bounty, "winner": other},),
        "shoutout": ({"text": "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=30))},),
        "color": ({"value": f"#{chance.randrange(2**24):06x}"},),
        "fortune": ({},),
        "buy": ({"item": item, "value": chance.choice(values)},),
    }
    return chance.choice(choices[verb])
