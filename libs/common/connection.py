"""How a process reaches NATS: one connection by FastStream's broker, for good until the process ends."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import structlog
from faststream import AckPolicy
from faststream.nats import NatsBroker
from faststream.nats.security import NatsToken
from faststream.security import BaseSecurity, SASLPlaintext
from nats.aio.client import Client

from libs.common.config import Config
from libs.common.config.secrets import without_login
from libs.common.credentials import Login, login, tls_context

log = structlog.get_logger()


def server_id(nats: Client) -> str | None:
    """Give what the server named itself at its start; servers of a cluster stand in for each other, so there it says nothing."""
    info = nats._server_info  # noqa: SLF001 - nats-py gives its name no other way
    return None if "cluster" in info else info.get("server_id")


def is_refusal(error: Exception) -> bool:
    """Whether the server does not take our login."""
    return "authorization violation" in str(error).lower()


class Troubles:
    """What the NATS client reports: four times a second while there is no server, and told once."""

    def __init__(self, who: Login, servers: Sequence[str]) -> None:
        """Prepare; `who` logs in at `servers`."""
        self._who = who
        self._servers = ", ".join(servers)
        self._told: set[str] = set()

    def tell(self, error: Exception) -> None:
        """Log an error, unless it only says again that the server is not there or does not let us in."""
        if is_refusal(error):
            if self._first("login"):
                log.error("the NATS server refuses the login", user=self._who.user or "(none)", cure=f"see {self._who.known_from}")
        elif isinstance(error, OSError):
            if self._first("waiting"):
                log.warning("waiting for the NATS server", at=self._servers)
            if self._first(repr(error)):
                log.info("NATS client reports", error=repr(error))
        else:
            log.info("NATS client reports", error=repr(error))

    def over(self) -> None:
        """The connection stands: what comes now is news."""
        self._told.clear()

    def _first(self, words: str) -> bool:
        new = words not in self._told
        self._told.add(words)
        return new


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

    troubles = Troubles(who, [without_login(server) for server in nats.servers])

    async def disconnected() -> None:
        connection = broker.config.connection_state.connection
        if not (connection.is_draining or connection.is_closed):
            troubles.over()
            log.warning("connection to NATS lost")

    async def failed(error: Exception) -> None:
        troubles.tell(error)

    async def back() -> None:
        troubles.over()
        await reconnected()

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
        reconnected_cb=back,
        closed_cb=closed,
        ack_policy=AckPolicy.MANUAL,
        graceful_timeout=2.0,
        apply_types=False,
        logger=None,
    )
    return broker
