"""One chaos run: a room with a past, services that are killed all the time, and at the end the proof."""

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from libs.common.tasks import end
from tests.chaos import dealings, deeds, earned, history, messages, payments
from tests.chaos.callers import Callers
from tests.chaos.life import ADMIN, Crowd, past, rank_of
from tests.chaos.wishes import PLAYERS, Wishes
from tests.support import books
from tests.support.house import SERVICES, House
from tests.support.nats import NatsServer
from tests.support.robot import Robot
from tests.support.script import BARE, PLAIN
from tests.support.waiting import until

SERVER = "nats-server"
FAULT_CHARACTERS = 1_500
RULES: dict[str, dict[str, Any]] = {
    "presence": {
        "base_rate_per_minute": 3,
        "active_bonus_per_minute": 2,
        "join_debounce_minutes": 2,
        "hourly_milestones": {1: 10, 2: 35, 3: 60},
        "night_watch": {"enabled": True, "hours": list(range(0, 24, 2)), "multiplier": 1.5},
    },
    **{section: {} for section in BARE},  # all of earning, but:
    "multipliers": PLAIN,  # the model of minutes knows of none
    "balance_maintenance": {"mode": "none"},  # would go by balances, which no event tells
    "digest": {"user_digest": {"enabled": False}, "admin_digest": {"enabled": False}},
    "rain": {"interval_minutes": 7, "min_amount": 2, "max_amount": 9},
    "streaks": {"daily": {"min_presence_minutes": 10}, "weekend_weekday_bridge": {"bonus": 77}},
    "ranks": {"tiers": [{"name": "Extra", "min_lifetime_earned": 0}, {"name": "Grip", "min_lifetime_earned": 900, "discount_percent": 7}]},
    "commands": {"rate_limit_per_minute": 100_000},
    "announcer": {"pacing": False},
    "gambling": {
        "min_account_age_minutes": 0,
        "spin": {"min_wager": 1, "cooldown_seconds": 0, "daily_limit": 0},
        "flip": {"min_wager": 1, "cooldown_seconds": 0, "daily_limit": 40},
        "challenge": {"min_wager": 1, "accept_timeout_seconds": 3, "rake_percent": 7},
    },
    "tipping": {"min_account_age_minutes": 0, "max_per_day": 3_000},
    "bounties": {"min_amount": 1, "max_open_per_user": 5, "default_expiry_hours": 0, "expiry_refund_percent": 33},
    "spending": {
        "queue_tiers": [{"max_minutes": 10, "cost": 8}, {"max_minutes": 60, "cost": 31}],
        "max_queues_per_day": 30,
        "queue_cooldown_minutes": 0,
    },
    "vanity_shop": {
        "custom_greeting": {"cost": 21},
        "rename_currency_personal": {"cost": 34},
        "shoutout": {"cost": 13, "cooldown_minutes": 0},
        "chat_color": {"cost": 17, "enforce_contrast": False},
    },
}
"""Figures that make odd sums: fractions, bonuses and milestones all get their turn. What has a deadline has a short one.

All triggers are on; a rank brings no more rain, since it may come by coins given, of which no event tells.
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a run goes."""

    seed: int
    seconds: float
    """How long things are killed."""
    kill_every_seconds: float = 1.5
    """On average."""
    victims: tuple[str, ...] = (*SERVICES, SERVER)
    acts_per_second: float = 25.0
    past_hours: float = 5.0
    past_events: int = 1500
    rest_seconds: float = 90.0
    """How long the house may take to come to rest."""


