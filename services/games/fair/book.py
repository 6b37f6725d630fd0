"""The book of draws: every one is written down with its seed before any coin moves, and never made twice for one request."""

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from libs.common.contracts.games import Proof
from libs.common.contracts.ledger import MAX_AMOUNT
from libs.common.durable import Unit
from libs.common.names import fold
from services.games.fair import store
from services.games.fair.draws import SEED_BYTES, Draws, RandomSource, commitment

Data = dict[str, Any]
"""Plain JSON."""

Recipe = Callable[[Data, Data, RandomSource], Data]
"""What a game makes of numbers: (what it is played by, the round's own terms, the numbers) to the result.

It says in `payout` how many coins the house pays as winnings, and in `winner` to whom, where that is not who asked. It depends on
nothing else, so that it can be worked out again at any time.
"""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_RULE_DIGITS: Final = 16
_CLIENT_BYTES: Final = 8


@dataclass(frozen=True, slots=True)
class Request:
    """What is drawn for."""

    channel: str
    key: str
    """Of the posting that pays what the draw comes to."""
    at: datetime
    game: str
    rule: Data
    """What it is played by: chances, payouts."""
    terms: Data
    """The round's own: the stake, who takes part."""


@dataclass(frozen=True, slots=True)
class Played:
    """What was drawn, and what it came to."""

    result: Data
    proof: Proof
    metadata: Data
    """For the postings: by what each coin can be explained."""


class Book:
    """Draws within the transaction of whoever asks for it."""

    def __init__(self, recipes: Mapping[str, Recipe], entropy: Callable[[int], bytes] = secrets.token_bytes) -> None:
        """Take what each game makes of numbers, and where seeds come from: so many bytes that nobody can foresee."""
        self._recipes = recipes
        self._entropy = entropy

    def play(self, unit: Unit, user: str, request: Request) -> Played:
        """Draw by a viewer's own seed; a request that was drawn for before gets the same again, whatever the rules are by now."""
        return self._kept(unit, request) or self._draw(unit, self.seed(unit, request.channel, user, request.at), None, request)

    def open_round(self, unit: Unit, channel: str, round_id: str, at: datetime) -> str:
        """Begin the seed of a shared round; give its commitment, to be told to all who may take part."""
        found = store.seed(unit.db, channel, f"@{round_id}")
        if found is None:
            found = store.add_seed(unit.db, channel, f"@{round_id}", self._entropy(SEED_BYTES), "", _micros(at))
        return commitment(found.seed)

    def play_round(self, unit: Unit, round_id: str, client_seed: str, request: Request) -> Played:
        """Draw by the round's seed; `client_seed` follows from who takes part, and is not known before they all are.

        Raises:
            LookupError: the round was not opened, or has been shown.
        """
        kept = self._kept(unit, request)
        if kept is not None:
            return kept
        found = store.seed(unit.db, request.channel, f"@{round_id}")
        if found is None:
            raise LookupError(f"no seed is in use for {round_id!r}")
        return self._draw(unit, found, client_seed, request)

    def reveal_round(self, unit: Unit, channel: str, round_id: str) -> str | None:
        """End a shared round's seed; give it, hexadecimal, None where there never was one."""
        found = store.seed(unit.db, channel, f"@{round_id}")
        if found is not None:
            store.end_seed(unit.db, found, round_id)
        else:
            found = store.last_ended(unit.db, channel, f"@{round_id}")
        return None if found is None else found.seed.hex()

    def done(self, unit: Unit, channel: str, key: str) -> None:
        """Note that the ledger did what a draw came to."""
        store.mark_done(unit.db, channel, key)

    def seed(self, unit: Unit, channel: str, user: str, at: datetime) -> store.Seed:
        """Give the seed a viewer's draws are made by; there is one from the first time it is asked for.

        One that came back with a backup is used no more: since the backup it may have been shown, and its next draws seen.
        """
        found = store.seed(unit.db, channel, fold(user))
        if found is not None and not store.is_restored(unit.db, found):
            return found
        if found is not None:
            store.end_seed(unit.db, found, store.RESTORED)
        client = self._entropy(_CLIENT_BYTES).hex() if found is None else found.client
        return store.add_seed(unit.db, channel, fold(user), self._entropy(SEED_BYTES), client, _micros(at))

    def rotate(self, unit: Unit, channel: str, user: str, at: datetime, key: str) -> None:
        """End a viewer's seed, so that it can be shown, and begin a new one; once under `key`. The client seed goes on."""
        last = store.last_ended(unit.db, channel, fold(user))
        if last is not None and last.ended_by == key:
            return
        ended = self.seed(unit, channel, user, at)
        store.end_seed(unit.db, ended, key)
        store.add_seed(unit.db, channel, fold(user), self._entropy(SEED_BYTES), ended.client, _micros(at))

    def _draw(self, unit: Unit, seed: store.Seed, client: str | None, request: Request) -> Played:
        nonce, client = seed.nonce + 1, seed.client if client is None else client
        draws = Draws(seed.seed, client, nonce, request.game)
        result = self._recipes[request.game](request.rule, request.terms, draws)
        contents = canonical(request.rule)
        numbers = [list(each) for each in draws.drawn]
        draw = store.Draw(request.key, seed.seed, nonce, client, request.game, rule_id(contents), numbers, result)
        store.count_up(unit.db, seed, nonce)
        store.add_draw(unit.db, request.channel, seed, draw, contents, request.terms, _micros(request.at))
        return _played(draw)

    def _kept(self, unit: Unit, request: Request) -> Played | None:
        draw = store.draw(unit.db, request.channel, request.key)
        return None if draw is None else _played(draw)


def canonical(rule: Data) -> str:
    """Give what a game is played by in one certain form."""
    return json.dumps(rule, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def rule_id(contents: str) -> str:
    """Name what a game is played by after its contents."""
    return hashlib.sha256(contents.encode()).hexdigest()[:_RULE_DIGITS]


def _played(draw: store.Draw) -> Played:
    proof = Proof(commitment=commitment(draw.seed), nonce=draw.nonce)
    # Larger numbers than any reader of JSON holds exactly are written as words.
    numbers = [[each if each <= MAX_AMOUNT else str(each) for each in pair] for pair in draw.numbers]
    metadata = {"commitment": proof.commitment, "nonce": draw.nonce, "client_seed": draw.client, "numbers": numbers, "rule": draw.rule}
    return Played(draw.result, proof, metadata)


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)
