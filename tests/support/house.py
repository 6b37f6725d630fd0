"""The services as processes of the tests: each can be started, killed and waited for by name."""

import json
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import nats
import yaml
from nats.aio.client import Client
from nats.errors import Error as NatsError

from libs.common import subjects
from libs.common.credentials import variable
from libs.common.services import existing
from libs.common.streams import provision
from tests.support import script
from tests.support.nats import Server, free_port
from tests.support.programs import Program, Ran, run
from tests.support.waiting import until

SERVICES = existing()
"""Those that run today, in the order in which `up` starts them."""
API = "kryten.economy.command"


class House:
    """One economy: a folder with its configuration and its state, a NATS server, and the services on it."""

    program: type[Program] = Program
    """How a service is started."""

    def __init__(self, folder: Path, server: Server, environment: Mapping[str, str] | None = None) -> None:
        """Take an empty folder, a server that runs, and further variables for the services' environment."""
        self.folder = folder
        self.server = server
        self.config = folder / "config.yaml"
        self.state_dir = folder / "data"
        self.starts = 0
        """Processes started so far."""
        self.settings: dict[str, Any] = {
            "nats": {"servers": [server.url], "embedded": False},
            "channels": [{"domain": script.DOMAIN, "channel": script.CHANNEL}],
            "bot": {"username": script.BOT},
            "metrics": {"port": free_port()},
            "database": {"path": str(folder / "economy.db")},
            **script.BARE,
        }
        self._environment = dict(environment or {})
        self._processes: dict[str, Program] = {}
        self._client: Client | None = None

    def configure(self, **sections: Any) -> None:
        """Write the configuration, with these sections changed; who runs keeps the old one until told."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.settings |= sections
        self.config.write_text(yaml.safe_dump(self.settings), encoding="utf-8")

    def command(self, *words: str) -> Ran:
        """Run a command of the operator's command line on this house."""
        return run("kryten_economy", *words, environment=self._environment)

    async def provision(self) -> None:
        """Make the streams."""
        client = await nats.connect(self.server.url, **self._login())
        outcomes = await provision(client, subjects.streams([subjects.token(channel["channel"]) for channel in self.settings["channels"]]))
        await client.close()
        errors = [outcome.error for outcome in outcomes if outcome.error]
        if errors:
            message = f"provision failed: {errors}"
            raise AssertionError(message)

    def audit(self) -> Ran:
        """Have the books proved."""
        return self.command("audit", "--config", str(self.config), "--state-dir", str(self.state_dir))

    # -- processes ------------------------------------------------------------------------------------------------------------------

    def start(self, *services: str) -> None:
        """Start services (all, where none is named); one that runs stays as it is."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in services or SERVICES:
            if self.alive(name):
                continue
            arguments = ["--config", str(self.config), "--state-dir", str(self.state_dir)]
            self._processes[name] = self.program(f"services.{name}", arguments, self.log(name), self._environment)
            self.starts += 1

    def kill(self, *services: str) -> None:
        """End services without warning (all, where none is named)."""
        victims = [process for name in services or SERVICES if (process := self._processes.pop(name, None))]
        for process in victims:
            process.signal(signal.SIGKILL)
        for process in victims:
            process.wait()

    def stop(self, *services: str, within_seconds: float = 10.0) -> None:
        """Have services end cleanly (all, where none is named)."""
        leaving = {name: process for name in services or SERVICES if (process := self._processes.pop(name, None))}
        for process in leaving.values():
            process.signal(signal.SIGTERM)
        deadline = time.monotonic() + within_seconds
        for name, process in leaving.items():
            if not process.wait(max(0.1, deadline - time.monotonic())):
                process.kill()
                message = f"{name} did not stop within {within_seconds} s:\n{self.tail(name)}"
                raise AssertionError(message)

    def alive(self, name: str) -> bool:
        """Tell whether the service's process runs."""
        process = self._processes.get(name)
        return process is not None and process.returncode is None

    def pid(self, name: str) -> int:
        """Give the process of a service."""
        return self._processes[name].pid

    def revive(self) -> list[str]:
        """Do what the supervisor does: start again who ended by himself; give their names."""
        fallen = [name for name, process in self._processes.items() if process.returncode is not None]
        for name in fallen:
            self._processes.pop(name)
        if fallen:
            self.start(*fallen)
        return fallen

    def log(self, name: str) -> Path:
        """Give the file with what a service said."""
        return self.folder / f"{name}.log"

    def tail(self, name: str, characters: int = 3000) -> str:
        """Give the end of what a service said."""
        path = self.log(name)
        return path.read_text(encoding="utf-8", errors="replace")[-characters:] if path.exists() else "(said nothing)"

    # -- asking ---------------------------------------------------------------------------------------------------------------------

    async def client(self) -> Client:
        """Give one connection for whatever the test asks; it lasts until `close`."""
        if self._client is None or self._client.is_closed:
            self._client = await nats.connect(
                self.server.url, max_reconnect_attempts=-1, reconnect_time_wait=0.1, error_cb=_no_words, name="test", **self._login()
            )
        return self._client

    async def close(self) -> None:
        """Close the connection and kill what runs."""
        try:
            await self.hang_up()
        finally:
            self.kill()

    async def hang_up(self) -> None:
        """Close the connection, best while its server runs: a client that looks for its server may miss that it is told to end."""
        if self._client is not None:
            await self._client.close()

    def _login(self) -> dict[str, str]:
        """Log in as the operator, where `up` has made the server's users, or the environment has them."""
        if password := self._environment.get(variable("operator")):
            return {"user": "operator", "password": password}
        users = self.state_dir / "nats-users"
        if not users.exists():
            return {}
        passwords = dict(line.split(":", 1) for line in users.read_text(encoding="utf-8").splitlines())
        return {"user": "operator", "password": passwords["operator"]}

    async def health(self, name: str) -> dict[str, Any] | None:
        """Ask a service how it is; None where it does not answer."""
        return await self.request(f"economy.health.{name}", {}, timeout_seconds=1)

    async def request(self, subject: str, body: Mapping[str, Any], timeout_seconds: float = 5) -> dict[str, Any] | None:
        """Ask something; None where no answer comes."""
        try:
            client = await self.client()
            answer = await client.request(subject, json.dumps(body).encode(), timeout=timeout_seconds)
        except (NatsError, OSError, TimeoutError):
            return None
        found: dict[str, Any] = json.loads(answer.data)
        return found

    async def api(self, command: str, **parameters: Any) -> dict[str, Any]:
        """Ask the economy's API, as other kryten services do."""
        answer = await self.request(API, {"command": command, "channel": script.CHANNEL, **parameters})
        if answer is None:
            message = f"{command} was not answered:\n{self.tail('commands')}"
            raise AssertionError(message)
        return answer

    async def wait_ready(self, *services: str, within_seconds: float = 30.0) -> None:
        """Wait until services (all, where none is named) say they are ready."""
        for name in services or SERVICES:

            async def is_ready(name: str = name) -> bool:
                if not self.alive(name):
                    message = f"{name} ended by itself:\n{self.tail(name)}"
                    raise AssertionError(message)
                return bool((await self.health(name) or {}).get("ready"))

            await until(is_ready, f"{name} is ready", within_seconds, every_seconds=0.05)

    async def open_for_business(self, services: Sequence[str] = SERVICES) -> None:
        """Provision, start everything, and wait until it is ready."""
        self.configure()
        await self.provision()
        self.start(*services)
        await self.wait_ready(*services)


async def _no_words(_error: Exception) -> None:
    """A killed server is no news here."""
