"""What was ever played, by game: one's own, and the whole room's."""

from libs.common.contracts.base import Contract
from libs.common.contracts.games import CHANNEL_TOTALS, TOTALS, ChannelTotalsRequest, GameTotals, TotalsAnswer, TotalsRequest
from libs.common.durable import Unit
from libs.common.names import fold
from libs.common.owner import Case, Verb
from libs.common.parts import Part
from services.games import store
from services.games.part import Tools


def part(_tools: Tools) -> Part:
    """Give what can be asked of it."""
    return Part(verbs=(Verb(TOTALS, TotalsRequest, _own), Verb(CHANNEL_TOTALS, ChannelTotalsRequest, _rooms)))


def _own(unit: Unit, case: Case[TotalsRequest]) -> Contract:
    return _answer(unit, case.channel, fold(case.request.user))


def _rooms(unit: Unit, case: Case[ChannelTotalsRequest]) -> Contract:
    return _answer(unit, case.channel, store.ROOM)


def _answer(unit: Unit, channel: str, user: str) -> TotalsAnswer:
    return TotalsAnswer(games=[GameTotals(**each._asdict()) for each in store.totals(unit.db, channel, user)])
