"""Whether services are ready, asked of them."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Final

from nats.aio.client import Client
from nats.errors import Error as NatsError

from libs.cli.operator import NoServer
from libs.common import subjects

ASK_SECONDS: Final = 1.0
AGAIN_SECONDS: Final = 0.1
"""Readiness is not announced, only answered."""
TELL_SECONDS: Final = 10.0
"""How long to wait before saying what is missing, and before saying it again when it has changed."""


async def problems(client: Client, service: str) -> list[str]:
    """Give what keeps a service from being ready; empty when it is."""
    try:
        answer = await client.request(subjects.health(service), b"", timeout=ASK_SECONDS)
        health = json.loads(answer.data)
        return [] if health["ready"] else [str(problem) for problem in health["problems"]]
    except (NatsError, NoServer):
        return ["does not answer yet"]
    except (ValueError, KeyError, TypeError) as error:
        return [f"answers with what can't be read: {error!r}"]


async def until_ready(client: Client, service: str, report: Callable[[str], None]) -> None:
    """Wait until a service is ready, however long that takes; when it takes long, tell what is missing."""
    told: list[str] = []
    tell_at = time.monotonic() + TELL_SECONDS
    while missing := await problems(client, service):
        if time.monotonic() > tell_at and missing != told:
            report(f"{service}: not ready yet: {'; '.join(missing)}")
            told, tell_at = missing, time.monotonic() + TELL_SECONDS
        await asyncio.sleep(AGAIN_SECONDS)
