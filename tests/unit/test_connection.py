"""What is said of the connection to NATS, and how often; and whose login it is."""

from pathlib import Path

import pytest
from nats.errors import Error as NatsError
from structlog.testing import capture_logs

from libs.common.config.connection import Nats
from libs.common.connection import Troubles
from libs.common.credentials import CertificateUnfit, Login, login, tls_context

SERVER = "nats://127.0.0.1:4222"


def told(*errors: Exception | None) -> list[tuple[str, str]]:
    """Give what is logged of some errors; None: the connection is back."""
    troubles = Troubles(Login("ledger", "secret", known_from="NATS_LEDGER_PASSWORD"), [SERVER])
    with capture_logs() as logs:
        for error in errors:
            troubles.tell(error) if error else troubles.over()
    return [(line["log_level"], line["event"]) for line in logs]


def test_a_server_that_is_away_is_told_once() -> None:
    away = ConnectionRefusedError(111, "Connect call failed")

    assert told(*[away] * 20) == [("warning", "waiting for the NATS server"), ("info", "NATS client reports")]


def test_a_server_that_goes_again_is_told_again() -> None:
    away = ConnectionRefusedError(111, "Connect call failed")

    assert told(away, None, away).count(("warning", "waiting for the NATS server")) == 2


def test_what_does_not_mean_waiting_is_told_each_time() -> None:
    assert told(*[NatsError("slow consumer")] * 3) == [("info", "NATS client reports")] * 3


def test_a_refused_login_is_an_error_told_once() -> None:
    assert told(*[NatsError("nats: 'Authorization Violation'")] * 5) == [("error", "the NATS server refuses the login")]


def test_a_login_says_where_its_password_was_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NATS_LEDGER_PASSWORD", raising=False)

    assert login(Nats(servers=(SERVER,)), tmp_path, "ledger").known_from == "NATS_LEDGER_PASSWORD"
    assert login(Nats(embedded=True), tmp_path, "ledger").known_from == str(tmp_path / "nats-users")


@pytest.mark.parametrize("key", ["tls_ca", "tls_cert"])
def test_a_certificate_that_cannot_be_used_is_named_with_its_key(key: str, tmp_path: Path) -> None:
    missing = tmp_path / "missing.pem"

    with pytest.raises(CertificateUnfit, match=rf"nats\.{key}: .*missing\.pem can't be used: No such file"):
        tls_context(Nats.model_validate({"servers": [SERVER], key: str(missing)}))


def test_no_certificate_is_no_context() -> None:
    assert tls_context(Nats(servers=(SERVER,))) is None
