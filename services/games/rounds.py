"""What every game does around its rule: look at who asks, and count the round that is done. Within the transaction of whoever calls."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

from libs.common.contracts.announcements import Announcement
from libs.common.contracts.facts import Round
from libs.common.contracts.ledger import HOUSE, AccountState, Line, Outcome, Transfer
from libs.common.contracts.owners import Asked
from libs.common.durable import Unit
from libs.common.names import fold
from services.games import metrics, store
from services.games.part import Tools
from services.games.throttle import Told, after, is_told

LINE_VALID: Final = timedelta(minutes=5)
"""How long after a round the room is told of it."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

Look = Callable[[str, Asked], Awaitable[AccountState | None]]


def asker(tools: Tools) -> Look:
    """Give what looks up the account of who asks."""

    async def look(channel: str, request: Asked) -> AccountState | None:
        return await tools.accounts.find(channel, request.user)

    return look


def since_last(unit: Unit, channel: str, user: str, game: str, at: datetime) -> timedelta:
    """Give the time since somebody's last round of a game."""
    last = store.last_play(unit.db, channel, fold(user), game)
    return timedelta.max if last is None else at - _moment(last)


def moves(user: str, stake: int, payout: int, game: str, metadata: dict[str, Any]) -> list[Line]:
    """Give the lines of a round against the house: the stake to it, the payout from it."""
    trigger = f"gambling.{game}"
    lines: list[Line] = []
    if stake:
        lines.append(Transfer(source=user, target=HOUSE, amount=stake, type="gamble_wager", trigger=trigger, metadata=metadata))
    if payout:
        kind = "gamble_push" if payout == stake else "gamble_win"
        lines.append(Transfer(source=HOUSE, target=user, amount=payout, type=kind, trigger=trigger, metadata=metadata))
    return lines


def finish(unit: Unit, round_: Round, *, cooldown: bool = True) -> None:
    """Count a round whose coins have moved, and tell everybody of it. Once for each round: when its posting is settled.

    Args:
        unit: the transaction in which it is settled.
        round_: who staked and won what.
        cooldown: whether its players have to wait for their next one.
    """
    for player in round_.players:
        net = player.payout - player.wager
        row = store.Totals(round_.game, 1, player.wager, player.payout, max(net, 0), max(-net, 0))
        store.count(unit.db, round_.channel, fold(player.user), row)
        if cooldown:
            store.note_play(unit.db, round_.channel, fold(player.user), round_.game, _micros(round_.at))
    wagered, paid = (sum(getattr(player, what) for player in round_.players) for what in ("wager", "payout"))
    nets = [player.payout - player.wager for player in round_.players]
    store.count(
        unit.db,
        round_.channel,
        store.ROOM,
        store.Totals(round_.game, 1, wagered, paid, max(0, *nets), max(0, *(-net for net in nets))),
    )
    unit.fact(round_.channel, round_.kind, f"round:{round_.id}", round_)
    unit.after_commit(partial(_counted, round_.game, wagered, paid))


def tell(unit: Unit, round_: Round, line: str, values: Mapping[str, str | int]) -> None:
    """Have the room told of a round."""
    unit.announce(
        Announcement(
            id=f"round:{round_.id}",
            channel=round_.channel,
            lane="chat",
            line=line,
            values=dict(values),
            kind="result",
            at=round_.at,
            until=round_.at + LINE_VALID,
        )
    )


def tell_of_win(unit: Unit, round_: Round, line: str, values: Mapping[str, str | int], day: str, *, always: bool) -> None:
    """Have the room told of a win, unless it has heard of enough of them lately; `always` is for great ones."""
    payout = max(player.payout for player in round_.players)
    kept = store.heard(unit.db, round_.channel)
    told = None if kept is None else Told(kept.day, kept.best, _moment(kept.at))
    if always or is_told(told, day, payout, round_.at):
        now = after(told, day, payout, round_.at)
        store.note_heard(unit.db, round_.channel, store.Heard(now.day, now.best, _micros(now.at)))
        tell(unit, round_, line, values)


def balance_after(outcome: Outcome, user: str, before: int) -> int:
    """Give what somebody has once a posting is done; `before` where it moved none of their coins."""
    return next((entry.balance for entry in reversed(outcome.entries) if fold(entry.account) == fold(user)), before)


def _counted(game: str, wagered: int, paid: int) -> None:
    metrics.ROUNDS.labels(game).inc()
    metrics.WAGERED.labels(game).inc(wagered)
    metrics.PAID.labels(game).inc(paid)


def _moment(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)
