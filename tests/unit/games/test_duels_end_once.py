"""Whatever comes at the same time, is repeated, lost or killed: a duel ends once, and no coin is lost or made."""

import sqlite3
from contextlib import closing
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from libs.common.contracts.ledger_requests import BanRequest
from libs.common.contracts.owners import Asked
from tests.support.duel_stage import Stage

VIEWERS = ("alice", "Bob", "carol")
PURSE = 300
PAIRS = st.sampled_from([(one, other) for one in VIEWERS for other in VIEWERS if one != other])
VERBS = st.lists(st.sampled_from(("accept", "accept", "decline", "withdraw")), min_size=1, max_size=3)
STEPS = st.sampled_from(("serve", "serve", "serve the last", "lose", "kill", "repeat", "tick", "deadline"))
DISORDER = st.lists(STEPS, max_size=6)
OVER = {"settled", "declined", "withdrawn", "expired", "void"}


class Duels(RuleBasedStateMachine):
    """Three viewers, a clock, a ledger that takes its time, and a process that dies."""

    @initialize()
    def open(self) -> None:
        self.stage = Stage(at_hand=False, challenge={"min_wager": 1})
        self.stage.viewers(**dict.fromkeys(VIEWERS, PURSE))
        self.asked: list[tuple[str, Asked]] = []
        self.answers: dict[str, Any] = {}
        self.tasks: list[tuple[str, Any]] = []
        self.bans = 0

    def teardown(self) -> None:
        if not hasattr(self, "stage"):
            return
        self._sanction("unban", "carol")
        self._serve_all()
        self.stage.kill()
        self._serve_all()
        self.stage.tick(500)
        self._serve_all()
        self._check()
        self.stage.close()

    @rule(pair=PAIRS, wager=st.sampled_from((1, 100, 200, 300)), held=st.booleans(), verbs=VERBS, named=st.booleans(), disorder=DISORDER)
    def duel(self, pair: tuple[str, str], wager: int, verbs: list[str], disorder: list[str], *, held: bool, named: bool) -> None:
        """One challenges another, who answers, perhaps more than once, perhaps before the offer stands; then anything may happen."""
        challenger, target = pair
        self._ask("challenge", challenger, target=target, wager=wager)
        if held:
            self._serve_all()
        for verb in verbs:
            if verb == "withdraw":
                self._ask(verb, challenger, target=target if named else None)
            else:
                self._ask(verb, target, challenger=challenger if named else None)
        for step in disorder:
            self._disturb(step)

    @rule(step=STEPS)
    def disturb(self, step: str) -> None:
        self._disturb(step)

    @rule(verb=st.sampled_from(("ban", "unban")))
    def sanction(self, verb: str) -> None:
        self._sanction(verb, "carol")

    @invariant()
    def what_was_done_is_answered_alike(self) -> None:
        if hasattr(self, "stage"):
            self._read_answers()

    def _disturb(self, step: str) -> None:
        waiting = self.stage.waiting
        match step:
            case "serve" | "lose" if waiting:
                self.stage.serve(answered=step == "serve")
            case "serve the last" if waiting:
                waiting.insert(0, waiting.pop())
                self.stage.serve()
            case "kill":
                self._read_answers()
                self.tasks.clear()
                self.stage.kill()
            case "repeat" if self.asked:
                self._start(*self.asked[len(self.asked) // 2])
                self._start(*self.asked[-1])
            case "tick" | "deadline":
                self.stage.tick(119 if step == "tick" else 120)
            case _:
                pass

    def _ask(self, verb: str, user: str, **wanted: Any) -> None:
        request = self.stage.request(verb, user, **wanted)
        self.asked.append((verb, request))
        self._start(verb, request)

    def _start(self, verb: str, request: Asked) -> None:
        self.tasks.append((request.key, self.stage.start(verb, request)))

    def _read_answers(self) -> None:
        for key, task in self.tasks:
            if task.done() and not task.cancelled() and (answer := task.result()).get("ok"):
                assert self.answers.setdefault(key, answer) == answer
        self.tasks = [(key, task) for key, task in self.tasks if not task.done()]

    def _sanction(self, verb: str, user: str) -> None:
        self.bans += 1
        self.stage.teller.ask(verb, BanRequest(key=f"sanction-{self.bans}", account=user, at=self.stage.now))

    def _serve_all(self) -> None:
        while self.stage.waiting:
            self.stage.serve()

    def _check(self) -> None:
        stage = self.stage
        rows = stage.db.execute("SELECT id, challenger_name, target_name, wager, state FROM duels").fetchall()
        assert {row[-1] for row in rows} <= OVER
        assert stage.db.execute("SELECT count(*) FROM errands").fetchone() == (0,)
        results = {fact["id"]: fact for fact in stage.facts}
        assert len(results) == len(stage.facts)
        expected = dict.fromkeys(VIEWERS, PURSE)
        burnt = 0
        for id_, _, _, wager, state in rows:
            fact = results.pop(f"duel:{id_}", None)
            assert (fact is not None) is (state == "settled")
            if fact is not None:
                assert sum(player["payout"] for player in fact["players"]) + fact["rake"] == 2 * wager
                burnt += fact["rake"]
                for player in fact["players"]:
                    expected[player["user"]] += player["payout"] - player["wager"]
        assert results == {}
        assert {user: stage.has(user) for user in VIEWERS} == expected
        assert [stage.teller.account(name).balance for name in ("@escrow", "@house", "@burn")] == [0, 0, burnt]
        assert len({said.id for said in stage.announced}) == len(stage.announced)


Duels.TestCase.settings = settings(max_examples=40, stateful_step_count=15, deadline=None)
TestDuelsEndOnce = Duels.TestCase


def test_what_was_fought_after_the_copy_that_was_put_back_is_not_told_as_given_back() -> None:
    with closing(Stage()) as stage, closing(sqlite3.connect(":memory:")) as copy:
        stage.viewers(alice=1_000, Bob=1_000)
        stage.say("challenge", "alice", target="bob", wager=100)
        stage.db.backup(copy)
        assert stage.say("accept", "bob")["ok"]
        fought = (stage.has("alice"), stage.has("bob"))
        copy.backup(stage.db)
        stage.kill()
        stage.tick(120)

        gone = "Your duel with Bob has run out unanswered. What became of your 100 Z before that, 'history' tells."
        assert stage.told[-2] == ("alice", gone)
        assert (stage.states, (stage.has("alice"), stage.has("bob"))) == (["expired"], fought)
