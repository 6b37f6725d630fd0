"""The operator's own connection to NATS."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from libs.common.config.connection import Nats
from libs.common.config.secrets import without_login
from libs.common.credentials import USERS_FILE, CertificateUnfit, Login, login, tls_context, variable
from libs.common.tasks import end

OPERATOR: Final = "operator"


class NoServer(Exception):
    """The NATS server can't be reached, or does not let us in."""


class NotAllowed(NoServer):
    """The server lets us in, but not do this; says why."""


class Operator(Client):
    """A connection whose requests fail at once where the server forbids them: it says so beside the request, and never answers that."""

    def __init__(self) -> None:
        """Prepare; `connect` connects."""
        super().__init__()
        self._asking: set[asyncio.Future[str]] = set()

    def forbid(self, words: str) -> bool:
        """Give up what is being asked, and say why; tell whether somebody was asking."""
        asking = bool(self._asking)
        for refusal in self._asking:
            if not refusal.done():
                refusal.set_result(words)
        return asking

    async def request(self, *arguments: Any, **options: Any) -> Msg:
        """As ever.

        Raises NotAllowed too.
        """
        refusal: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        answer = asyncio.create_task(super().request(*arguments, **options))
        self._asking.add(refusal)
        try:
            either: list[asyncio.Future[Any]] = [answer, refusal]
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if not answer.done():
                raise NotAllowed(refusal.result())
            return answer.result()
        finally:
            self._asking.discard(refusal)
            await end([answer])


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

    Raises NoServer; if patient, only for certificates that can't be used.
    """
    client = Operator()
    who = login(settings, state_dir, user)
    where = ", ".join(map(without_login, settings.servers))

    async def note(error: Exception) -> None:
        """Keep what is forbidden: the server tells that to nobody else."""
        if "permissions violation" in str(error).lower():
            error = NotAllowed(forbidden(error, who, settings, state_dir, user))
            if client.forbid(str(error)):
                return
        if failed is not None:
            await failed(_explained(error, who))

    try:
        certificates = tls_context(settings)
    except CertificateUnfit as error:
        raise NoServer(str(error)) from error
    try:
        await client.connect(
            list(settings.servers),
            name="economy-operator",
            user=who.user,
            password=who.password,
            token=who.token,
            tls=certificates,
            inbox_prefix=who.inbox,
            connect_timeout=settings.connect_timeout,
            allow_reconnect=patient,
            max_reconnect_attempts=-1 if patient else 1,
            reconnect_time_wait=1,
            error_cb=note,
        )
    except (NatsError, OSError) as error:
        with suppress(NatsError, OSError):
            await client.close()  # it would leave its socket open
        raise NoServer(f"no connection to {where}: {_explained(error, who)}") from error
    return client


def forbidden(error: Exception, who: Login, settings: Nats, state_dir: Path, user: str) -> str:
    """Say why the server does not let us do something, and what would help."""
    if who.user or who.token:
        return f"the NATS server forbids it to {who.user or 'this token'} ({who.known_from}): {error}"
    missing = f"there is no {USERS_FILE} in {state_dir}" if settings.embedded else f"{variable(user)} is not set"
    cure = "name the right --state-dir" if settings.embedded else "set it, as the services have theirs"
    return f"connected without a password, and the NATS server forbids it (permissions violation): {missing}; {cure}"


def _explained(error: Exception, who: Login) -> Exception:
    """Add to a refused login whose it was."""
    if "authorization violation" not in str(error).lower():
        return error
    return NatsError(f"the server refuses the login {who.user or '(none)'}; see {who.known_from}")
