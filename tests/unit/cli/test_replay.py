"""What a replay begins with, and what is told of it."""

import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from libs.analysis.archive import FOLDER
from libs.cli.replay.figures import Move, Row, compare
from libs.cli.replay.opening import openings
from libs.common.contracts.events import Configuration
from libs.common.contracts.ledger_requests import BanRequest
from services.earning.replay.opening import Coins, Opening
from services.earning.replay.replay import Replay, Span
from tests.support.earning_stage import QUIET, ROOM, Stage, clock, settings
from tests.support.history import written
from tests.support.teller import CHANNEL, START, Teller, give

UTC = ZoneInfo("UTC")
DAYS = Span(clock("2026-11-22 00:00"), clock("2026-11-23 00:00"))


def test_coins_and_bans_are_those_at_the_first_moment_of_the_day(tmp_path: Path) -> None:
    teller = Teller(Path(":memory:"))
    teller.viewers(alice=5, troll=1)
    teller.ask("ban", BanRequest(key="ban", account="Troll", at=START, reason="spam", actor="Root"), "commands")
    teller.now = START + timedelta(days=1)
    teller.list_of(teller.posting(give("alice", 9, "presence")))
    written(tmp_path / FOLDER, teller)

    before, on, after = (openings(tmp_path, [CHANNEL], date(2026, 11, day), UTC)[0][CHANNEL].coins for day in (22, 23, 24))

    assert before == {}
    assert (on["alice"].balance, on["alice"].earned, on["troll"].banned) == (5, 5, True)
    assert (after["alice"].balance, after["alice"].earned) == (14, 14)


def test_what_earning_keeps_tells_of_the_days_before(tmp_path: Path) -> None:
    stage = Stage(QUIET)
    stage.listed("2026-11-21 12:00", "Alice")
    stage.tick("2026-11-21 12:20")
    stage.listed("2026-11-22 12:00", "Alice", "bob")
    stage.tick("2026-11-22 12:30")
    with closing(sqlite3.connect(tmp_path / "earning.db")) as kept:
        stage.db.backup(kept)

    opening = openings(tmp_path, [ROOM], date(2026, 11, 22), UTC)[0][ROOM]

    assert [known.name for known in opening.known] == ["Alice"]
    assert [(day.user, day.date, day.present) for day in opening.days] == [("alice", "2026-11-21", 720)]


def test_what_is_not_known_is_said(tmp_path: Path) -> None:
    found, remarks = openings(tmp_path, [ROOM], date(2026, 11, 22), UTC)

    assert found == {ROOM: Opening("2026-11-22")}
    assert [remark.split(":")[0] for remark in remarks] == [
        "nobody's coins and ranks of before are known, so all begin with none",
        "nobody's days, badges and wallets of before are known, so all are new",
    ]


def test_two_runs_are_compared_in_coins_ranks_and_spread() -> None:
    stage = Stage(QUIET)
    stage.listed("12:00", "Alice", "bob")
    stage.tick("12:10")
    first, *rest = stage.events
    assert isinstance(first, Configuration)
    tiers = {"ranks": {"tiers": [{"name": "Extra", "min_lifetime_earned": 0}, {"name": "Star", "min_lifetime_earned": 40}]}}
    dearer = {**QUIET, **tiers, "presence": {"base_rate_per_minute": 3, "night_watch": {"enabled": False}}}
    opening = Opening("2026-11-22", {"alice": Coins(20, earned=20)})
    replay = Replay(DAYS, first, settings(dearer), {ROOM: opening})
    for event in rest:
        replay.play(event)

    compared = compare(replay, ROOM)

    assert compared.minted == [Row("presence.base", 20, 60)]
    assert compared.money == [Row("minted", 20, 60), Row("burnt", 0, 0), Row("circulation", 40, 80), Row("gini", 0.25, 0.125)]
    assert [(place.recorded, place.coins, place.other, place.other_coins) for place in compared.top] == [
        ("Alice", 10, "Alice", 30),
        ("bob", 10, "bob", 30),
    ]
    assert compared.moves == [Move("Alice", "Extra", "Star")]
