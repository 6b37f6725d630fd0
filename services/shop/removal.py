"""Taking away what somebody has: a greeting that offends, a color that is somebody else's."""

import structlog

from libs.common.contracts.base import Contract
from libs.common.contracts.owners import Declined
from libs.common.contracts.shop.removal import TakeAwayRequest, TakenAway
from libs.common.durable import Unit
from libs.common.owner import Case, Verb
from services.shop.colors import canvas
from services.shop.colors import store as sheets
from services.shop.items import COLOR
from services.shop.part import Part, Tools
from services.shop.vanity import store

log = structlog.get_logger()


def removal(_tools: Tools) -> Part:
    """Give the part that takes things away."""
    return Part(verbs=(Verb("take_away", TakeAwayRequest, take_away),))


def take_away(unit: Unit, case: Case[TakeAwayRequest]) -> Contract:
    """Take it away, once under its key; a color leaves the style sheet at the next tick."""
    request = case.request
    answer = unit.once(request.key, request.contents(), lambda: _taken(unit, case).encode())
    taken = TakenAway.model_validate_json(answer)
    return taken if taken.value else Declined(code="has_none", values={"user": request.target})


def _taken(unit: Unit, case: Case[TakeAwayRequest]) -> TakenAway:
    request = case.request
    owned = store.take(unit.db, case.channel, request.target, request.item)
    if owned is None:
        return TakenAway(target=request.target, item=request.item, value="")
    if request.item == COLOR.key:
        sheets.strike(unit.db, case.channel, request.target, owned.value)
        sheets.keep(unit.db, case.channel, canvas.wish(sheets.find(unit.db, case.channel)))
    log.info("taken away", channel=case.channel, user=owned.name, item=request.item, value=owned.value, by=request.user)
    return TakenAway(target=owned.name, item=request.item, value=owned.value)
