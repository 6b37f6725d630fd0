"""Who a process is to NATS: the user it logs in as, and the certificates it goes by. Light: the command line uses it too."""

import os
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from libs.common.config.connection import Nats

USERS_FILE: Final = "nats-users"
"""The embedded server's users in the state directory, one `name:password` a line, readable by its owner alone."""


class CertificateUnfit(OSError):
    """A certificate that the configuration names can't be used; says which, and why."""


@dataclass(frozen=True, slots=True)
class Login:
    """What is shown to the server; all None where it asks for nothing."""

    user: str | None = None
    password: str | None = None
    token: str | None = None
    inbox: str = "_INBOX"
    """Where answers come: an inbox of its own for who has a user of its own, so that no other may listen there."""
    known_from: str = ""
    """Where the password was found, or looked for in vain: for whoever must put it right."""


def read_users(state_dir: Path) -> dict[str, str]:
    """Give the embedded server's users and their passwords; empty when there are none yet."""
    file = state_dir / USERS_FILE
    if not file.exists():
        return {}
    lines = file.read_text(encoding="utf-8").splitlines()
    return dict(line.split(":", 1) for line in lines if ":" in line)


def variable(name: str) -> str:
    """Give the environment variable that holds the password of `name` on an operator's own server."""
    return f"NATS_{name.upper()}_PASSWORD"


def login(nats: Nats, state_dir: Path, name: str) -> Login:
    """Give the login of `name`: its own, where the embedded server or the environment has a password for it; else the configured one."""
    password = read_users(state_dir).get(name) if nats.embedded else os.environ.get(variable(name))
    place = str(state_dir / USERS_FILE) if nats.embedded else variable(name)
    if password:
        return Login(user=name, password=password, inbox=f"_INBOX_{name}", known_from=place)
    if nats.user or nats.token:
        return Login(nats.user, nats.password, nats.token, known_from="nats.user" if nats.user else "nats.token")
    return Login(known_from=place)


def tls_context(nats: Nats) -> ssl.SSLContext | None:
    """Give the certificates the configuration names; None when it names none.

    Raises CertificateUnfit.
    """
    if not (nats.tls_ca or nats.tls_cert):
        return None
    try:
        context = ssl.create_default_context(cafile=nats.tls_ca)
    except OSError as error:
        raise CertificateUnfit(f"nats.tls_ca: {nats.tls_ca} can't be used: {_why(error)}") from error
    if nats.tls_cert:
        key = f" with nats.tls_key, {nats.tls_key}," if nats.tls_key else ""
        try:
            context.load_cert_chain(nats.tls_cert, nats.tls_key)
        except OSError as error:
            raise CertificateUnfit(f"nats.tls_cert: {nats.tls_cert}{key} can't be used: {_why(error)}") from error
    return context


def _why(error: OSError) -> str:
    return error.strerror or str(error)
