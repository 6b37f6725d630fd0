import json
from collections import Counter
from pathlib import Path

import pytest

from services.announcer.echoes import EVENTS, News, read
from services.announcer.speech.queues import ROOM

RECORDINGS = Path(__file__).parents[2] / "data" / "recordings"


def _news(file: str) -> list[News]:
    found = []
    for line in (RECORDINGS / file).read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        if entry["subject"].startswith("kryten.events.") and entry["subject"].rsplit(".", 1)[1] in EVENTS:
            news = read(json.dumps(entry["data"]).encode(), "localhost", "zcoinbot")
            if news is not None:
                found.append(news)
    return found


def test_the_recorded_room_tells_what_arrived_and_what_did_not() -> None:
    counted = Counter((news.what, news.who) for news in _news("01-channel-life.jsonl"))
    assert counted["absent", "ghost"] == 1
    assert counted["heard", "alice"] >= 1


def test_a_pm_from_a_viewer_is_no_echo() -> None:
    body = {"event_name": "pm", "domain": "localhost", "payload": {"username": "alice", "to": "ZCoinBot", "msg": "balance"}}
    assert read(json.dumps(body).encode(), "localhost", "zcoinbot") is None


@pytest.mark.parametrize("to", [{}, {"to": ""}, {"to": None}])
def test_a_pm_of_the_robot_that_names_nobody_is_not_taken_for_a_line_in_the_room(to: dict[str, str | None]) -> None:
    body = {"event_name": "pm", "domain": "localhost", "payload": {"username": "ZCoinBot", "msg": "hi", **to}}
    assert read(json.dumps(body).encode(), "localhost", "zcoinbot") is None


def test_a_line_of_the_robot_in_the_room_is_heard_by_the_room() -> None:
    body = {"event_name": "chatMsg", "domain": "localhost", "payload": {"username": "ZCoinBot", "msg": "hi"}}
    assert read(json.dumps(body).encode(), "localhost", "zcoinbot") == News("heard", ROOM, "hi")


def test_another_domain_is_none_of_ours() -> None:
    body = {"event_name": "cooldown", "domain": "cytu.be", "payload": 100}
    assert read(json.dumps(body).encode(), "localhost", "zcoinbot") is None


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b'{"domain":"localhost"}', b'{"domain":"localhost","event_name":"pm","payload":3}'])
def test_what_can_not_be_read_tells_nothing(body: bytes) -> None:
    assert read(body, "localhost", "zcoinbot") is None
