"""Whatever comes, in whatever order, however often, with a crash anywhere: the books are those of a ledger of dictionaries."""

import copy
import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from libs.common.contracts.ledger import Capture, Hold, Limit, Line, Open, Posting, Reverse, Set, Transfer
from libs.common.contracts.ledger_requests import BanRequest, CancelRequest, FreezeRequest
from services.ledger.audit import audit
from tests.support.dict_ledger import SYSTEM, Books
from tests.support.teller import START, Teller, release

VIEWERS = ("alice", "bob", "carol")
spelt = st.sampled_from(("alice", "ALICE", "Bob", "bob", "carol", "alice", "bob", "carol", "nobody"))
amounts = st.integers(1, 60)
keys = st.integers(1, 25).map("k{}".format)
holds = st.integers(1, 8).map("h{}".format)
hours = st.integers(0, 5).map(lambda hours: START + timedelta(hours=hours))
spending = st.sampled_from(("spend", "tip_send", "gamble_wager", "refund", "other"))

lines: st.SearchStrategy[Line] = st.one_of(
    st.builds(Open, account=st.sampled_from((*VIEWERS, "Alice"))),
    st.builds(Transfer, source=st.just("@mint"), target=spelt, amount=amounts, type=st.sampled_from(("earn", "admin_grant", "other"))),
    st.builds(Transfer, source=st.just("@house"), target=spelt, amount=amounts, type=st.sampled_from(("gamble_win", "refund"))),
    st.builds(Transfer, source=spelt, target=st.sampled_from(("@burn", "@house", *VIEWERS)), amount=amounts, type=spending),
    st.builds(
        Hold,
        hold=holds,
        account=spelt,
        amount=amounts,
        deadline=hours,
        burn_at_deadline=st.sampled_from((0, 0, 1, 30)),
        type=st.just("gamble_wager"),
    ),
    st.builds(
        Capture,
        hold=holds,
        target=st.sampled_from(("@burn", "@house", "bob")),
        amount=st.none() | amounts,
        type=st.sampled_from(("spend", "gamble_wager", "bounty_claim")),
    ),
    holds.map(release),
    st.builds(Set, account=spelt, balance=st.integers(0, 200), type=st.just("admin_set_balance")),
    st.builds(Limit, account=spelt, name=st.just("spins"), window=st.sampled_from("ab"), add=st.integers(1, 3), maximum=st.just(5)),
    keys.map(lambda key: Reverse(key=key, type="reversal")),
)
postings = st.builds(Posting, key=keys, at=st.just(START), lines=st.lists(lines, min_size=1, max_size=4))


