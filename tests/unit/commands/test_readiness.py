import pytest

from libs.common.contracts.events import Tick
from libs.common.contracts.health import Health
from libs.common.services import existing
from services.commands.api.calls import Room
from services.commands.house import Readiness
from tests.support.commands import NOON


def tick(robot: str) -> Tick:
    return Tick.model_validate({"id": "t", "epoch": 1, "raw": 1, "channel": "@all", "at": NOON, "robots": {"room": robot}})


def healths(*missing: str, was_ready: bool = True) -> dict[str, Health | None]:
    fine = {name: Health(service=name, ready=was_ready, was_ready=was_ready, version="1", uptime_seconds=1) for name in existing()}
    return {**fine, **dict.fromkeys(missing)}


@pytest.fixture
def readiness() -> Readiness:
    found = Readiness((Room("room", "Room"),))
    found.tick(tick("connected"))
    return found


def test_it_is_there_once_all_services_the_configuration_and_the_room_are(readiness: Readiness) -> None:
    readiness.judge(healths(), configured=True, listed={"room"})
    assert readiness.missing is None


def test_a_robot_that_is_away_needs_no_list(readiness: Readiness) -> None:
    readiness.tick(tick("away"))
    readiness.judge(healths(), configured=True, listed=set())
    assert readiness.missing is None


@pytest.mark.parametrize(
    ("found", "configured", "listed", "words"),
    [
        (healths("earning"), True, {"room"}, "earning"),
        (healths(was_ready=False), True, {"room"}, "ingest, ledger"),
        (healths(), False, {"room"}, "configuration"),
        (healths(), True, set(), "Room"),
    ],
)
def test_what_is_missing_is_named(
    readiness: Readiness, found: dict[str, Health | None], configured: bool, listed: set[str], words: str
) -> None:
    readiness.judge(found, configured=configured, listed=listed)
    assert words in (readiness.missing or "")


def test_without_a_tick_since_the_start_nothing_is_known_of_the_room() -> None:
    fresh = Readiness((Room("room", "Room"),))
    fresh.judge(healths(), configured=True, listed={"room"})
    assert "Room" in (fresh.missing or "")


def test_a_robot_of_which_nothing_is_known_yet_is_waited_for(readiness: Readiness) -> None:
    readiness.tick(tick("unknown"))
    readiness.judge(healths(), configured=True, listed={"room"})
    assert readiness.missing is not None


def test_once_it_was_there_it_stays(readiness: Readiness) -> None:
    readiness.judge(healths(), configured=True, listed={"room"})
    readiness.judge(healths("ledger"), configured=True, listed={"room"})
    assert readiness.missing is None
