"""How a service says how it is: `economy.health.<service>`, and `/readyz`."""

from typing import Any

from libs.common.contracts.base import Contract


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
