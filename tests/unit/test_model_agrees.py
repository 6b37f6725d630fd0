"""Ingest's and earning's rules against the model, without any process: hours of seeded life in a second."""

import json
import random
import sqlite3
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from libs.common import subjects
from libs.common.database import migrate
from libs.common.reader import Message
from libs.common.unit import SCHEMA, Unit
from services.earning.earner import Earner
from services.earning.store import MIGRATIONS
from services.ingest.scribe import Scribe
from tests.chaos.life import GUESTS, VIEWERS, past
from tests.chaos.run import RULES as CHAOS
from tests.support.earning_stage import settings
from tests.support.model import expect
from tests.support.model_parts import Expected, Room
from tests.support.outages import outages
from tests.support.script import BARE, CHANNEL, DOMAIN, Script

RULES: dict[str, Any] = {**CHAOS, **BARE}
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
Due = tuple[str, str, int, datetime]
"""User, why, coins, when."""


class Deaf:
    """Nobody who hears what was committed."""

    def earned(self, coins: dict[str, int], minutes: int) -> None:
        """Hear nothing."""

    def configured(self, version: str) -> None:
        """Hear nothing."""


def story(seed: int, events: int = 400) -> Script:
    """Make up life in a room as the robot tells it, with what ingest observes in between."""
    chance = random.Random(f"observed {seed}")
    told = Script(source=random.Random(f"ids of what is observed {seed}"))
    for raw in past(seed, NOON, hours=chance.choice((1, 4, 30)), events=events).raws:
        told.put(raw.subject, raw.body, raw.stored)
        if chance.random() < 0.25:
            _observe(told, chance, raw.stored + timedelta(seconds=chance.random()))
    told.configure(NOON, **settings(RULES))
    return told


def _observe(told: Script, chance: random.Random, at: datetime) -> None:
    what = chance.choices(("connected", "away", "unknown", "roster", "configuration", "gap"), (20, 2, 2, 2, 1, 1))[0]
    if what == "roster":
        told.roster(at, len(told.raws) - chance.randrange(8), *chance.sample(VIEWERS, 6), guests=GUESTS)
    elif what == "configuration":
        rate = chance.choice((0, 1, 3))
        told.configure(at, **settings({**RULES, "presence": {**RULES["presence"], "base_rate_per_minute": rate}}))
    elif what == "gap":
        after = max(len(told.raws) - chance.randrange(30), 0)
        told.observe("gap", chance.choice(({"missing": 3}, {"after": after, "server": "another"})), at)
    else:
        told.tick(at, what)


def judged(told: Script) -> list[Due]:
    """Give what the rules of the services pay."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    migrate(db, MIGRATIONS)
    db.executescript(SCHEMA)
    scribe, earner = Scribe({CHANNEL: DOMAIN}, epoch=1), Earner(Deaf())
    db.execute("BEGIN")
    doubts = outages(told.raws)
    for raw in told.raws:
        scribe.doubt = doubts.get(raw.sequence, 0)
        written = scribe.write(raw.sequence, raw.subject, raw.body, raw.stored)
        message = Message(subjects.EVENTS, raw.sequence, written.subject, written.body, raw.stored)
        earner.handle_event(Unit(db), written.event, message)
    bodies = db.execute("SELECT body FROM outbox WHERE stream = ?", (subjects.POSTINGS,)).fetchall()
    return [due for (body,) in bodies for due in _dues(json.loads(body))]


def _dues(posting: dict[str, Any]) -> list[Due]:
    names = {"presence.base": "presence", "onboarding.wallet": "wallet"}
    at = datetime.fromisoformat(posting["at"])
    transfers = [line for line in posting["lines"] if line["line"] == "transfer"]
    return [(line["target"].casefold(), names.get(line["trigger"], line["trigger"]), line["amount"], at) for line in transfers]


def modelled(expected: Expected) -> list[Due]:
    return [(p.user, p.why, p.amount, p.at) for p in expected.payments if p.why != "grant"]


@pytest.mark.parametrize("seed", range(12))
def test_the_services_pay_what_the_model_says(seed: int) -> None:
    told = story(seed)

    due, paid = Counter(modelled(expect(told.raws, [Room(CHANNEL, DOMAIN)]))), Counter(judged(told))

    assert len(due) > 100
    assert sorted((paid - due).items()) == [], "paid, but not due"
    assert sorted((due - paid).items()) == [], "due, but not paid"
