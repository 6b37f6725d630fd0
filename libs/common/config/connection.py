"""Where a process connects, listens and keeps its files: read from its own file at its start, never published."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from libs.common import subjects
from libs.common.config.section import MAX_COINS, Section

LOCAL_SERVER = "nats://127.0.0.1:4222"
STREAM_NAMES = tuple(stream.name for stream in subjects.streams(()))


def _empty_is_none(value: object) -> object:
    """Read an empty text (a variable that was not set) as absent."""
    return None if value == "" else value


def address_of(server: str) -> tuple[str, int]:
    """Split a server's URL into host and port.

    Raises ValueError for what is none.
    """
    problem = ValueError(f"a server's address, such as {LOCAL_SERVER}")
    try:
        parts = urlsplit(server if "://" in server else f"nats://{server}")
        host, port = parts.hostname, parts.port
    except ValueError as error:  # brackets that do not close, a port that is none
        raise problem from error
    if parts.scheme not in {"nats", "tls", "ws", "wss"} or not host:
        raise problem
    return host, port or 4222


def _is_address(server: str) -> str:
    address_of(server)
    return server


def _is_monitoring(url: str | None) -> str | None:
    """Refuse what cannot be looked at.

    Raises ValueError.
    """
    problem = ValueError("an address such as http://127.0.0.1:8222")
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        raise problem from error
    if not sound:
        raise problem
    return url


Server = Annotated[str, AfterValidator(_is_address)]
Text = Annotated[str | None, BeforeValidator(_empty_is_none)]
HIGHEST_PORT = 65535
FURTHEST_SERVICE = 7
"""How far above `metrics.port` the last service's port is."""
Port = Annotated[int, Field(ge=1, le=HIGHEST_PORT)]


class Nats(Section):
    """The NATS server: one of the operator's, or the one that `up` brings."""

    embedded: bool = False
    """true: `kryten-economy up` brings a NATS server of its own along. false: use the operator's, at `servers`."""
    servers: tuple[Server, ...] = ()
    """With `embedded`, the first one says where the server listens."""
    monitoring_url: Annotated[Text, AfterValidator(_is_monitoring)] = None
    """The server's monitoring address, if it has one: `kryten-economy check` looks there how safely it stores."""
    user: Text = None
    """For a server of your own that asks for a name."""
    password: Text = None
    """Best taken from the environment."""
    token: Text = None
    """In place of a name and a password."""
    tls_cert: Text = None
    """Our certificate, for a server that asks for one."""
    tls_key: Text = None
    """Its key."""
    tls_ca: Text = None
    """Whose certificates we trust."""
    connect_timeout: int = Field(10, ge=1)
    """Seconds for one attempt."""
    reconnect_time_wait: float = Field(0.25, gt=0)
    """Seconds between two attempts."""
    max_reconnect_attempts: int = Field(-1, ge=-1)
    """After a cut; -1: for ever."""
    ping_interval: int = Field(20, ge=1)
    """Seconds between two looks whether the server is still there."""

    @model_validator(mode="before")
    @classmethod
    def _embedded_needs_no_address(cls, data: Any) -> Any:
        if isinstance(data, dict) and data.get("embedded") and "servers" not in data:
            return {**data, "servers": [LOCAL_SERVER]}
        return data

    @model_validator(mode="after")
    def _some_server(self) -> Self:
        if not self.servers:
            raise ValueError(f"at least one server under nats.servers, such as {LOCAL_SERVER}, or nats.embedded: true")
        return self

    @property
    def listen(self) -> tuple[str, int]:
        """Host and port of the first server."""
        return address_of(self.servers[0])

    def advice(self) -> Iterator[tuple[str, str]]:
        host, _ = self.listen
        if self.embedded and host not in {"127.0.0.1", "localhost", "::1"}:
            yield "servers", f"the embedded server will listen on {host}; who reaches it there may speak for the robot"


class Channel(Section):
    """One CyTube channel."""

    domain: str
    """CyTube's address, such as cytu.be."""
    channel: str
    """Its name there."""

    @field_validator("domain", "channel")
    @classmethod
    def _said(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("a name")
        return value.strip()

    @field_validator("domain")
    @classmethod
    def _no_url(cls, value: str) -> str:
        if not re.fullmatch(r"[^\s/:@]+(:\d{1,5})?", value):
            raise ValueError("CyTube's address without http:// and without a path, such as cytu.be or localhost:8080")
        return value

    @field_validator("channel")
    @classmethod
    def _fits_a_subject(cls, value: str) -> str:
        if re.search(r"[\s/:]", value) or not re.fullmatch(r"[\w-]+", subjects.token(value)):
            raise ValueError("the name after /r/ in the channel's address, such as lounge for cytu.be/r/lounge: letters, digits, - and _")
        return value

    @property
    def token(self) -> str:
        """The channel's name as it stands in subjects."""
        return subjects.token(self.channel)


class Service(Section):
    """How the services present themselves to other kryten services. Name and version are always our own."""

    name: str | None = None
    version: str | None = None
    enable_lifecycle: bool = True
    enable_heartbeat: bool = True
    """Whether each says now and then that it is there."""
    heartbeat_interval: int = Field(30, ge=5, le=300)
    """Seconds from one time to the next."""
    enable_discovery: bool = True
    health_port: Port | None = None
    health_path: str | None = None
    metrics_port: Port | None = None
    metrics_path: str | None = None


class Metrics(Section):
    """Health and figures over HTTP."""

    host: str = "0.0.0.0"  # noqa: S104 - as in the older program: whoever scrapes may sit on another machine
    """The address of this machine on which they are told."""
    port: Port = 28286
    """Each service takes one more, from this one upwards."""
    health_path: str | None = None
    metrics_path: str | None = None

    def advice(self) -> Iterator[tuple[str, str]]:
        if self.port > HIGHEST_PORT - FURTHEST_SERVICE:
            yield (
                "port",
                (
                    f"is {self.port}, and each service takes one more: there is none above {HIGHEST_PORT}, so some services will show "
                    f"nothing; take {HIGHEST_PORT - FURTHEST_SERVICE} or less"
                ),
            )


class Database(Section):
    """The older program's."""

    path: Path = Path("economy.db")
    """Where its database lies, if there was one. Our own files lie in the state directory."""


class StreamBounds(Section):
    """How much a stream keeps, where that shall differ from what we chose."""

    max_bytes: int | None = Field(None, ge=1024 * 1024, le=MAX_COINS)
    """So much room on the server's disk."""
    max_age_days: float | None = Field(None, gt=0, le=36_500)
    """What is older goes."""

    @property
    def max_age(self) -> timedelta | None:
        """The age at which a message goes; None: as we chose."""
        return None if self.max_age_days is None else timedelta(days=self.max_age_days)


def _is_stream(name: str) -> str:
    if name not in STREAM_NAMES:
        raise ValueError(f"a stream's name: {', '.join(STREAM_NAMES)}")
    return name


StreamName = Annotated[str, AfterValidator(_is_stream)]
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