@dataclass(slots=True)
class Report:
    """What happened, and what should not have."""

    kills: dict[str, int] = field(default_factory=dict)
    acts: int = 0
    events: int = 0
    questions: int = 0
    accounts: int = 0
    coins: int = 0
    paid: Counter[str] = field(default_factory=Counter)
    """How often earning paid, by the first word of the trigger."""
    asked_for: int = 0
    """Coins for likes and of administrators' rain."""
    calls: int = 0
    """Coins given through the API."""
    wishes: Counter[str] = field(default_factory=Counter)
    """What games and shop did, by verb."""
    by_message: int = 0
    """How much of that was asked for by PM."""
    broken: list[str] = field(default_factory=list)
    """Every promise that did not hold, in words."""

    def words(self) -> str:
        """Give the report as text."""
        killed = ", ".join(f"{name} {count}" for name, count in sorted(self.kills.items()))
        head = f"{sum(self.kills.values())} kills ({killed}); {self.acts} acts, {self.events} events, {self.questions} questions, "
        head += f"{self.accounts} accounts with {self.coins} coins, {self.calls} of them through the API; "
        head += "earned " + ", ".join(f"{trigger} {count}" for trigger, count in sorted(self.paid.items()))
        head += f", {self.asked_for} coins for likes and rain asked for; "
        head += ", ".join(f"{verb} {count}" for verb, count in sorted(self.wishes.items())) + f", {self.by_message} of these by PM"
        return "\n".join([head, *(f"BROKEN: {words}" for words in self.broken)])


async def run(plan: Plan, folder: Path) -> Report:
    """Live through a run in `folder`, and prove the books."""
    report = Report()
    server = NatsServer(folder / "nats", sync_always=True)
    await asyncio.to_thread(server.start)
    house = House(folder, server)
    robot = Robot(server.url, seed=plan.seed)
    robot.people, robot.css = {ADMIN: 5}, dealings.SHEET
    try:
        house.configure(**RULES)
        await house.provision()
        await _publish_past(plan, house)
        house.start()
        await robot.start()
        crowd = Crowd(robot, plan.seed, messages.words, plan.acts_per_second)
        askers = Callers(house, plan.seed), Wishes(house, plan.seed), payments.Payers(house, plan.seed)
        living = [asyncio.create_task(life.run()) for life in (crowd, *askers)]
        await _kill_for_a_while(plan, house, server, report)
        await end(living)
        report.broken += [f"the test itself failed: {life!r}" for life in living if not life.cancelled()]
        if not robot.in_cytube:
            await robot.enter(note="Reconnected after: watchdog (attempt 1)")
        for name in PLAYERS:
            if name not in robot.people:
                await robot.join(name, rank_of(name))  # what they are told is waited for no longer than if they were there
        report.acts = crowd.acts
        await _prove(plan, house, robot, askers, report)
    finally:
        await robot.vanish()
        await house.close()
        await asyncio.to_thread(server.stop)
    return report


async def _publish_past(plan: Plan, house: House) -> None:
    client = await house.client()
    story = past(plan.seed, datetime.now(UTC) - timedelta(seconds=5), plan.past_hours, plan.past_events)
    for raw in story.raws:
        await client.publish(raw.subject, raw.body)
    await client.flush()


async def _kill_for_a_while(plan: Plan, house: House, server: NatsServer, report: Report) -> None:
    chance = random.Random(f"kills {plan.seed}")
    deadline = time.monotonic() + plan.seconds
    while time.monotonic() < deadline:
        await asyncio.sleep(chance.expovariate(1 / plan.kill_every_seconds))
        house.revive()
        count = chance.choices((1, 2, len(plan.victims)), (8, 2, 1))[0]
        chosen = chance.sample(plan.victims, min(count, len(plan.victims)))
        services = [name for name in chosen if name != SERVER]
        if SERVER in chosen:
            await asyncio.to_thread(server.kill)
        if services:
            await asyncio.to_thread(house.kill, *services)
        for name in chosen:
            report.kills[name] = report.kills.get(name, 0) + 1
        await asyncio.sleep(chance.choice((0, 0, 0.3, 1.0)))
        if SERVER in chosen:
            await asyncio.to_thread(server.start)
        if services:
            house.start(*services)
    house.start()


