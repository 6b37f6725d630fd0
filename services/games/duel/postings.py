"""What a duel asks of the ledger."""

from datetime import datetime, timedelta
from typing import Final

from libs.common.contracts.ledger import BURN, HOUSE, Capture, Hold, Line, Posting, Release, Transfer
from services.games.duel.duel import Duel, End
from services.games.duel.rule import Data, Fight

TRIGGER: Final = "gambling.challenge"
NET_BELOW: Final = timedelta(hours=2)
"""So long after the deadline the ledger gives a stake back by itself: offers end here, and long before that."""


def offer(duel: Duel, at: datetime, commitment: str) -> Posting:
    """Hold the challenger's stake."""
    hold = Hold(
        hold=_hold(duel),
        account=duel.challenger,
        amount=duel.wager,
        deadline=duel.deadline + NET_BELOW,
        type="gamble_wager",
        trigger=TRIGGER,
        related=duel.target,
        metadata={"duel": duel.id, "commitment": commitment, "configuration": duel.version},
    )
    return _posting(duel, "offer", at, hold)


def settlement(duel: Duel, fight: Fight, at: datetime, draw: Data) -> Posting:
    """Take both stakes, pay the prize, burn the rake; `draw` tells with the prize how it came to that."""
    told = {"duel": duel.id}
    lines: list[Line] = [
        Transfer(
            source=duel.target,
            target=HOUSE,
            amount=duel.wager,
            type="gamble_wager",
            trigger=TRIGGER,
            related=duel.challenger,
            metadata=told,
        ),
        Capture(hold=_hold(duel), target=HOUSE, type="gamble_wager", trigger=TRIGGER, related=duel.target, metadata=told),
    ]
    if fight.prize:
        why = {**told, "pot": 2 * duel.wager, "rake": fight.rake, "configuration": duel.version, **draw}
        lines.append(
            Transfer(
                source=HOUSE,
                target=fight.winner,
                amount=fight.prize,
                type="gamble_win",
                trigger=TRIGGER,
                related=fight.loser,
                metadata=why,
            )
        )
    if fight.rake:
        lines.append(Transfer(source=HOUSE, target=BURN, amount=fight.rake, type="gamble_rake", trigger=TRIGGER, metadata=told))
    return _posting(duel, "settled", at, *lines)


def refund(duel: Duel, how: End, at: datetime) -> Posting:
    """Give the challenger's stake back."""
    told = {"duel": duel.id, "how": how}
    line = Release(hold=_hold(duel), type="gamble_refund", trigger=f"{TRIGGER}.refund", related=duel.target, metadata=told)
    return _posting(duel, how, at, line)


def key(duel: Duel, rule: str) -> str:
    """Give the key of what a duel asks for: each rule has its effect on it once."""
    return f"duel:{duel.id}:{rule}"


def _hold(duel: Duel) -> str:
    return f"duel:{duel.id}"


def _posting(duel: Duel, rule: str, at: datetime, *lines: Line) -> Posting:
    return Posting(key=key(duel, rule), at=at, lines=list(lines), cause=duel.id)
