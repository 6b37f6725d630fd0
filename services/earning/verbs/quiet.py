"""Who does not want to hear what nobody asked for. Works for anybody, with or without an account, and lasts until taken back.

It says nothing of money, so it needs no place in the order of events: it holds from when it is kept.
"""

from libs.common.contracts.earning import QuietAnswer, QuietRequest
from libs.common.names import fold
from libs.common.unit import Unit
from services.earning.store import Store
from services.earning.times import micros


def wish(unit: Unit, channel: str, request: QuietRequest) -> QuietAnswer:
    """Keep what a viewer wants, unless they said otherwise later; tell how it stands."""
    store, user = Store(unit.db), fold(request.user)
    store.wish(channel, user, quiet=request.quiet, at=micros(request.at))
    return QuietAnswer(quiet=store.is_quiet(channel, user))
