"""How a service says how it is: `economy.health.<service>`, and `/readyz`."""

from typing import Any

from libs.common.contracts.base import Contract
from libs.common.contracts.ledger import Refusal


class Health(Contract):
    service: str
    ready: bool
    was_ready: bool
    """Whether it has been ready at least once since it started."""
    problems: list[str] = []
    configuration: str | None = None
    """The version of the configuration it goes by."""
    version: str
    uptime_seconds: float
    details: dict[str, Any] = {}


class Failure(Contract):
    """The answer to a request that could not be served."""

    success: bool = False
    error: str
    code: str


class Unsendable(Failure):
    """The answer in place of one that is longer than the server's `max_payload`; a ledger's asker reads it as `Refused`."""

    error: str = "the answer would not fit into a message; ask for less"
    code: str = "answer_too_large"
    ok: bool = False
    refusal: Refusal = "answer_too_large"
