"""How a process reaches NATS: one connection by FastStream's broker, for good until the process ends."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog
from faststream import AckPolicy
from faststream.nats import NatsBroker
from faststream.nats.security import NatsToken
from faststream.security import BaseSecurity, SASLPlaintext

from libs.common.config import Config
from libs.common.credentials import login, tls_context

log = structlog.get_logger()


def make_broker(
    config: Config,
    state_dir: Path,
    name: str,
    *,
    reconnected: Callable[[], Awaitable[None]],
    closed: Callable[[], Awaitable[None]],
) -> NatsBroker:
    """Prepare the broker: it waits for a server as long as it takes, and comes back after each cut."""
    nats = config.settings.nats
    who = login(nats, state_dir, name)
    context = tls_context(nats)
    security: BaseSecurity | None = BaseSecurity(ssl_context=context) if context else None
    if who.user:
        security = SASLPlaintext(who.user, who.password or "", ssl_context=context)
    elif who.token:
        security = NatsToken(who.token, ssl_context=context)

    async def disconnected() -> None:
        connection = broker.config.connection_state.connection
        if not (connection.is_draining or connection.is_closed):
            log.warning("connection to NATS lost")

    async def failed(error: Exception) -> None:
        log.info("NATS client reports", error=repr(error))

    broker = NatsBroker(
        nats.servers,
        name=f"economy-{name}",
        security=security,
        max_reconnect_attempts=nats.max_reconnect_attempts,
        reconnect_time_wait=nats.reconnect_time_wait,  # type: ignore[arg-type]  # nats-py sleeps this long; fractions are fine
        connect_timeout=nats.connect_timeout,
        inbox_prefix=who.inbox,
        pending_size=64 * 1024 * 1024,
        ping_interval=nats.ping_interval,
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
