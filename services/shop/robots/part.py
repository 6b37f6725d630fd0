"""What ticks, lists and ranks tell of the robots.

Asked for its rank, kryten-robot tells the one it had at its login, which is always wrong: CyTube's own messages say which one holds.
"""

from libs.common.config import Rules
from libs.common.contracts.events import Event, Rank, Roster, Tick, UserList
from libs.common.durable import Unit
from libs.common.names import fold
from services.shop.part import Part, Tools
from services.shop.robots import store


def robots(_tools: Tools) -> Part:
    """Give the part that knows of the robots; it hears of an event before those who go by it."""
    return Part(on_event=on_event)


def on_event(unit: Unit, event: Event, rules: Rules) -> None:
    """Take what an event tells of a robot."""
    if isinstance(event, Tick):
        for channel, state in event.robots.items():
            store.keep_state(unit.db, channel, state)
        return
    bot = fold(rules.bot.username)
    if isinstance(event, Rank) and fold(event.user) == bot:
        store.keep_rank(unit.db, event.channel, event.rank)
    elif isinstance(event, UserList | Roster):
        rank = next((viewer.rank for viewer in event.users if fold(viewer.user) == bot), None)
        if rank is not None:
            store.keep_rank(unit.db, event.channel, rank)
