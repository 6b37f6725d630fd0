"""What the earning service pays for the same events."""

from collections.abc import Sequence

from libs.common import subjects
from libs.common.contracts.events import Event, PrivateMessage
from libs.common.contracts.ledger import Posting, Transfer
from libs.common.reader import Message
from libs.common.unit import Unit
from services.earning.earner import Earner
from services.ingest.scribe import Scribe
from tests.support.earning_stage import Stage
from tests.support.earnings.coins import Payment
from tests.support.script import CHANNEL, DOMAIN, Script


def translated(told: Script) -> list[Event]:
    """Give the events ingest makes of what the robot tells."""
    scribe = Scribe({CHANNEL: DOMAIN}, epoch=1)
    return [scribe.write(raw.sequence, raw.subject, raw.body, raw.stored).event for raw in told.raws]


def paid(events: Sequence[Event], *, forgetful: bool = False) -> list[Payment]:
    """Give what the service pays, in order; a forgetful one starts anew before each event."""
    stage = Stage(None) if forgetful else Straight()
    for event in events:
        stage.play(event)
        if isinstance(event, PrivateMessage) and event.text.strip().lower() == "like" and not event.shadow:
            stage.ask("like", event.at.replace(tzinfo=None).isoformat(" "), event.user, key=event.id)
    return [payment for posting in stage.postings() for payment in payments(posting)]


def payments(posting: Posting) -> list[Payment]:
    """Give what a posting pays to whom."""
    transfers = [line for line in posting.lines if isinstance(line, Transfer)]
    return [Payment(line.target.casefold(), line.trigger or "", line.amount, posting.at) for line in transfers]


class Straight(Stage):
    """A stage on which one service handles all events."""

    def __init__(self) -> None:
        super().__init__(None)
        self._earner = Earner(self)

    def play(self, event: Event) -> None:
        message = Message(subjects.EVENTS, event.raw, subjects.event(event.channel, event.kind), event.encode(), event.at)

        def handle(unit: Unit) -> None:
            self._earner.handle_event(unit, event, message)

        self._within(handle)
