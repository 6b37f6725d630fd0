"""The operator's own connection to NATS."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from nats.aio.client import Client
from nats.errors import Error as NatsError

from libs.common.config.connection import Nats
from libs.common.credentials import login, tls_context

OPERATOR: Final = "operator"


class NoServer(Exception):
    """The NATS server can't be reached, or does not let us in."""


async def connect(
    settings: Nats,
    state_dir: Path,
    *,
    user: str = OPERATOR,
    patient: bool = False,
    failed: Callable[[Exception], Awaitable[None]] | None = None,
) -> Client:
    """Connect as the operator, or as the service whose work is done while it does not run.

    With `patient` wait for the server as long as it takes, and come back after every cut.

    Raises NoServer, if not patient.
    """

    async def ignore(_error: Exception) -> None:
        """Whatever fails is also told to who asked for it."""

    client = Client()
    who = login(settings, state_dir, user)
    try:
        await client.connect(
            list(settings.servers),
            name="economy-operator",
            user=who.user,
            password=who.password,
            token=who.token,
            tls=tls_context(settings),
            inbox_prefix=who.inbox,
            connect_timeout=settings.connect_timeout,
            allow_reconnect=patient,
            max_reconnect_attempts=-1 if patient else 1,
            reconnect_time_wait=1,
            error_cb=failed or ignore,
        )
    except (NatsError, OSError) as error:
        with suppress(NatsError, OSError):
            await client.close()  # it would leave its socket open
        raise NoServer(f"no connection to {', '.join(settings.servers)}: {error}") from error
    return client
