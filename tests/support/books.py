"""What is really there: the streams read back, the services' databases, and whether everything has come to rest."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from tests.support import script
from tests.support.house import House
from tests.support.model import expect
from tests.support.model_parts import Expected, Raw, Room
from tests.support.robot import Robot
from tests.support.waiting import until

ROOMS = (Room(script.CHANNEL, script.DOMAIN),)
READERS = ("earning", "commands")
"""Who reads every event and writes down how far."""
OWNERS = ("games", "shop")
"""Who does so too, where they run, and carries out errands of its own."""
_UNDER_WAY = {
    "games": ("SELECT count(*) FROM errands", "SELECT count(*) FROM duels WHERE state IN ('asked', 'open', 'accepted', 'ending')"),
    "shop": (
        "SELECT count(*) FROM errands",
        "SELECT count(*) FROM bounties WHERE state IN ('making', 'ending')",
        "SELECT count(*) FROM sales WHERE state IN ('delivering', 'seen', 'failed')",
    ),
}
"""What an owner has not brought to an end yet."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One message of a stream."""

    sequence: int
    subject: str
    body: dict[str, Any]


async def read_stream(client: Client, stream: str) -> list[Raw]:
    """Give all messages a stream holds."""
    jetstream = client.jetstream(timeout=10)
    left = (await jetstream.stream_info(stream)).state.messages
    config = ConsumerConfig(ack_policy=AckPolicy.NONE, deliver_policy=DeliverPolicy.ALL)
    subscription = await jetstream.pull_subscribe("", stream=stream, config=config)
    found: list[Raw] = []
    while left > 0:
        batch = await subscription.fetch(min(left, 500), timeout=10)
        found += [Raw(m.metadata.sequence.stream, m.subject, m.data, m.metadata.timestamp) for m in batch]
        left -= len(batch)
    await subscription.unsubscribe()
    return found


async def read_messages(client: Client, stream: str) -> list[Kept]:
    """Give all messages a stream holds, decoded."""
    return [Kept(raw.sequence, raw.subject, json.loads(raw.body)) for raw in await read_stream(client, stream)]


async def last_sequence(client: Client, stream: str) -> int:
    """Give the sequence of the last message a stream ever took."""
    return int((await client.jetstream(timeout=10).stream_info(stream)).state.last_seq)


def rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    """Ask a service's database, read-only; nothing where there is none yet."""
    if not path.exists():
        return []
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)) as db:
        return db.execute(query).fetchall()


# -- rest -------------------------------------------------------------------------------------------------------------------------------


async def wait_until_quiet(house: House, within_seconds: float = 60.0, *, robot: bool = True) -> None:
    """Wait until everything that stands in `ECONOMY_RAW` now has had all its effects (ticks go on, and change nothing of that).

    Without a robot nothing can be said, and is not waited for.
    """
    client = await house.client()
    target = await last_sequence(client, "ECONOMY_RAW")
    reasons: list[str] = []

    async def is_quiet() -> bool:
        house.revive()
        try:
            reasons[:] = await unrest(house, client, target, robot=robot)
        except (NatsError, OSError, TimeoutError, sqlite3.Error) as error:
            reasons[:] = [repr(error)]
        return not reasons

    try:
        await until(is_quiet, "quiet", within_seconds, every_seconds=0.1)
    except AssertionError:
        tails = "\n".join(f"--- {name}\n{house.tail(name, 1500)}" for name in ("ingest", "ledger", *READERS, *OWNERS))
        message = f"not quiet within {within_seconds} s: {'; '.join(reasons)}\n{tails}"
        raise AssertionError(message) from None


async def unrest(house: House, client: Client, target: int, *, robot: bool = True) -> list[str]:
    """Say what has not had all its effects yet, of what stands in `ECONOMY_RAW` up to `target`."""
    jetstream = client.jetstream(timeout=5)
    found = []
    state = (await jetstream.stream_info("ECONOMY_EVENTS")).state
    if not state.messages:
        return ["no event yet"]
    last = json.loads((await jetstream.get_msg("ECONOMY_EVENTS", state.last_seq)).data or b"{}")
    if last["raw"] < target:
        found.append(f"ingest is at {last['raw']} of {target}")
    owners = [name for name in OWNERS if house.alive(name)]
    found += left_over(house, owners)
    for name in (*READERS, *owners):
        database = house.state_dir / f"{name}.db"
        read = rows(database, "SELECT number FROM positions WHERE stream = 'ECONOMY_EVENTS'")
        if not read or read[0][0] < target:
            found.append(f"{name} is at {read} of {target}")
        unsent = rows(database, "SELECT count(*) FROM outbox WHERE sent IS NULL OR stream = 'ECONOMY_POSTINGS'")
        if unsent and unsent[0][0]:
            found.append(f"{name} has {unsent[0][0]} rows in its outbox")
    waiting = rows(house.state_dir / "commands.db", "SELECT count(*) FROM inbox")
    if waiting and waiting[0][0]:
        found.append(f"commands has {waiting[0][0]} questions in its inbox")
    unsaid = (await jetstream.stream_info("ECONOMY_ANNOUNCEMENTS")).state.messages
    if robot and unsaid:
        found.append(f"{unsaid} announcements are not said")
    return found


