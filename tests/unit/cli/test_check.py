"""What `check` and the call without a command print, and how they end."""

from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from libs.cli import lookout, returns
from libs.cli.main import app
from libs.common.config import Settings
from libs.common.config.connection import Nats
from libs.common.config.gambling import Gambling
from tests.support.configuration import EXAMPLE, LEAST, OLDER, settings


@pytest.fixture(autouse=True)
def no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    async def look(_settings: Settings, _state_dir: Path) -> list[str]:
        return ["nothing answers there now"]

    monkeypatch.setattr(lookout, "look", look)


def check(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.output


def broken(tmp_path: Path) -> str:
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump({**LEAST, "gambling": {"spinn": {}}}), encoding="utf-8")
    return str(path)


class TestCheck:
    def test_a_file_that_cannot_be_used_ends_with_status_1(self, tmp_path: Path) -> None:
        assert check("check", "--config", broken(tmp_path))[0] == 1

    def test_a_problem_is_told_with_key_and_what_was_meant(self, tmp_path: Path) -> None:
        assert "gambling.spinn: no such key - expected spin" in check("check", "--config", broken(tmp_path))[1]

    def test_the_example_can_be_used(self) -> None:
        status, told = check("check", "--config", str(EXAMPLE))
        assert (status, "warning" in told) == (0, False)

    def test_a_table_that_makes_coins_is_told_loudly(self) -> None:
        assert "gambling.spin.payouts: of 100 coins staked 115.00 come back" in check("check", "--config", str(OLDER))[1]

    def test_a_server_that_is_not_there_is_no_error(self) -> None:
        status, told = check("check", "--config", str(EXAMPLE))
        assert (status, "nothing answers there now" in told) == (0, True)


class TestWithoutACommand:
    def test_validating_a_good_file_ends_with_status_0(self) -> None:
        assert check("--validate-config", "--config", str(EXAMPLE))[0] == 0

    def test_validating_a_bad_file_ends_with_status_1(self, tmp_path: Path) -> None:
        assert check("--validate-config", "--config", broken(tmp_path))[0] == 1

    def test_running_with_a_bad_file_ends_with_status_1(self, tmp_path: Path) -> None:
        assert check("--config", broken(tmp_path))[0] == 1

    def test_options_ahead_of_a_command_are_refused_and_not_passed_over(self) -> None:
        status, told = check("--config", "elsewhere.yaml", "check")
        assert (status, "behind the command" in told) == (1, True)


class TestReturns:
    def test_every_game_has_its_line(self) -> None:
        games = {row.game.split(",")[0].replace("free spin", "daily_free_spin") for row in returns.rows(Gambling())}
        tables = {name for name, value in Gambling() if hasattr(value, "enabled")}
        assert games == tables

    def test_a_game_that_is_off_says_so(self) -> None:
        assert [row.game for row in returns.rows(Gambling()) if not row.on] == ["heist"]

    def test_fixed_odds_have_one_figure(self) -> None:
        race = next(row for row in returns.rows(settings(gambling={"race": {"odds_mode": "fixed"}}).gambling) if row.game == "race")
        assert race.returned == "95"

    def test_figures_are_plain(self) -> None:
        assert [returns.plain(number) for number in (100, 1150, 0)] == ["100", "1,150", "0"]


class TestStorage:
    OWN = Nats(servers=("nats://a",), monitoring_url="http://a:8222")

    def test_a_server_that_writes_at_once_is_believed(self) -> None:
        assert "on disk" in lookout.storing({"jetstream": {"config": {"sync_always": True}}}, self.OWN)

    def test_a_server_that_writes_later_says_what_is_at_risk(self) -> None:
        assert "last 30 seconds" in lookout.storing({"jetstream": {"config": {"sync_interval": 30_000_000_000}}}, self.OWN)

    @pytest.mark.parametrize("varz", [None, [], {}, {"jetstream": None}, {"jetstream": {"config": 5}}])
    def test_a_server_that_does_not_tell_is_said_not_to(self, varz: object) -> None:
        assert "does not tell" in lookout.storing(varz, self.OWN)

    def test_without_an_address_to_look_at_the_risk_is_named(self) -> None:
        assert "can lose" in lookout.storing(None, Nats(servers=("nats://a",)))

    def test_our_own_server_writes_at_once(self) -> None:
        assert "on disk" in lookout.storing(None, Nats(embedded=True))


@pytest.mark.parametrize(("bytes_max", "told"), [(1024 * 1024 - 1, True), (1024 * 1024, False)])
def test_a_server_that_takes_less_than_usual_is_a_problem(bytes_max: int, *, told: bool) -> None:
    assert (lookout.narrowness(bytes_max) is not None) == told


class TestStrangers:
    def test_a_server_without_users_is_open_to_all(self) -> None:
        assert "may do everything" in lookout.openness({"data": {"user": "", "account": "$G"}})

    @pytest.mark.parametrize("answer", [None, {}, {"data": {"permissions": {"publish": {"allow": ["kryten.>"]}}}}])
    def test_a_server_with_users_is_not(self, answer: dict[str, object] | None) -> None:
        assert "may not do everything" in lookout.openness(answer)
