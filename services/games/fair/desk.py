"""What viewers see of their seeds, and may change of them."""

from typing import Final

from libs.common.contracts.base import Contract
from libs.common.contracts.games import FAIR, Drawn, FairAnswer, FairRequest, Seed
from libs.common.contracts.owners import Declined
from libs.common.durable import Unit
from libs.common.names import fold
from libs.common.owner import Case, Verb
from libs.common.parts import Part
from services.games.fair import store
from services.games.fair.draws import commitment
from services.games.part import Tools

LAST: Final = 3
"""Draws that are shown."""
CLIENT_SEED_MAX: Final = 64
"""Characters of a client seed."""


def part(tools: Tools) -> Part:
    """Give what can be asked of it."""

    def judge(unit: Unit, case: Case[FairRequest]) -> Contract:
        """Show the asker's seeds, once what is wanted of them is done."""
        request = case.request
        if fold(request.user) in case.rules.outsiders:
            return Declined(code="silent")
        seed = tools.book.seed(unit, case.channel, request.user, case.at)
        if request.client_seed is not None:
            if not 1 <= len(request.client_seed) <= CLIENT_SEED_MAX:
                return Declined(code="client_seed_length", values={"maximum": CLIENT_SEED_MAX})
            store.set_client(unit.db, seed, request.client_seed)
        if request.rotate:
            tools.book.rotate(unit, case.channel, request.user, case.at, request.key)
        seed = tools.book.seed(unit, case.channel, request.user, case.at)
        before = store.last_ended(unit.db, case.channel, fold(request.user))
        return FairAnswer(client_seed=seed.client, seed=_shown(unit, seed), before=None if before is None else _shown(unit, before))

    return Part(verbs=(Verb(FAIR, FairRequest, judge),))


def _shown(unit: Unit, seed: store.Seed) -> Seed:
    last = [
        Drawn(
            nonce=draw.nonce,
            client_seed=draw.client,
            game=draw.game,
            numbers=[(number, bound) for number, bound in draw.numbers],
            payout=draw.result["payout"] if draw.done else None,
        )
        for draw in store.draws(unit.db, seed, LAST)
    ]
    revealed = None if seed.ended_by is None else seed.seed.hex()
    return Seed(commitment=commitment(seed.seed), draws=seed.nonce, last=last, revealed=revealed)
