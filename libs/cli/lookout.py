"""What can be seen of the NATS server: whether it is there, what it holds for us, whom it lets in, how safely it stores."""

import asyncio
import json
from collections.abc import Awaitable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.request import urlopen

from nats.aio.client import Client
from nats.errors import Error as NatsError

from libs.cli.operator import NoServer, connect
from libs.common import streams
from libs.common.config import Settings
from libs.common.config.connection import Nats
from libs.common.config.secrets import without_login
from libs.common.credentials import tls_context

PATIENCE_SECONDS: Final = 2.0
"""For all of it."""
ANSWER_SECONDS: Final = 1.0
"""For one answer: a server that forbids a question never answers it."""
USUAL_SYNC_SECONDS: Final = 120
PAYLOAD_MIN: Final = 1024 * 1024
"""What a server takes in one message by default, and what ours are made for."""
NANOSECONDS: Final = 1_000_000_000
_WHO_AM_I: Final = "$SYS.REQ.USER.INFO"

T = TypeVar("T")


async def look(settings: Settings, state_dir: Path) -> list[str]:
    """Give what there is to say about the server, a line each. Nothing of it is an error: it may come up later."""
    seen, guests, storage = await asyncio.gather(
        _within(_there(settings, state_dir)), _within(_guests(settings.nats)), _within(_storage(settings.nats))
    )
    where = ", ".join(map(without_login, settings.nats.servers))
    there, narrow = seen or (None, None)
    if there is None and guests is not None:
        there = f"{where}: it does not let us in with this login"
    elif there is None:
        there = f"{where}: nothing answers there now" + ("; up brings the server along" if settings.nats.embedded else "")
    return [there, *filter(None, (narrow, guests, storage or storing(None, settings.nats)))]


async def _within(seeing: Awaitable[T]) -> T | None:
    try:
        return await asyncio.wait_for(seeing, PATIENCE_SECONDS)
    except (TimeoutError, NatsError, NoServer, OSError, ValueError):
        return None


async def _there(settings: Settings, state_dir: Path) -> tuple[str, str | None]:
    """Tell what our own login finds, and whether messages are taken there as long as ours may be."""
    client = await connect(settings.nats, state_dir)
    try:
        version = client.connected_server_version
        found = f"{without_login(settings.nats.servers[0])}: NATS {version.major}.{version.minor}.{version.patch}"
        troubles = await streams.problems(client.jetstream(timeout=ANSWER_SECONDS), [channel.token for channel in settings.channels])
        more = f", and {len(troubles) - 1} more such" if len(troubles) > 1 else ""
        told = f"{found}; {troubles[0]}{more}" if troubles else f"{found}; the streams are as they should be"
        return told, narrowness(client.max_payload)
    finally:
        await _close(client)


def narrowness(max_payload: int) -> str | None:
    """Say what is wrong with the longest message the server takes, in bytes, if anything is."""
    if max_payload >= PAYLOAD_MIN:
        return None
    return (
        f"it takes messages of {max_payload:,} bytes only, and ours may have more: a long user list or answer would be lost; "
        f"set max_payload: {PAYLOAD_MIN} (its default) or more"
    )


async def _guests(nats: Nats) -> str:
    """Tell what somebody without a password may do there."""
    client, refused = Client(), False

    async def failed(error: Exception) -> None:
        nonlocal refused
        refused = refused or "violation" in str(error).lower()

    try:
        await client.connect(
            [without_login(server) for server in nats.servers],
            tls=tls_context(nats),
            connect_timeout=ANSWER_SECONDS,  # type: ignore[arg-type]  # fractions are fine
            allow_reconnect=False,
            max_reconnect_attempts=0,
            error_cb=failed,
        )
        with suppress(TimeoutError):
            answer = await client.request(_WHO_AM_I, b"", timeout=ANSWER_SECONDS)
            return openness(json.loads(answer.data))
        return openness(None)
    except NatsError:
        if refused or client.last_error is not None:
            return openness(None)
        raise
    finally:
        await _close(client)


def openness(answer: dict[str, Any] | None) -> str:
    """Say whether strangers may do everything, from what the server tells them of themselves; None: they may not even ask."""
    data = (answer or {}).get("data")
    if isinstance(data, dict) and not any((data.get("permissions") or {}).values()):
        return "whoever reaches it may do everything, speak for a service too: it has no users with permissions (see deploy/nats.conf)"
    return "who comes without a password may not do everything: it has users with permissions"


async def _storage(nats: Nats) -> str:
    """Tell how safely it stores, from its monitoring address."""
    if nats.monitoring_url is None:
        return storing(None, nats)

    def fetch() -> Any:
        with urlopen(f"{(nats.monitoring_url or '').rstrip('/')}/varz", timeout=ANSWER_SECONDS) as answer:  # noqa: S310 - the model lets http(s) only
            return json.load(answer)

    return storing(await asyncio.to_thread(fetch), nats)


def storing(varz: Any, nats: Nats) -> str:
    """Say what an acknowledgement is worth, from what the monitoring address tells; None: it told nothing."""
    jetstream = varz.get("jetstream") if isinstance(varz, dict) else None
    config = jetstream.get("config") if isinstance(jetstream, dict) else None
    if isinstance(config, dict):
        if config.get("sync_always") is True:
            return "what it acknowledged is on disk (sync_interval: always)"
        interval = config.get("sync_interval")
        seconds = interval / NANOSECONDS if isinstance(interval, int | float) and interval > 0 else USUAL_SYNC_SECONDS
        return f"a power cut can lose what it acknowledged in the last {seconds:.4g} seconds; set jetstream {{ sync_interval: always }}"
    if nats.monitoring_url is not None:
        return f"how safely it stores cannot be seen: {without_login(nats.monitoring_url)} does not tell"
    if nats.embedded:
        return "what it acknowledges will be on disk: our own server is set up so"
    return (
        f"how safely it stores cannot be seen without nats.monitoring_url; unless it has jetstream {{ sync_interval: always }}, "
        f"a power cut can lose what it acknowledged in the last {USUAL_SYNC_SECONDS} seconds"
    )


async def _close(client: Client) -> None:
    with suppress(NatsError, OSError, TimeoutError):
        await asyncio.wait_for(client.close(), ANSWER_SECONDS)