async def _prove(plan: Plan, house: House, robot: Robot, askers: tuple[Callers, Wishes, payments.Payers], report: Report) -> None:
    callers, wishes, payers = askers
    try:
        await _all_work(plan, house)
        await asyncio.gather(*(asker.finish() for asker in askers))
        await _come_to_rest(plan, house)
    except AssertionError as error:
        report.broken.append(str(error))
        return  # while things move nothing can be held against anything
    client = await house.client()
    transactions, raws = await books.read_messages(client, "ECONOMY_TRANSACTIONS"), await books.read_stream(client, "ECONOMY_RAW")
    events = await books.read_messages(client, "ECONOMY_EVENTS")
    earnings = await asyncio.to_thread(earned.told_again, events)
    done, wanted = dealings.Dealings(transactions), await messages.kept(house)
    expected = await books.expected(house)
    balances = await books.booked(house)
    report.events = raws[-1].sequence
    report.questions = len(expected.questions)
    report.accounts, report.coins = len(balances), sum(balances.values())
    report.calls = callers.given.total()
    report.wishes = Counter(wish.verb for wish in (*wishes.made, *wanted) if wish.done)
    report.by_message = sum(wish.done for wish in wanted)
    report.wishes["queue"] = sum(bool(payment.paid and payment.paid["success"]) for payment in payers.made)
    report.broken += [problem for asker in askers for problem in asker.broken]
    report.broken += [*messages.untrue(house, wanted), *history.broken(house, transactions), *payments.untrue(house, payers.made, done)]
    report.broken += dealings.broken(house, robot, [*wishes.made, *wanted], done, raws)
    report.paid = earned.by_trigger(earnings)
    report.asked_for = deeds.coins(transactions).total()
    report.broken += [*earned.untrue(earnings, transactions), *deeds.untrue(house, events, transactions), *_faults(house)]
    due = Counter(callers.given)
    due.update(earned.beside_the_model(earnings))
    due.update(deeds.coins(transactions))
    due.update(done.net)
    report.broken += await books.differences(house, due)
    report.broken += await books.disorder(house)
    report.broken += await books.unanswered(house, robot)
    audit = await asyncio.to_thread(house.audit)
    if audit.returncode != 0:
        report.broken.append(f"audit: {audit.stdout}")
    if not balances:
        report.broken.append("nobody has anything: the run proves nothing")


async def _all_work(plan: Plan, house: House) -> None:
    """Wait until all services work. Who gives up a server that was killed while it was starting is started anew, as a supervisor does."""

    async def is_ready() -> bool:
        house.revive()
        return all([(await house.health(name) or {}).get("ready") for name in SERVICES])

    await until(is_ready, "every service is ready", plan.rest_seconds, every_seconds=0.1)


def _faults(house: House) -> Iterator[str]:
    """Say who ended by a fault of its own: a kill, or a server that is gone, is none."""
    for name in SERVICES:
        lines = house.log(name).read_text(encoding="utf-8", errors="replace").splitlines()
        yield from (f"{name}: {line[:FAULT_CHARACTERS]}" for line in lines if '"ends, by a fault"' in line)


async def _come_to_rest(plan: Plan, house: House) -> None:
    """Wait until everything is done, and end all services there: nothing is to move while it is looked at."""
    deadline = time.monotonic() + plan.rest_seconds
    while True:
        await books.wait_until_quiet(house, max(1.0, deadline - time.monotonic()))
        await until(lambda: history.behind(house) is None, "counted by analytics", max(1.0, deadline - time.monotonic()))
        await asyncio.to_thread(house.kill)
        if not books.left_over(house) and history.behind(house) is None:
            return
        house.start()


def describe(plan: Plan) -> str:
    """Give the plan as one line."""
    shown = {"seed": plan.seed, "seconds": plan.seconds, "kill_every_seconds": plan.kill_every_seconds, "victims": plan.victims}
    return json.dumps(shown)
