"""A played economy and a real one never come together."""

from pathlib import Path

import pytest

from libs.cli.simulate import EXAMPLE, Mixture, invitation, refuse_mixture
from libs.common.config import Config, load


def config(folder: Path, *, embedded: bool = True) -> Config:
    path = folder / "config.yaml"
    path.write_text(
        f"nats: {{embedded: {str(embedded).lower()}, servers: ['nats://127.0.0.1:4222']}}\nchannels: [{{domain: d, channel: c}}]\n"
    )
    return load(path)


def test_a_played_state_is_no_real_one(tmp_path: Path) -> None:
    refuse_mixture(config(tmp_path), tmp_path, simulating=True)

    with pytest.raises(Mixture, match="simulated channel"):
        refuse_mixture(config(tmp_path), tmp_path, simulating=False)


def test_a_real_state_is_not_played_with(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").touch()

    with pytest.raises(Mixture, match="real channel"):
        refuse_mixture(config(tmp_path), tmp_path, simulating=True)


def test_a_played_state_is_played_on(tmp_path: Path) -> None:
    refuse_mixture(config(tmp_path), tmp_path, simulating=True)
    (tmp_path / "ledger.db").touch()

    refuse_mixture(config(tmp_path), tmp_path, simulating=True)


def test_a_server_of_the_operators_own_is_not_played_on(tmp_path: Path) -> None:
    with pytest.raises(Mixture, match="of its own"):
        refuse_mixture(config(tmp_path, embedded=False), tmp_path, simulating=True)


def test_the_invitation_names_the_configuration_that_who_comes_would_not_find(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    EXAMPLE.touch()
    assert "--config" not in invitation(EXAMPLE)

    Path("config.yaml").touch()

    assert invitation(EXAMPLE).endswith(f"--config {EXAMPLE}")