def left_over(house: House, owners: Iterable[str] = OWNERS) -> list[str]:
    """Say what owners have not brought to an end."""
    found = []
    for name in owners:
        for query in _UNDER_WAY[name]:
            count = rows(house.state_dir / f"{name}.db", query)
            if count and count[0][0]:
                found.append(f"{name} has {count[0][0]} under way: {query}")
    return found


# -- proof ------------------------------------------------------------------------------------------------------------------------------


async def expected(house: House) -> Expected:
    """Have the model judge what `ECONOMY_RAW` holds."""
    return expect(await read_stream(await house.client(), "ECONOMY_RAW"), ROOMS)


async def booked(house: House) -> dict[tuple[str, str], int]:
    """Give the balances of all viewers as the journal of the ledger tells them, by (channel, folded name)."""
    balances: dict[tuple[str, str], int] = {}
    for message in await read_messages(await house.client(), "ECONOMY_TRANSACTIONS"):
        for entry in message.body.get("entries", ()):
            if not entry["account"].startswith("@"):
                balances[message.body["channel"], entry["account"].casefold()] = entry["balance"]
    return balances


async def differences(house: House, given: Mapping[str, int] | None = None) -> list[str]:
    """Say where the books differ from the model, account by account; `given` was paid through the API, by folded name."""
    model, books = await expected(house), await booked(house)
    due = Counter({account: amount for account, amount in model.balances().items() if amount})
    due.update({(script.CHANNEL, user): amount for user, amount in (given or {}).items()})
    found = []
    for account in sorted(due.keys() | books.keys()):
        if due.get(account, 0) != books.get(account, 0):
            parts = Counter[str]()
            for payment in model.payments:
                if (payment.channel, payment.user) == account:
                    parts[payment.why] += payment.amount
            parts["given"] = (given or {}).get(account[1], 0)
            found.append(f"{account}: books {books.get(account, 0)}, model {due.get(account, 0)} = {dict(parts)}")
    return found


async def disorder(house: House) -> list[str]:
    """Say where the streams break the one order: holes, repetitions, dead letters."""
    client = await house.client()
    found = []
    events = await read_messages(client, "ECONOMY_EVENTS")
    found += _holes("ECONOMY_EVENTS", (event.body["raw"] for event in events))
    ids = Counter(event.body["id"] for event in events)
    found += [f"event id {key} stands {count} times" for key, count in ids.items() if count > 1]
    transactions = await read_messages(client, "ECONOMY_TRANSACTIONS")
    found += _holes("ECONOMY_TRANSACTIONS", (transaction.body["number"] for transaction in transactions))
    keys = Counter((t.body["channel"], t.body["key"]) for t in transactions if t.body["kind"] == "posting")
    found += [f"posting {key} stands {count} times" for key, count in keys.items() if count > 1]
    found += [
        f"refused: {t.body['key']} {t.body.get('refusal')} {t.body.get('detail')}" for t in transactions if t.body["kind"] == "refused"
    ]
    found += [f"dead letter: {letter.body}" for letter in await read_messages(client, "ECONOMY_DEADLETTERS")]
    return found


async def unanswered(house: House, robot: Robot) -> list[str]:
    """Say which questions got no answer, and which answers the robot was never asked to say."""
    questions = (await expected(house)).questions
    query = "SELECT body FROM outbox WHERE stream = 'ECONOMY_ANNOUNCEMENTS' AND key NOT LIKE 'wait:%'"  # to be told to wait is no answer
    answers = [json.loads(body) for (body,) in rows(house.state_dir / "commands.db", query)]
    asked = Counter(question.user for question in questions)
    found = []
    answered = Counter(answer["to"].casefold() for answer in answers)
    found += [f"{user} asked {count} times and got {answered[user]} answers" for user, count in asked.items() if answered[user] < count]
    # Line by line: what waited for one viewer may have come in one message.
    heard = Counter(((said.to or "").casefold(), row) for said in robot.said for row in said.text.splitlines())
    in_pieces, missed = _one_after_another(robot), _one_after_another(robot, delivered=False)
    due = Counter[tuple[str, str]]()
    for answer in answers:
        user, told = answer["to"].casefold(), [row for row in answer["text"].splitlines() if row]
        # Whoever is not there for a piece of an answer is not told what stands behind it.
        behind = next((place for place, row in enumerate(told, 1) if _bare(row) in missed.get(user, "")), len(told))
        due.update((user, row) for row in told[:behind])
    for (user, row), count in due.items():
        said = heard[user, row] or in_pieces.get(user, "").count(_bare(row))  # a row too long for one message comes in several
        if said < count:
            found.append(f"said {said} times, due {count}: {user}: {row}")
    return found


def _bare(text: str) -> str:
    return "".join(text.split())


def _one_after_another(robot: Robot, *, delivered: bool = True) -> dict[str, str]:
    """Give all that each viewer was told (or, not `delivered`, would have been), without the blanks and breaks in it."""
    told: dict[str, list[str]] = {}
    for said in robot.said:
        if delivered or not said.delivered:
            told.setdefault((said.to or "").casefold(), []).append(_bare(said.text))
    return {user: "".join(words) for user, words in told.items()}


def _holes(stream: str, numbers: Iterable[int]) -> list[str]:
    found = []
    for place, number in enumerate(numbers, 1):
        if number != place:
            found.append(f"{stream}: {number} stands where {place} should")
            break
    return found
