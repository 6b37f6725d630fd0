"""What ingest itself sees and puts into `ECONOMY_RAW` beside the robot's events. Owner: ingest; nobody else reads these."""

from datetime import datetime
from typing import Any

from libs.common.contracts.base import Contract


class Observation(Contract):
    """The envelope, shaped like the robot's: subject `economy.observed.<channel or @all>.<kind>`.

    `payload` holds the fields of the event of that kind in `contracts.events` (tick, roster, gap, checkpoint, configuration).
    """

    event_name: str
    payload: dict[str, Any]
    channel: str
    timestamp: datetime
    correlation_id: str
