"""Whether services are ready, asked of them."""

import asyncio
import json
from typing import Final

from nats.aio.client import Client
from nats.errors import Error as NatsError

from libs.common import subjects

ASK_SECONDS: Final = 1.0
AGAIN_SECONDS: Final = 0.1


async def problems(client: Client, service: str) -> list[str]:
    """Give what keeps a service from being ready; empty when it is."""
    try:
        answer = await client.request(subjects.health(service), b"", timeout=ASK_SECONDS)
        health = json.loads(answer.data)
        return [] if health["ready"] else [str(problem) for problem in health["problems"]]
    except NatsError:
        return ["does not answer yet"]
    except (ValueError, KeyError, TypeError) as error:
        return [f"answers with what can't be read: {error!r}"]


async def until_ready(client: Client, service: str) -> None:
    """Wait until a service is ready, however long that takes."""
    while await problems(client, service):  # noqa: ASYNC110 - readiness is not announced, only answered
        await asyncio.sleep(AGAIN_SECONDS)
