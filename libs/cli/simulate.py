"""`up --simulate`: a simulated channel beside the services, its lines on the screen, and its own state."""

import sys
from pathlib import Path
from typing import Final

from libs.cli.children import Command
from libs.common.config import PLACES, Config

EXAMPLE: Final = Path("config.example.yaml")
STATE: Final = "demo"
"""The state directory of a simulation, beside the configuration."""
LOGS: Final = "logs"
MARK: Final = "simulated"
"""The file in a state directory that says that its coins are played."""


class Mixture(Exception):
    """A played economy and a real one would come together."""


def refuse_mixture(config: Config, state_dir: Path, *, simulating: bool) -> None:
    """Keep played coins and real ones apart, and mark a state directory as played when it is.

    Raises Mixture.
    """
    mark = state_dir / MARK
    if not simulating:
        if mark.exists():
            raise Mixture(f"{state_dir} holds the coins of a simulated channel: name another --state-dir, or delete it.")
        return
    if not config.settings.nats.embedded:
        raise Mixture("a simulated channel needs a NATS server of its own (nats.embedded: true): on yours it would speak for a real robot.")
    if not mark.exists() and any(state_dir.glob("*.db")):
        raise Mixture(f"{state_dir} holds the coins of a real channel: name another --state-dir for the simulation.")
    mark.touch()


def begin_logs(state_dir: Path) -> Path:
    """Give the empty folder for what the services have to say."""
    folder = state_dir / LOGS
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.log"):
        old.unlink()
    return folder


def command(config: Path, seed: int) -> Command:
    """Give what runs the simulated channel."""
    return Command("simulation", (sys.executable, "-m", "libs.sim", "--config", str(config), "--seed", str(seed)))


def chosen() -> Path | None:
    """Give the configuration of who names none: the first usual place that is there; else the example, as in `make run`."""
    found = next((place for place in PLACES if place.is_file()), EXAMPLE)
    return found if found.is_file() else None


def invitation(config: Path) -> str:
    """Say how one takes part."""
    program = sys.argv[0] if Path(sys.argv[0]).name == "kryten-economy" else "kryten-economy"
    which = "" if config == chosen() else f" --config {config}"
    return f"To join in, in another terminal: {program} chat --as NAME{which}"


def taken(host: str, port: int) -> str:
    """Say that the port is somebody else's."""
    return (
        f"{host}:{port} is taken, so the simulation's NATS server can't listen there. Another `make run`, or a NATS server? Stop it, "
        f"or copy {EXAMPLE}, name another port in its nats.servers, and run `kryten-economy up --simulate --config COPY`."
    )