class AnyOrder(RuleBasedStateMachine):
    """The ledger in a file, its transactions as large as chance will have them, beside the model."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.teller = Teller(self.folder / "ledger.db")
        self.teller.db.execute("PRAGMA synchronous=OFF")
        self.model = Books()
        for name in VIEWERS:
            first = Posting(
                key=f"first:{name}", at=START, lines=[Open(account=name), Transfer(source="@mint", target=name, amount=100, type="earn")]
            )
            assert self.post(first) is None
        self.safe = copy.deepcopy(self.model)
        self.count = 0

    def post(self, posting: Posting) -> str | None:
        refusal = self.teller.ask("post", posting).get("refusal")
        assert refusal == self.model.post(posting, "operator", self.teller.now, background=False), posting
        return refusal

    def begin(self) -> None:
        if not self.teller.db.in_transaction:
            self.teller.db.execute("BEGIN IMMEDIATE")

    @rule(posting=postings)
    def request(self, posting: Posting) -> None:
        self.begin()
        self.post(posting)

    def fresh(self, *lines: Line) -> Posting:
        self.count += 1
        return Posting(key=f"fresh{self.count}", at=START, lines=list(lines))

    @precondition(lambda self: self.model.holds)
    @rule(data=st.data(), amount=st.none() | amounts, to=st.sampled_from(("@burn", "@house", "carol")))
    def settle(self, data: st.DataObject, amount: int | None, to: str) -> None:
        self.begin()
        name = data.draw(st.sampled_from(sorted(self.model.holds)))
        capture = Capture(hold=name, target=to, amount=amount, type="gamble_wager")
        choices: tuple[Line, ...] = (capture, release(name))
        self.post(self.fresh(data.draw(st.sampled_from(choices))))

    @precondition(lambda self: self.model.done)
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        self.begin()
        self.post(self.fresh(Reverse(key=data.draw(st.sampled_from(sorted(self.model.done))), type="reversal")))

    @rule(name=st.sampled_from(VIEWERS), amount=amounts, add=st.integers(1, 3), deadline=hours)
    def hold_under_a_limit(self, name: str, amount: int, add: int, deadline: datetime) -> None:
        self.begin()
        rises = Limit(account=name, name="spins", window="a", add=add, maximum=5)
        self.post(
            self.fresh(rises, Hold(hold=f"of {name} {self.count}", account=name, amount=amount, deadline=deadline, type="gamble_wager"))
        )

    @rule(batch=st.lists(postings, min_size=2, max_size=6))
    def requests_that_come_together(self, batch: list[Posting]) -> None:
        self.begin()
        outcomes = self.teller.post_all(*batch)
        expected = [self.model.post(posting, "operator", self.teller.now, background=False) for posting in batch]
        assert [outcome.refusal for outcome in outcomes] == expected

    @rule(batch=st.lists(postings, min_size=1, max_size=6))
    def list_on_the_stream(self, batch: list[Posting]) -> None:
        self.begin()
        self.teller.list_of(*batch, caller="operator")
        for posting in batch:
            self.model.post(posting, "operator", self.teller.now, background=True)

    @rule(key=keys)
    def cancel(self, key: str) -> None:
        self.begin()
        answer = self.teller.ask("cancel", CancelRequest(key=key))
        bound = self.model.keys.get(key)
        assert answer["cancelled"] is (bound is None or bound[1] is not None)
        if bound is None:
            self.model.cancelled.add((key, "operator"))

    @rule(name=st.sampled_from(VIEWERS), kind=st.sampled_from(("ban", "unban", "freeze", "thaw", "thaw", "unban")))
    def sanction(self, name: str, kind: str) -> None:
        self.begin()
        self.count += 1
        key = f"sanction:{self.count}"
        if kind in {"ban", "unban"}:
            self.teller.ask(kind, BanRequest(key=key, account=name, at=START))
        else:
            self.teller.ask("freeze", FreezeRequest(key=key, account=name, at=START, frozen=kind == "freeze"))
        (self.model.banned if kind in {"ban", "unban"} else self.model.frozen).discard(name)
        if kind in {"ban", "freeze"}:
            (self.model.banned if kind == "ban" else self.model.frozen).add(name)
        self.model.told += 1

    @rule(minutes=st.integers(1, 90))
    def time_passes(self, minutes: int) -> None:
        self.begin()
        self.teller.pass_time(minutes=minutes)
        self.teller.settle_deadlines()
        self.model.expire(self.teller.now)

    @rule()
    def commit(self) -> None:
        if self.teller.db.in_transaction:
            self.teller.seal()
            self.teller.db.execute("COMMIT")
        self.safe = copy.deepcopy(self.model)

    @rule()
    def crash(self) -> None:
        self.teller.crash()
        self.teller.db.execute("PRAGMA synchronous=OFF")
        self.model = copy.deepcopy(self.safe)

    @invariant()
    def the_books_are_the_models(self) -> None:
        accounts = {name: self.teller.account(name) for name in (*SYSTEM, *VIEWERS)}
        model = self.model
        assert {name: state.balance for name, state in accounts.items()} == model.balance
        for name in VIEWERS:
            state = accounts[name]
            assert state.held == model.held(name)
            totals = (state.lifetime_earned, state.lifetime_spent, state.lifetime_wagered, state.lifetime_won)
            assert totals == (model.earned[name], model.spent[name], model.wagered[name], model.won[name])
            assert (state.banned, state.frozen) == (name in model.banned, name in model.frozen)
            expected = {f"{limit}:{window}": value for (whose, limit, window), value in model.limits.items() if whose == name}
            assert {counter: value for counter, value in state.limits.items() if value} == {c: v for c, v in expected.items() if v}

    @invariant()
    def every_outcome_is_in_the_journal(self) -> None:
        assert [row["number"] for row in self.teller.journal()] == list(range(1, self.model.told + 1))

    def teardown(self) -> None:
        self.commit()
        findings = audit(self.teller.path)
        self.teller.close()
        shutil.rmtree(self.folder)
        assert findings == []


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(
    max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
