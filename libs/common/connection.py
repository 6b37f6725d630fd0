"""How a process reaches NATS: one connection by FastStream's broker, for good until the process ends."""

import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import structlog
from faststream import AckPolicy
from faststream.nats import NatsBroker
from faststream.nats.security import NatsToken
from faststream.security import BaseSecurity, SASLPlaintext
from nats.js.errors import APIError

from libs.common.config import Config

log = structlog.get_logger()

USERS_FILE: Final = "nats-users"
"""Where `up` writes the embedded server's users, one `name:password` a line, readable by its owner alone."""

RECONNECT_SECONDS: Final = 0.25


def credentials(config: Config, state_dir: Path, name: str) -> tuple[str | None, str | None]:
    """Give user and password of `name`: from the embedded server's file, else from the configuration."""
    nats = config.settings.nats
    file = state_dir / USERS_FILE
    if nats.embedded and file.exists():
        users = dict(line.split(":", 1) for line in file.read_text().splitlines() if ":" in line)
        if name in users:
            return name, users[name]
    return nats.user, nats.password


def make_broker(
    config: Config,
    state_dir: Path,
    name: str,
    *,
    reconnected: Callable[[], Awaitable[None]],
    closed: Callable[[], Awaitable[None]],
) -> NatsBroker:
    """Prepare the broker: it waits for a server as long as it takes, and comes back after each cut."""
    user, password = credentials(config, state_dir, name)
    nats = config.settings.nats
    context = _tls(nats)
    security: BaseSecurity | None = BaseSecurity(ssl_context=context) if context else None
    if user:
        security = SASLPlaintext(user, password or "", ssl_context=context)
    elif nats.token:
        security = NatsToken(nats.token, ssl_context=context)

    async def disconnected() -> None:
        connection = broker.config.connection_state.connection
        if not (connection.is_draining or connection.is_closed):
            log.warning("connection to NATS lost")

    async def failed(error: Exception) -> None:
        # A refused publish also comes here, once for each message in flight: its publisher deals with it.
        level = log.debug if isinstance(error, APIError) else log.info
        level("NATS client reports", error=repr(error))

    broker = NatsBroker(
        nats.servers,
        name=f"economy-{name}",
        security=security,
        max_reconnect_attempts=-1,
        reconnect_time_wait=RECONNECT_SECONDS,  # type: ignore[arg-type]  # nats-py sleeps this long; fractions are fine
        connect_timeout=5,
        pending_size=64 * 1024 * 1024,
        ping_interval=20,
        error_cb=failed,
        disconnected_cb=disconnected,
        reconnected_cb=reconnected,
        closed_cb=closed,
        ack_policy=AckPolicy.MANUAL,
        graceful_timeout=2.0,
        apply_types=False,
        logger=None,
    )
    return broker


def _tls(nats: Any) -> ssl.SSLContext | None:
    if not (nats.tls_ca or nats.tls_cert):
        return None
    context = ssl.create_default_context(cafile=nats.tls_ca)
    if nats.tls_cert:
        context.load_cert_chain(nats.tls_cert, nats.tls_key)
    return context
