"""The wheel: everything it needs is in it, and nothing else; installed elsewhere it works."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("kryten_economy", "libs", "services")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a wheel is built from."""
    source = tmp_path_factory.mktemp("source")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, source / package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    return source


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without the network."""
    built = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", built], cwd=source, check=True)
    (found,) = built.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the wheel in it, and the libraries it needs from ours."""
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--python", str(python)]
    subprocess.run([*pip, "install", "--no-deps", "--no-index", wheel], check=True)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    # Only the folder itself: its own .pth files, which lead to these sources, are not followed from here.
    (folder / "lib" / version / "site-packages" / "libraries.pth").write_text(sysconfig.get_paths()["purelib"], encoding="utf-8")
    return folder


def test_the_wheel_holds_every_file_of_the_packages_and_no_other_package(source: Path, wheel: Path) -> None:
    files = {str(path.relative_to(source)) for package in PACKAGES for path in (source / package).rglob("*") if path.is_file()}
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert held == files


def test_installed_elsewhere_it_checks_a_configuration(installed: Path, tmp_path: Path) -> None:
    shutil.copy(ROOT / "config.example.yaml", tmp_path / "config.yaml")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [str(installed / "bin" / "kryten-economy"), "check", "--config", "config.yaml"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_installed_elsewhere_it_runs_its_own_services(installed: Path, tmp_path: Path) -> None:
    where = "import importlib.util as u, libs.common.services as s; print(*(u.find_spec(f'services.{n}').origin for n in s.existing()))"
    done = subprocess.run([installed / "bin" / "python", "-c", where], cwd=tmp_path, capture_output=True, text=True, check=True)
    origins = done.stdout.split()
    assert origins
    assert [origin for origin in origins if not origin.startswith(str(installed))] == []
