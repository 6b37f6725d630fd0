"""Whatever comes at the same time, is repeated, lost or killed: a duel ends once, and no coin is lost or made."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from libs.common.contracts.ledger_requests import BanRequest
from libs.common.contracts.owners import Asked
from tests.support.duel_stage import Stage

VIEWERS = ("alice", "Bob", "carol")
PURSE = 300
USERS = st.sampled_from(VIEWERS)
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
        for user in VIEWERS:
            self._sanction("unban", user)
        self._serve_all()
        self.stage.kill()
        self._serve_all()
        self.stage.tick(500)
        self._serve_all()
        self._check()
        self.stage.close()

    @rule(by=USERS, whom=USERS, wager=st.sampled_from((1, 100, 200, 300)))
    def challenge(self, by: str, whom: str, wager: int) -> None:
        self._ask("challenge", by, target=whom, wager=wager)

    @rule(by=USERS, verb=st.sampled_from(("accept", "accept", "decline")), named=st.none() | USERS)
    def answer(self, by: str, verb: str, named: str | None) -> None:
        self._ask(verb, by, challenger=named)

    @rule(by=USERS)
    def withdraw(self, by: str) -> None:
        self._ask("withdraw", by)

    @rule(seconds=st.sampled_from((0, 1, 60, 119, 120)))
    def tick(self, seconds: int) -> None:
        self.stage.tick(seconds)

    @precondition(lambda self: self.stage.waiting)
    @rule(heard=st.booleans(), at=st.integers(0, 3))
    def serve(self, at: int, *, heard: bool) -> None:
        waiting = self.stage.waiting
        waiting.insert(0, waiting.pop(at % len(waiting)))
        self.stage.serve(answered=heard)

    @precondition(lambda self: self.asked)
    @rule(at=st.integers(0, 20))
    def repeat(self, at: int) -> None:
        self._start(*self.asked[at % len(self.asked)])

    @rule(user=USERS, verb=st.sampled_from(("ban", "unban")))
    def sanction(self, user: str, verb: str) -> None:
        self._sanction(verb, user)

    @rule()
    def kill(self) -> None:
        self.tasks = [(key, task) for key, task in self.tasks if task.done() and not task.cancelled()]
        self._read_answers()
        self.stage.kill()

    @invariant()
    def what_was_done_is_answered_alike(self) -> None:
        if hasattr(self, "stage"):
            self._read_answers()

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


Duels.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestDuelsEndOnce = Duels.TestCase
