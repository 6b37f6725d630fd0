"""From raw messages to what the ledger is asked: ingest's scribe and earning in one process, against the model of the tests."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from libs.common import subjects
from libs.common.contracts.ledger import Transfer
from services.ingest.scribe import Scribe
from tests.support.earning_stage import Stage
from tests.support.model import expect
from tests.support.model_parts import Room
from tests.support.replay import load, names, shift
from tests.support.script import BARE, BOT, CHANNEL, DOMAIN, Script

NAMES = ("alice", "Bob", "guest")
START = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
RULES: dict[str, Any] = {
    "presence": {
        "active_bonus_per_minute": 2,
        "hourly_milestones": {1: 25},
        "night_watch": {"enabled": True, "hours": [0], "multiplier": 1.25},
    },
    "onboarding": {"welcome_wallet": 7},
    **BARE,
}

CAPTURED = {subjects.robot_event(CHANNEL, name) for name in subjects.ROBOT_EVENTS}

Step = tuple[str, str, int]
ROSTERS = {"roster": (0, None), "roster of who is afk": (0, True), "roster of who is not afk": (0, False), "roster from before": (3, False)}
WHATS = ("join", "leave", "chat", "late", "pm", "list", "empty", "tick", "tick", "away", "unknown", "login", "gap", "afk", "back", *ROSTERS)

steps = st.lists(
    st.tuples(st.sampled_from(WHATS), st.sampled_from(NAMES), st.integers(0, 400) | st.sampled_from([0, 1, 30, 60, 300, 2_000])),
    max_size=40,
)


def play(happenings: Sequence[Step]) -> Script:
    script, at = Script(), START
    script.configure(at, **RULES).tick(at, "unknown")
    for what, name, seconds in [*happenings, ("tick", NAMES[0], 61)]:
        at += timedelta(seconds=seconds)
        happen(script, what, name, at)
    return script


def happen(script: Script, what: str, name: str, at: datetime) -> None:
    match what:
        case "join":
            script.join(name, at, 0 if name == "guest" else 1)
        case "leave":
            script.leave(name, at)
        case "chat":
            script.chat(name, f"line {len(script.raws)}", at)
        case "late":
            script.chat(name, f"line {len(script.raws)}", at, said=at - timedelta(seconds=11))
        case "pm":
            script.pm(name, "balance", at)
        case "list":
            script.list(at, name, BOT)
        case "empty":
            script.list(at, BOT)
        case "tick" | "away" | "unknown":
            script.tick(at, "connected" if what == "tick" else what)
        case "login":
            script.event("login", {"success": True, "name": BOT}, at)
        case "gap":
            script.observe("gap", {}, at)
        case "afk" | "back":
            script.event("setAFK", {"name": name, "afk": what == "afk"}, at)
        case _:
            age, afk = ROSTERS[what]
            script.roster(at, max(len(script.raws) - age, 0), name, BOT, afk=afk)


def earned(script: Script) -> Stage:
    scribe, stage = Scribe({CHANNEL: DOMAIN}, 1), Stage(None)
    for raw in script.raws:
        stage.play(scribe.write(raw.sequence, raw.subject, raw.body, raw.stored).event)
    return stage


def paid(stage: Stage) -> list[tuple[str, str, int, datetime]]:
    words = {"presence.base": "presence", "onboarding.wallet": "wallet"}
    return sorted(
        (line.target.casefold(), words.get(line.trigger or "", line.trigger or ""), line.amount, posting.at)
        for posting in stage.postings()
        for line in posting.lines
        if isinstance(line, Transfer)
    )


def agrees(script: Script) -> None:
    stage, expected = earned(script), expect(script.raws, [Room(CHANNEL, DOMAIN)])

    assert paid(stage) == sorted((due.user, due.why, due.amount, due.at) for due in expected.payments if due.why != "grant")
    assert [(fact.user.casefold(), fact.at) for fact in stage.arrivals()] == [
        (user, at) for _, user, at in expected.arrivals if user != BOT.casefold()
    ]


@given(steps)
@settings(max_examples=150, deadline=None)
def test_whatever_happens_everybody_is_paid_what_the_model_says(happenings: list[Step]) -> None:
    agrees(play(happenings))


@pytest.mark.parametrize("recording", names())
def test_the_recordings_pay_what_the_model_says(recording: str) -> None:
    script = Script()
    script.configure(START - timedelta(hours=1), **RULES)
    for message in shift(load(recording), START):
        if message.subject in CAPTURED or message.subject.startswith("kryten.lifecycle.robot."):
            script.put(message.subject, message.body, message.at)

    agrees(script)
