"""Colors, from request to what the room shows."""

from datetime import datetime, timedelta
from typing import Final

from libs.common.config import Rules
from libs.common.contracts.events import Event, Tick
from libs.common.contracts.shop.effects import CheckColorRequest, ColorRequest, ResyncRequest
from libs.common.durable import Unit
from libs.common.owner import Verb
from services.shop.colors.painter import Painter
from services.shop.colors.selling import Seller
from services.shop.items import COLOR
from services.shop.part import Part, Tools
from services.shop.saga.saga import Saga, Ware
from services.shop.saga.store import Sale
from services.shop.vanity import store as vanity
from services.shop.vanity.store import Owned

WITHIN: Final = timedelta(minutes=2)
PATIENCE: Final = 15
SORRY: Final = "Your color could not be put into the room's style sheet."


def colors(tools: Tools) -> Part:
    """Give the part that colors names."""
    painter = Painter(tools)

    def begun(unit: Unit, sale: Sale) -> None:
        painter.wish(unit, sale.channel)

    ware = Ware(COLOR, WITHIN, PATIENCE, "spend.vanity.chat_color.refund", SORRY, begun, paid=keep, failed=painter.undo)
    saga = Saga(tools, ware)
    seller = Seller(tools, painter, saga)

    def on_event(unit: Unit, event: Event, rules: Rules) -> None:
        painter.hear(unit, event, rules, saga)
        if isinstance(event, Tick):
            saga.tick(unit, event)

    verbs = (
        Verb("color", ColorRequest, seller.buy, saga.settle, seller.look),
        Verb("check_color", CheckColorRequest, seller.check, None, seller.look),
        Verb("resync_colors", ResyncRequest, seller.resync, None, seller.look),
    )
    return Part(verbs=(*verbs, *saga.verbs), on_event=on_event, run=lambda: painter.run(saga))


def keep(unit: Unit, sale: Sale, at: datetime) -> None:
    """Keep a color for good, now that it is shown and paid."""
    vanity.keep(unit.db, sale.channel, COLOR.key, Owned(sale.name, sale.value, sale.id, at))
