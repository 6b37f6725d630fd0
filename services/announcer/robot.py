"""kryten-py's client, by which lines reach the robot."""

import ssl
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import kryten.client
from kryten import KrytenClient

from libs.common.config import Settings
from libs.common.config.secrets import without_login
from libs.common.connection import Troubles
from libs.common.credentials import login, tls_context


class RobotClient(KrytenClient):
    """A `KrytenClient` that can show certificates: its own `nats.tls_*` settings reach nobody."""

    def __init__(self, settings: Settings, state_dir: Path, name: str) -> None:
        """Take the connection's settings. No pacing of its own (the voice paces), no lifecycle (the runtime announces the service)."""
        nats = settings.nats
        who = login(nats, state_dir, name)
        self._tls = tls_context(nats)
        self._troubles = Troubles(who, [without_login(server) for server in nats.servers])
        connection: dict[str, Any] = {
            "servers": list(nats.servers),
            "user": who.user,
            "password": who.password,
            "token": who.token,
            "connect_timeout": nats.connect_timeout,
            "reconnect_time_wait": 1,
            "max_reconnect_attempts": nats.max_reconnect_attempts,
            "ping_interval": nats.ping_interval,
        }
        super().__init__(
            {
                "nats": connection,
                "channels": [{"domain": channel.domain, "channel": channel.channel} for channel in settings.channels],
                "chat_min_delay": 0.0,
                "chat_jitter": 0.0,
                "log_level": "WARNING",
            }
        )

    @property
    def is_broken(self) -> bool:
        """Whether the connection is being made anew; `is_connected` holds all the while."""
        return self._nats is not None and not self._nats.is_connected

    async def connect(self) -> None:
        """Connect, and go on trying until a server is there.

        Raises:
            KrytenConnectionError: it can't be done.
        """
        if self._tls is None:
            await super().connect()
        else:
            await self._connect_with(self._tls)

    async def _setup_subscriptions(self) -> None:
        """Hear nothing. The library would read every event of the room for handlers that we do not have, and log what it can't read."""

    async def _on_error(self, e: Exception) -> None:
        """Say what the connection reports as our own does: the library makes an error with a traceback of every cut."""
        self._troubles.tell(e)

    async def _on_reconnected(self) -> None:
        self._troubles.over()
        await super()._on_reconnected()

    async def _connect_with(self, tls: ssl.SSLContext) -> None:
        # The library calls `nats.connect` with a fixed list of options, and nothing else of `nats`.
        library: Any = kryten.client
        nats = library.nats

        def connect(**options: Any) -> Any:
            return nats.connect(tls=tls, **options)

        library.nats = SimpleNamespace(connect=connect)
        try:
            await super().connect()
        finally:
            library.nats = nats
