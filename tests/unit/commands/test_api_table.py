"""What the table of commands says of an answer is what an answer holds: the reference is made of it."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from docs.generate.api import reference
from libs.common.contracts.analytics import ReportAnswer
from libs.common.contracts.earning import WhyAnswer
from libs.common.contracts.earning.careers import BadgesAnswer, Earned, SetRankAnswer
from libs.common.contracts.earning.events import EventsAnswer, EventStarted, EventStopped, Holding
from libs.common.contracts.earning.rain import Rained
from libs.common.contracts.earning.triggers import TalliesAnswer, TriggerTally
from libs.common.contracts.games import GameTotals, TotalsAnswer
from libs.common.contracts.health import Health
from libs.common.contracts.ledger import AccountState, Entry, Outcome
from libs.common.contracts.ledger_requests import (
    AccountsAnswer,
    BanAnswer,
    Flow,
    HistoryAnswer,
    HistoryRow,
    LeaderboardAnswer,
    LeaderboardRow,
    StatsAnswer,
)
from libs.common.contracts.reload import Reloaded
from libs.common.contracts.shop.effects import ColorVerdict, Ordered, Readability, Resynced, SaleState
from libs.common.contracts.shop.prices import InflationAnswer
from libs.common.contracts.shop.queue import QueuePaid, QueuePreview, QueueRefunded
from libs.common.contracts.shop.vanity import Bought
from libs.common.services import existing
from services.commands.api import COMMANDS
from services.commands.api.codes import ALL, ANYWHERE
from tests.support.api import Bench
from tests.support.commands import NOON

ROOT = Path(__file__).parents[3]
MONEY = dict.fromkeys(
    (
        *("accounts", "circulation", "spendable", "escrow", "house", "minted", "burnt", "median_balance", "postings"),
        *("lifetime_earned", "lifetime_spent", "lifetime_wagered", "lifetime_won"),
    ),
    1,
)


def first(body: bytes) -> dict[str, Any]:
    """Give what tells a call that it was served, unless it is to be taken for a repetition."""
    asked = json.loads(body)
    return {"request_id": asked["request_id"], "call": "" if asked["request_id"] == "repeated" else asked["call"]}


FINE = {name: Health(service=name, ready=True, was_ready=True, version="1", uptime_seconds=1) for name in existing()}
ANSWERS: dict[str, Any] = {
    "accounts": AccountsAnswer(total=1, accounts=[AccountState(account="Alice", balance=5, lifetime_wagered=5, opened_at=NOON)]),
    "post": Outcome(ok=True, key="k", entries=[Entry(account="Alice", amount=5, balance=5, type="x")]),
    "history": HistoryAnswer(
        found=True, rows=[HistoryRow(id=1, number=1, key="k", at=NOON, caller="c", account="Alice", amount=5, balance=5, type="x")]
    ),
    "leaderboard": LeaderboardAnswer(by="rich", rows=[LeaderboardRow(account="Alice", balance=5, lifetime_earned=5, earned=5)]),
    "stats": StatsAnswer.model_validate({**MONEY, "window": Flow()}),
    "ban": BanAnswer(account="Alice", banned=True, changed=True),
    "unban": BanAnswer(account="Alice", banned=False, changed=True),
    "reload": Reloaded(success=True, version="v", changed_keys=["a"], restart=["b"], behind=["c"], warnings=["d"]),
    "shoutout": Ordered(user="Alice", item="shoutout", value="hello", price=5, discount=0, balance=5),
    "color": Ordered(user="Alice", item="chat_color", value="#FF69B4", price=5, discount=0, balance=5),
    "check_color": ColorVerdict(
        background="#111111",
        enforced=True,
        minimum=30,
        found=Readability(color="#FF69B4", lc=50.6, score=50.6, level="ok"),
    ),
    "resync_colors": Resynced(imported=1, managed=2, applied=True),
    "triggers": ReportAnswer(number=1, rows=[{"trigger": "presence.base", "hits": 1, "viewers": 1, "coins": 1}]),
    "tallies": TalliesAnswer(triggers=[TriggerTally(trigger="chat.laugh_received", paid=1, carried=1, capped=1, coins=1, viewers=1)]),
    "why": WhyAnswer(present_minutes=0, active_minutes=0),
    "events": EventsAnswer(
        holding=[Holding(kind="adhoc", name="Party", factor=Decimal(2), ends=NOON)], combined=Decimal(2), hidden=False, covers="all"
    ),
    "badges": BadgesAnswer(earned=[Earned(id="first", words="the first", coins=5, at=NOON)], ahead=[], hidden=0),
    "set_rank": SetRankAnswer(user="Alice", rank="Grip", before="Extra", given=True),
    "event_start": EventStarted(name="Party", multiplier=Decimal(2), minutes=5, ends=NOON),
    "event_stop": EventStopped(name="Party"),
    "rain": Rained(total=5, recipients=2, each=2, more=1),
    "sale": SaleState(state="paid"),
    "buy": Bought(user="Alice", item="custom_greeting", value="hello", charged=5, discount=0, balance=5),
    "channel_totals": TotalsAnswer(games=[GameTotals(game="spin", rounds=1, wagered=5, won=5)]),
    "totals": TotalsAnswer(games=[GameTotals(game="spin", rounds=1, wagered=5, won=5)]),
    "inflation": InflationAnswer(enabled=True, multiplier=1, anchor=1, circulation=1, seconds=60, minimum=1, maximum=1, samples=[]),
    "queue_preview": QueuePreview(cost=5, base=5, tier_label="Clip", discount_percent=0, remaining=3, cooldown_seconds=1),
    "queue": lambda body: QueuePaid(cost=5, tier="queue", tier_label="Clip", balance=5, **first(body)),
    "queue_refund": lambda body: QueueRefunded(refunded=5, balance=5, **first(body)),
    **FINE,
}
ASKED: dict[str, list[dict[str, Any]]] = {
    "spending.queue": [{"request_id": "r"}, {"request_id": "repeated"}],
    "spending.queue_refund": [{"request_id": "r"}, {"request_id": "repeated"}],
    "leaderboard": [{"category": category} for category in ("earners", "rich", "lifetime", "ranks")],
}
ANY = {
    "multiplier": 2,
    "minutes": 5,
    "duration_sec": 60,
    "username": "alice",
    "amount": 5,
    "total_amount": 5,
    "message": "hello",
    "rank_name": "Grip",
    "value": "hello",
}


def paths(value: dict[str, Any], documented: dict[str, str], prefix: str = "") -> Iterator[str]:
    """Give the fields of an answer as the table names them; what it names whole is not looked into."""
    for name, inner in value.items():
        path = prefix + name
        if isinstance(inner, dict) and path not in documented:
            yield from paths(inner, documented, f"{path}.")
        elif isinstance(inner, list) and path not in documented:
            for each in inner:
                yield from paths(each, documented, f"{path}[].")
        else:
            yield path


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "system.ping"])
async def test_an_answer_holds_what_the_table_says(name: str) -> None:
    command, found = COMMANDS[name], set[str]()
    for parameters in ASKED.get(name, [{}]):
        data = await Bench(**ANSWERS).ask(name, **ANY, **parameters)
        found |= set(paths(data, dict(command.answer)))
    assert found == set(command.answer)


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
async def test_the_table_names_codes_of_the_closed_set_once(command: Any) -> None:
    every = (*ANYWHERE, *command.codes)
    assert set(every) <= ALL
    assert len(set(every)) == len(every)


def test_the_reference_is_up_to_date() -> None:
    assert (ROOT / "docs" / "reference" / "api.md").read_text(encoding="utf-8") == reference()


def test_every_command_and_code_stands_in_the_reference() -> None:
    text = reference()
    assert [name for name in (*COMMANDS, *ALL) if f"`{name}`" not in text] == []
