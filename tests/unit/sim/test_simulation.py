"""The simulated channel: the same seed is the same evening, and CyTube's rules hold in it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from libs.sim import text, userstats
from libs.sim.flood import Patience
from libs.sim.heard import Heard, show
from libs.sim.robot import Publish
from libs.sim.simulation import Simulation, Step
from libs.sim.visits import NOT_HERE, SILENT

START = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
BOT = "ZCoinBot"


def simulation(seed: int = 1, *, crowded: bool = True, now: datetime = START) -> Simulation:
    sessions = iter(range(1_000))
    return Simulation(
        channel="lounge", domain="cytu.be", bot=BOT, seed=seed, now=now, new_session=lambda: f"s{next(sessions)}", crowded=crowded
    )


def evening(sim: Simulation, minutes: float) -> Iterator[Step]:
    """Let a simulation run, from one thing that is due to the next."""
    yield sim.start(START, ["nats://localhost"])
    now = START
    while now < START + timedelta(minutes=minutes):
        now = max(sim.due(), now + timedelta(milliseconds=1))
        yield sim.advance(now)


def lines(sim: Simulation, minutes: float) -> list[str]:
    return [show(heard) for step in evening(sim, minutes) for heard in step.heard]


def events(step: Step, name: str) -> list[Any]:
    bodies = (json.loads(out.body) for out in step.outs if isinstance(out, Publish))
    return [body["payload"] for body in bodies if body.get("event_name") == name]


def ask(sim: Simulation, now: datetime = START, **request: str) -> dict[str, Any]:
    return sim.visit(json.dumps(request).encode(), now)[1]


def order(sim: Simulation, command: str, now: datetime = START, **args: Any) -> Step:
    return sim.order(json.dumps({"command": command, "args": args}).encode(), now)


@pytest.fixture
def quiet() -> Simulation:
    """A room with the robot and nobody else."""
    sim = simulation(crowded=False)
    sim.start(START, [])
    return sim


class TestAnEvening:
    def test_the_same_seed_gives_the_same_messages(self) -> None:
        first, second = ([step.outs for step in evening(simulation(seed=7), 20)] for _ in range(2))
        assert first == second

    def test_another_seed_gives_another_evening(self) -> None:
        assert lines(simulation(seed=1), 5) != lines(simulation(seed=2), 5)

    def test_no_id_comes_again_in_a_later_run(self) -> None:
        first, second = (
            {json.loads(out.body).get("correlation_id") for out in simulation(now=now).start(now, []).outs if isinstance(out, Publish)}
            for now in (START, START + timedelta(minutes=5))
        )
        assert first & second == {None}  # lifecycle has none

    def test_somebody_asks_the_robot_within_three_seconds(self) -> None:
        assert f"alice → {BOT}: balance" in lines(simulation(), 0.05)

    @pytest.mark.parametrize("seed", [1, 2, 3])
    def test_within_an_hour_everything_happens(self, seed: int) -> None:
        heard = "\n".join(lines(simulation(seed), 60))
        missing = [
            word
            for word in ("joins", "leaves", "is away", "is back", "now playing", "grant @", "loses its connection")
            if word not in heard
        ]
        assert missing == []

    def test_nobody_speaks_who_is_not_there(self) -> None:
        here: set[str] = set()
        strangers = []
        for step in evening(simulation(), 60):
            for heard in step.heard:
                if heard.text.startswith("in lounge: "):
                    here |= set(heard.text.removeprefix("in lounge: ").split(", "))
                elif heard.kind == "note" and heard.text in {"joins", "leaves"}:
                    (here.add if heard.text == "joins" else here.discard)(heard.who)
                elif heard.kind != "note" and heard.who not in here:
                    strangers.append(heard)
        assert strangers == []

    def test_the_next_thing_due_is_never_due_already(self) -> None:
        sim = simulation()
        steps = sum(1 for _ in evening(sim, 30))
        assert steps < 30 * 60 * 2

    def test_the_robot_comes_back_with_the_whole_room(self) -> None:
        lists = [payload for step in evening(simulation(), 16) for payload in events(step, "userlist")]
        assert len(lists) >= 4  # two at the start, two at the return
        assert BOT in [user["name"] for user in lists[-1]]


class TestTalk:
    def test_a_message_is_cut_at_320_utf16_units(self) -> None:
        assert text.private("<" * 400).msg == "&lt;" * 320
        assert text.private("\N{GRINNING FACE}" * 170).msg == "\N{GRINNING FACE}" * 160

    @pytest.mark.parametrize(
        ("typed", "msg"),
        [
            ("some_user_name++", "some<em>user</em>name++"),
            ("Eve_Mixed++", "Eve_Mixed++"),
            ("5 < 6 & 'x'", "5 &lt; 6 &amp; 'x'"),
            ("two\nlines", "two lines"),
            (
                "see http://a.example/b_c_d",
                'see <a href="http://a.example/b_c_d" target="_blank" rel="noopener noreferrer">http://a.example/b_c_d</a>',
            ),
        ],
    )
    def test_chat_arrives_as_html(self, typed: str, msg: str) -> None:
        assert text.public(typed, rank=1).msg == msg

    @pytest.mark.parametrize("typed", ["some_user_name++", "*x* `y` ~~z~~ [sp]s[/sp]", "5 < 6 & 7", "see http://a.example/b_c_d ok"])
    def test_what_was_typed_can_be_read_again(self, typed: str) -> None:
        assert text.plain(text.public(typed, rank=1).msg) == typed

    def test_a_burst_of_twenty_comes_through_and_no_more(self) -> None:
        patience = Patience(20, 10)
        assert sum(patience.allows(START) for _ in range(30)) == 20

    def test_a_trickle_uses_the_burst_up(self) -> None:
        patience = Patience(20, 10)
        for second in range(20):
            patience.allows(START + timedelta(seconds=second))
        at = START + timedelta(seconds=20)
        assert [patience.allows(at), patience.allows(at)] == [True, False]

    def test_a_pause_of_two_seconds_makes_all_good(self) -> None:
        patience = Patience(20, 10)
        for _ in range(20):
            patience.allows(START)
        assert sum(patience.allows(START + timedelta(seconds=2.1)) for _ in range(30)) == 20

    def test_what_the_robot_says_too_fast_is_dropped_with_a_cooldown(self, quiet: Simulation) -> None:
        steps = [order(quiet, "say", message=f"line {number}") for number in range(22)]
        assert [len(events(step, "chatMsg")) for step in steps] == [1] * 20 + [0] * 2
        assert events(steps[-1], "cooldown") == [100]
        assert steps[-1].replies[0].body["data"] == {"success": True}

    def test_a_pm_to_somebody_absent_fails_in_words_only(self, quiet: Simulation) -> None:
        step = order(quiet, "pm", to="Ghost", msg="hello?")
        assert events(step, "errorMsg") == [{"msg": "PM failed: ghost isn't connected to this channel."}]
        assert step.replies[0].body["data"] == {"success": True}

    def test_chat_ends_afk_before_it_is_heard(self, quiet: Simulation) -> None:
        quiet.room.join("alice")
        quiet.room.chat("alice", "/afk")
        quiet.room.take()
        quiet.room.chat("alice", "back")
        assert [frame.name for frame in quiet.room.take()] == ["setUserMeta", "setAFK", "chatMsg"]

    def test_who_is_silent_for_ten_minutes_is_away(self, quiet: Simulation) -> None:
        quiet.room.join("alice")
        step = quiet.advance(START + timedelta(minutes=10))
        assert events(step, "setAFK") == [{"name": "alice", "afk": True}]


class TestTheRobot:
    def test_a_request_for_another_channel_is_not_answered(self, quiet: Simulation) -> None:
        body = {"command": "system.ping", "meta": {"domain": "cytu.be", "channel": "other"}}
        assert quiet.order(json.dumps(body).encode(), START).replies == []

    def test_an_unknown_command_is_not_answered(self, quiet: Simulation) -> None:
        assert order(quiet, "no.such").replies == []

    def test_away_it_says_so_only_when_pinged(self, quiet: Simulation) -> None:
        quiet.robot.lose()
        assert [reply.body["data"].get("cytube_connected") for reply in order(quiet, "system.ping").replies] == [None, False]
        assert order(quiet, "say", message="anybody?").replies[0].body["success"]

    def test_a_closed_connection_comes_back_by_the_watchdog_only(self, quiet: Simulation) -> None:
        order(quiet, "reconnect")
        assert not quiet.advance(START + timedelta(seconds=129)).outs
        back = quiet.advance(START + timedelta(seconds=131))
        assert len(events(back, "userlist")) == 2

    def test_what_nobody_can_queue_is_answered_late_as_if_all_were_well(self, quiet: Simulation) -> None:
        (reply,) = order(quiet, "addvideo", type="yt", id="abc", pos="seventh").replies
        assert (reply.after_seconds, reply.body["data"]) == (8.0, {"success": True, "uid": None})

    def test_after_a_quick_return_it_is_deaf_for_three_seconds(self, quiet: Simulation) -> None:
        quiet.room.join("alice")
        quiet.robot.lose()
        quiet.robot.come_back("kicked")
        quiet.room.chat("alice", "hello?")
        assert events(quiet.advance(START), "chatMsg") == []

    @pytest.mark.parametrize("body", [b"", b"[]", b"3", b"{}", b'{"command": 5, "args": 3}', b'{"command": "pm", "args": [1]}', b"\xff"])
    def test_no_request_breaks_it(self, quiet: Simulation, body: bytes) -> None:
        quiet.order(body, START)
        quiet.old_order(body, START)
        quiet.visit(body, START)


class TestVisitors:
    def test_a_visitor_hears_the_room_and_the_answers_to_his_questions(self, quiet: Simulation) -> None:
        session = ask(quiet, verb="join", name="dana")["session"]
        order(quiet, "pm", to="dana", msg="You have 5 Z")
        step = order(quiet, "pm", to="DANA", msg="You have 5 Z")
        told = [json.loads(out.body) for out in step.outs if isinstance(out, Publish) and out.subject.endswith(f".heard.{session}")]
        assert told == [Heard("pm", BOT, "You have 5 Z", "dana").fields()]

    def test_nobody_reads_what_the_robot_writes_to_others(self, quiet: Simulation) -> None:
        ask(quiet, verb="join", name="dana")
        ask(quiet, verb="join", name="erin")
        step = order(quiet, "pm", to="dana", msg="secret")
        assert len([out for out in step.outs if isinstance(out, Publish) and ".heard." in out.subject]) == 1

    @pytest.mark.parametrize("name", ["", "two words", "x" * 21, BOT.lower(), "Alice", "na.me"])
    def test_a_name_that_is_taken_or_none_is_refused(self, name: str) -> None:
        assert not ask(simulation(), verb="join", name=name)["success"]

    def test_the_same_name_twice_is_refused(self, quiet: Simulation) -> None:
        ask(quiet, verb="join", name="dana")
        assert "somebody else" in ask(quiet, verb="join", name="Dana")["error"]

    def test_who_gives_no_sign_of_life_leaves(self, quiet: Simulation) -> None:
        ask(quiet, verb="join", name="dana")
        step = quiet.advance(START + SILENT)
        assert events(step, "userLeave") == [{"name": "dana"}]

    def test_who_gives_one_stays(self, quiet: Simulation) -> None:
        session = ask(quiet, verb="join", name="dana")["session"]
        ask(quiet, START + SILENT / 2, verb="stay", session=session)
        assert events(quiet.advance(START + SILENT), "userLeave") == []

    def test_an_unknown_session_is_told_that_it_is_none(self, quiet: Simulation) -> None:
        assert ask(quiet, verb="chat", session="nobody", text="hi")["code"] == NOT_HERE

    def test_who_was_kicked_is_told(self, quiet: Simulation) -> None:
        session = ask(quiet, verb="join", name="dana")["session"]
        order(quiet, "kick", name="dana")
        assert "thrown out" in ask(quiet, verb="stay", session=session)["error"]

    def test_a_question_while_the_robot_is_away_is_refused_with_the_reason(self, quiet: Simulation) -> None:
        session = ask(quiet, verb="join", name="dana")["session"]
        quiet.robot.lose()
        assert "lost its connection" in ask(quiet, verb="pm", session=session, text="balance")["error"]


def test_a_style_sheet_is_told_to_all_and_cut_where_it_is_too_long(quiet: Simulation) -> None:
    short, long = order(quiet, "setChannelCSS", css="a { b: c }"), order(quiet, "setChannelCSS", css="\N{PARTY POPPER}" * 15_000)

    assert [shown["css"] for shown in events(short, "channelCSSJS")] == ["a { b: c }"]
    assert [shown["css"] for shown in events(long, "channelCSSJS")] == ["\N{PARTY POPPER}" * 10_000]
    assert [reply.body["data"] for reply in long.replies] == [{"success": True}]


def test_a_robot_without_the_right_is_thrown_out_for_setting_a_style_sheet_and_says_that_all_went_well(quiet: Simulation) -> None:
    quiet.room.ranks[BOT.casefold()] = (BOT, 2)
    step = order(quiet, "setChannelCSS", css="a { b: c }")

    assert [reply.body["data"] for reply in step.replies] == [{"success": True}]
    assert (len(events(step, "kick")), events(step, "channelCSSJS"), quiet.robot.connected) == (1, [], False)


def test_userstats_knows_the_regulars_other_names_in_any_casing() -> None:
    found = userstats.answer(b'{"service": "userstats", "command": "alias.find", "alias": "Frank99"}')
    listed = userstats.answer(b'{"command": "alias.list"}')

    assert found is not None
    assert found["data"] == {"alias": "Frank99", "username": "Dmitri", "found": True}
    assert listed is not None
    assert listed["data"]["aliases"]["Dmitri"] == ["dima", "frank99"]
    assert userstats.answer(b'{"command": "user.stats"}') is None
    assert userstats.answer(b"no JSON") is None
