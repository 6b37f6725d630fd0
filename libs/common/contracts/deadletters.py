"""Messages that could not be handled, kept for operators: `economy.deadletters.<service>`."""

from datetime import datetime

from libs.common.contracts.base import Contract


class DeadLetter(Contract):
    id: str
    service: str
    stream: str
    sequence: int
    subject: str
    body: str
    """The message, as text (undecodable bytes as `\\xNN`)."""
    error: str
    """The exception's type and words."""
    at: datetime
