"""How things stood when a replay begins: coins by the history, everything else by what earning keeps."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from libs.analysis.archive import FOLDER, HistoryBroken
from libs.analysis.reading import history
from libs.analysis.reports.asked import utc
from services.earning.replay.opening import Coins, Opening
from services.earning.store.past import NoPast, past
from services.earning.times import micros

DATABASE: Final = "earning.db"

_COINS: Final = """
SELECT coalesce(owner, folded) AS who, coalesce(arg_max(balance, number * 1000 + leg) FILTER (folded = coalesce(owner, folded)), 0),
    coalesce(sum(amount) FILTER (counts = 'earned'), 0), -coalesce(sum(amount) FILTER (counts = 'spent'), 0),
    -coalesce(sum(amount) FILTER (counts = 'wagered'), 0)
FROM entries WHERE channel = $channel AND committed < $at GROUP BY who HAVING NOT starts_with(who, '@')
"""
_BANS: Final = """
SELECT lower(about) AS who, arg_max(kind, number) FROM transactions
WHERE channel = $channel AND committed < $at AND kind IN ('banned', 'unbanned') GROUP BY who
"""


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Give the first moment of a day."""
    return datetime.combine(day, time.min, zone)


def openings(state_dir: Path, channels: list[str], day: date, zone: ZoneInfo) -> tuple[dict[str, Opening], list[str]]:
    """Give how each channel stood when a day began, and what is not known of that."""
    remarks: list[str] = []
    try:
        coins = coins_at(state_dir / FOLDER, channels, midnight(day, zone))
    except HistoryBroken as error:
        coins = {}
        remarks.append(f"nobody's coins and ranks of before are known, so all begin with none: {error}")
    found = {channel: Opening(day.isoformat(), coins.get(channel, {})) for channel in channels}
    try:
        with past(state_dir / DATABASE) as kept:
            at = micros(midnight(day, zone))
            for channel in channels:
                known, badges = kept.known(channel, at), kept.badges(channel, at)
                days = list(kept.days(channel, day.isoformat()))
                found[channel] = Opening(day.isoformat(), coins.get(channel, {}), known, days, badges)
    except NoPast as error:
        remarks.append(f"nobody's days, badges and wallets of before are known, so all are new: {error}")
    return found, remarks


def coins_at(root: Path, channels: list[str], at: datetime) -> Mapping[str, Mapping[str, Coins]]:
    """Give everybody's coins at a moment, by channel and viewer.

    Raises:
        HistoryBroken: the history is not there.
    """
    with history(root) as db:
        found = {}
        for channel in channels:
            asked = {"channel": channel, "at": utc(at)}
            bans = {who for who, kind in db.execute(_BANS, asked).fetchall() if kind == "banned"}
            rows: Iterator[tuple[str, int, int, int, int]] = iter(db.execute(_COINS, asked).fetchall())
            coins = {
                who: Coins(int(balance), int(earned), int(spent), int(wagered), who in bans)
                for who, balance, earned, spent, wagered in rows
            }
            found[channel] = coins | {who: Coins(banned=True) for who in bans - coins.keys()}
    return found
