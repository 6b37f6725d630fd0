"""The deployment files: whole, in step with the services, and shut tight."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy import generate
from libs.cli.permissions import ROOM, USERS
from libs.common import service
from libs.common.credentials import variable
from libs.common.services import existing

ROOT = Path(__file__).parents[2]
UNITS = sorted(path.name for path in generate.files() if path.suffix == ".service")
EXPOSURE_MAX = 2.0

needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")


@pytest.fixture(scope="module")
def compose() -> Any:
    return yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The units, with a program that is there."""
    folder = tmp_path_factory.mktemp("units")
    for path, text in generate.files().items():
        if path.parent.name == "systemd":
            (folder / path.name).write_text(text.replace(generate.PROGRAM, sys.executable), encoding="utf-8")
    return folder


def test_what_is_generated_is_up_to_date() -> None:
    stale = [str(path) for path, text in generate.files().items() if path.read_text(encoding="utf-8") != text]
    assert stale == [], "run python -m deploy.generate"


def test_every_service_has_a_unit_of_its_own_and_the_target_wants_them_all() -> None:
    expected = sorted(["kryten-economy-provision.service", *(f"kryten-economy-{name}.service" for name in existing())])
    target = (ROOT / "deploy" / "systemd" / "kryten-economy.target").read_text(encoding="utf-8")
    wants = re.findall(r"^Wants=(.*)$", target, re.MULTILINE)
    assert (expected, sorted(wants[0].split())) == (UNITS, UNITS)


@needs_systemd
def test_systemd_finds_nothing_to_complain_of(units: Path) -> None:
    done = subprocess.run(["systemd-analyze", "verify", *map(str, units.iterdir())], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@needs_systemd
@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_is_shut_tight(unit: str, units: Path) -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(units / unit)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    exposure = re.search(r"Overall exposure level for .*: ([\d.]+)", said)
    assert exposure is not None
    assert float(exposure[1]) <= EXPOSURE_MAX


def test_the_procfile_runs_every_service() -> None:
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    names = [line.partition(":")[0] for line in lines if line and not line.startswith("#")]
    assert names == ["nats", "provision", *existing()]


def test_compose_runs_every_service_after_the_streams_are_made(compose: Any) -> None:
    services = {name: each for name, each in compose["services"].items() if name not in {"nats", "provision"}}
    assert list(services) == list(existing())
    for name, each in services.items():
        assert each["command"][:2] == ["run", name]
        assert each["depends_on"] == {"provision": {"condition": "service_completed_successfully"}}


def test_compose_asks_each_service_on_its_own_port_whether_it_is_ready(compose: Any) -> None:
    ports = {name: 28286 + service.SERVICES.index(name) for name in existing()}
    assert {name: compose["services"][name]["healthcheck"]["test"] for name in ports} == {
        name: ["CMD", "ready", str(port)] for name, port in ports.items()
    }


def test_compose_gives_each_service_its_own_password_only(compose: Any) -> None:
    for name in ("operator", *existing()):
        given = compose["services"]["provision" if name == "operator" else name]["environment"]
        assert set(given) == {"NATS_URL", variable(name)}


def test_the_example_names_every_password_and_holds_none() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    assert sorted(line for line in lines if not line.startswith("#")) == sorted(f"{variable(name)}=" for name in (*USERS, ROOM))


def test_passwords_are_made_anew_each_time() -> None:
    first, second = (subprocess.run([ROOT / "deploy" / "make-env"], capture_output=True, text=True, check=True).stdout for _ in range(2))
    passwords = re.findall(r"^NATS_\w+_PASSWORD=(p[0-9a-f]{48})$", first, re.MULTILINE)
    assert len(set(passwords)) == len((*USERS, ROOM))
    assert not set(passwords) & set(re.findall(r"p[0-9a-f]{48}", second))
