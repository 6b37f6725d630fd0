"""What has become of something that was ordered, for whoever waits for it."""

from typing import Final, Literal

from libs.common.contracts.base import Contract
from libs.common.contracts.owners import Declined
from libs.common.contracts.shop.effects import SaleRequest, SaleState
from libs.common.durable import Unit
from libs.common.owner import Case, Verb
from services.shop.part import Part, Tools
from services.shop.saga import store
from services.shop.saga.saga import sale_id
from services.shop.saga.store import State

_TOLD: Final[dict[State, Literal["delivering", "paid", "returned"]]] = {
    "delivering": "delivering",
    "seen": "delivering",
    "failed": "delivering",
    "paid": "paid",
    "returned": "returned",
}


def sales(_tools: Tools) -> Part:
    """Give the part that tells of sales under way."""
    return Part(verbs=(Verb("sale", SaleRequest, tell),))


def tell(unit: Unit, case: Case[SaleRequest]) -> Contract:
    """Tell how a sale stands."""
    sale = store.find(unit.db, sale_id(case.request.order))
    if sale is None or sale.channel != case.channel:
        return Declined(code="unknown_sale")
    return SaleState(state=_TOLD[sale.state])
