import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from libs.common.contracts.ledger import AccountState, Entry, Outcome
from libs.common.contracts.ledger_requests import AccountAnswer, CancelAnswer
from services.commands import clerk as clerks
from services.commands import metrics, store
from services.commands.clerk import Clerk
from services.commands.handlers import COMMANDS
from services.commands.registry import Registry
from services.commands.replies import common
from tests.support.commands import NOON, Here, Scripted, database, message, rules

ALICE = AccountState(account="Alice", balance=1234, lifetime_earned=6000, opened_at=NOON)


def granted(body: bytes) -> Outcome:
    """Answer a posting as the ledger would, with 100 coins there before."""
    posting = json.loads(body)
    move = posting["lines"][-1]
    entry = Entry(account=move["target"], amount=move["amount"], balance=100 + move["amount"], type=move["type"])
    return Outcome(ok=True, key=posting["key"], number=1, entries=[Entry(account="@mint", amount=0, balance=0, type="x"), entry])


class Bench:
    def __init__(self, **answers: Any) -> None:
        self.here = Here(database())
        self.ledger = Scripted(**({"account": AccountAnswer(found=True, account=ALICE)} | answers))
        self.now = NOON
        self.clerk = Clerk(COMMANDS, self.ledger, self.here, clock=lambda: self.now)
        self.clerk.rules = rules(ignored_users=["Nepbot"])

    async def ask(self, text: str, **more: Any) -> list[tuple[str | None, str]]:
        asked = message(text, **more)
        question = await self.here.write(lambda unit: store.ask(unit.db, asked, 1))
        assert question is not None
        await self.clerk.serve(question)
        assert store.questions(self.here.db) == []
        return self.here.said


async def test_balance_tells_coins_currency_and_rank() -> None:
    bench = Bench(account=AccountAnswer(found=True, account=ALICE))
    assert await bench.ask("bal") == [("alice", "You have 1,234 Z (Z-Coins). Rank: Key Grip.")]


async def test_how_long_an_answer_took_is_counted_from_the_messages_event() -> None:
    def told() -> float:
        samples = next(iter(metrics.SECONDS.collect())).samples
        return sum(each.value for each in samples if each.name.endswith("_sum") and each.labels == {"path": "pm", "command": "balance"})

    bench, before = Bench(), told()
    bench.now += timedelta(seconds=3)
    await bench.ask("balance")
    assert told() - before == pytest.approx(3)


async def test_balance_of_somebody_without_an_account_is_none_yet() -> None:
    bench = Bench(account=AccountAnswer(found=False))
    [(_, text)] = await bench.ask("balance")
    assert text.startswith("You have 0 Z and no account yet")


async def test_a_suspended_viewer_is_told_so() -> None:
    banned = ALICE.model_copy(update={"banned": True, "ban_reason": "cheating"})
    bench = Bench(account=AccountAnswer(found=True, account=banned))
    assert await bench.ask("balance") == [("alice", "Your account is suspended: cheating")]


async def test_a_grant_is_told_to_both() -> None:
    bench = Bench(post=granted)
    said = await bench.ask("grant @Bob 1_000 for the film", user="owner", rank=5)
    assert said == [("owner", "Granted 1,000 Z to Bob, who now has 1,100 Z."), ("Bob", "owner gave you 1,000 Z: for the film")]


async def test_a_grant_mints_under_the_messages_key_and_opens_the_account() -> None:
    bench = Bench(post=granted)
    await bench.ask("grant @Bob 5 why", user="owner", rank=5)
    [body] = bench.ledger.of("post")
    assert json.loads(body) == {
        "key": "pm:owner:0:grant @Bob 5 why",
        "at": "2026-11-22T12:00:00Z",
        "lines": [
            {"line": "open", "account": "Bob"},
            {
                "line": "transfer",
                "source": "@mint",
                "target": "Bob",
                "amount": 5,
                "type": "admin_grant",
                "trigger": "admin.grant",
                "reason": "why",
                "related": "owner",
            },
        ],
        "actor": "owner",
        "cause": "owner:0:grant @Bob 5 why",
    }


@pytest.mark.parametrize(
    "text", ["grant", "grant @bob", "grant @bob many", "grant @bob 0", "grant @bob -5", "grant bob! 5", "grant @mint,x 5"]
)
async def test_a_grant_that_does_not_fit_moves_nothing(text: str) -> None:
    bench = Bench(post=granted)
    [(to, answer)] = await bench.ask(text, user="owner", rank=5)
    assert to == "owner"
    assert answer
    assert bench.ledger.asked == []


@pytest.mark.parametrize("name", ["zcoinbot", "NEPBOT"])
async def test_the_robot_and_the_ignored_are_given_nothing(name: str) -> None:
    bench = Bench(post=granted)
    [(_, text)] = await bench.ask(f"grant @{name} 5", user="owner", rank=5)
    assert "takes no part" in text
    assert bench.ledger.asked == []


async def test_who_grants_to_oneself_is_told_once() -> None:
    bench = Bench(post=granted)
    assert len(await bench.ask("grant @Owner 5", user="owner", rank=5)) == 1


async def test_a_refusal_of_the_ledger_is_told() -> None:
    bench = Bench(post=Outcome(ok=False, key="k", refusal="frozen"))
    assert await bench.ask("grant @bob 5", user="owner", rank=5) == [("owner", "Nothing happened: that account is frozen.")]


async def test_a_ledger_that_is_away_for_a_moment_is_waited_for() -> None:
    silences = iter([None, None])
    bench = Bench(account=lambda _body: next(silences, AccountAnswer(found=True, account=ALICE)))
    [(_, text)] = await bench.ask("balance")
    assert text.startswith("You have 1,234 Z")


async def test_an_old_order_to_move_money_has_no_effect() -> None:
    bench = Bench(post=granted)
    bench.now = NOON + timedelta(seconds=1000)
    bench.clerk.tick(bench.now)
    [(_, text)] = await bench.ask("grant @bob 5", user="owner", rank=5)
    assert "no coins were moved" in text
    assert bench.ledger.asked == []


def late(bench: Bench, seconds: float) -> None:
    """Have the ledger say who has what only when so much time has passed."""

    def answer(_body: bytes) -> AccountAnswer:
        bench.now = NOON + timedelta(seconds=seconds)
        bench.clerk.tick(bench.now)
        return AccountAnswer(found=True, account=ALICE)

    bench.ledger.answers["account"] = answer


async def test_an_order_that_grew_old_before_it_was_begun_has_no_effect() -> None:
    bench = Bench(post=granted)
    late(bench, 1000)
    [(_, text)] = await bench.ask("grant @bob 5", user="owner", rank=5)
    assert "no coins were moved" in text
    assert bench.ledger.of("post") == []


async def test_an_order_begun_late_is_given_up_no_later_for_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clerks, "_WAIT_SECONDS_LEAST", 0.05)
    bench = Bench(cancel=CancelAnswer(cancelled=True))
    late(bench, 899.9)
    [(_, text)] = await asyncio.wait_for(bench.ask("grant @bob 5", user="owner", rank=5), 10)
    assert text.startswith("Nothing happened: it took too long")


async def test_an_old_question_is_answered_all_the_same() -> None:
    bench = Bench(account=AccountAnswer(found=True, account=ALICE))
    bench.now = NOON + timedelta(seconds=1000)
    bench.clerk.tick(bench.now)
    [(_, text)] = await bench.ask("balance")
    assert text.startswith("You have 1,234 Z")


class Patience:
    """The wall clock's waits: each lasts until the test says so."""

    def __init__(self) -> None:
        self.waits: list[tuple[float, asyncio.Event]] = []

    async def __call__(self, seconds: float) -> None:
        self.waits.append((seconds, asyncio.Event()))
        await self.waits[-1][1].wait()

    async def pass_(self, here: Here) -> None:
        """Let the time of the last wait pass, and what follows from that happen."""
        self.waits[-1][1].set()
        for _ in range(10):
            await here.write(lambda _unit: None)


class Waiting(Bench):
    """One question, put to a ledger that is away until the test says otherwise."""

    def __init__(self) -> None:
        super().__init__(account=None)
        self.patience = Patience()
        self.start()

    def start(self) -> None:
        self.clerk = Clerk(COMMANDS, self.ledger, self.here, clock=lambda: self.now, sleep=self.patience)
        self.clerk.rules = rules()

    async def begin(self) -> "asyncio.Task[None]":
        begun = len(self.patience.waits)
        serving = asyncio.create_task(self.clerk.serve(store.questions(self.here.db)[0]))
        while len(self.patience.waits) == begun:  # noqa: ASYNC110 - the next turns of the loop begin it
            await asyncio.sleep(0)
        return serving

    async def end(self, serving: "asyncio.Task[None]") -> None:
        self.ledger.answers["account"] = AccountAnswer(found=True, account=ALICE)
        await serving


STILL = ("alice", common.still_working())


@pytest.fixture
async def waiting() -> Waiting:
    found = Waiting()
    await found.here.write(lambda unit: store.ask(unit.db, message("balance"), 1))
    return found


async def test_who_waits_long_is_told_once_and_answered_later(waiting: Waiting) -> None:
    serving = await waiting.begin()
    assert [seconds for seconds, _ in waiting.patience.waits] == [4.0]
    assert waiting.here.said == []
    await waiting.patience.pass_(waiting.here)
    assert waiting.here.said == [STILL]
    assert [(each.id, each.kind, each.lane) for each in waiting.here.announced] == [("wait:alice:0:balance", "notice", "pm")]
    await waiting.end(serving)
    assert len(waiting.here.said) == 2


async def test_who_was_told_to_wait_is_not_told_again_by_the_next_start(waiting: Waiting) -> None:
    serving = await waiting.begin()
    await waiting.patience.pass_(waiting.here)
    serving.cancel()
    waiting.start()
    serving = await waiting.begin()
    await waiting.patience.pass_(waiting.here)
    assert waiting.here.said == [STILL]
    await waiting.end(serving)


async def test_who_is_answered_soon_is_told_nothing_else(waiting: Waiting) -> None:
    await waiting.end(await waiting.begin())
    await waiting.patience.pass_(waiting.here)
    [(_, text)] = waiting.here.said
    assert text.startswith("You have 1,234 Z")


class KilledError(BaseException):
    """The process ends here."""


def die(_body: bytes) -> None:
    raise KilledError


async def begun(bench: Bench, text: str, **more: Any) -> store.Question:
    """Ask, and die when the ledger is asked; give the question as the next start finds it."""
    asked = message(text, **more)
    question = await bench.here.write(lambda unit: store.ask(unit.db, asked, 1))
    assert question is not None
    answers, bench.ledger.answers = bench.ledger.answers, {**bench.ledger.answers, "post": die, "ban": die, "unban": die}
    with pytest.raises(KilledError):
        await bench.clerk.serve(question)
    bench.ledger.answers = answers
    [left] = store.questions(bench.here.db)
    assert left.begun is not None
    return left


async def test_an_old_order_that_was_begun_is_brought_to_its_end() -> None:
    bench = Bench(post=granted)
    left = await begun(bench, "grant @bob 5", user="owner", rank=5)
    bench.now = NOON + timedelta(days=1)
    bench.clerk.tick(bench.now)
    await bench.clerk.serve(left)
    assert bench.here.said[0] == ("owner", "Granted 5 Z to bob, who now has 105 Z.")
    assert bench.ledger.of("post")[0] == bench.ledger.of("post")[1]


@pytest.mark.parametrize(
    "reloaded",
    [
        {"admin": {"owner_level": 6}},
        {"ignored_users": ["Bob"]},
        {"ignored_users": ["Owner"]},
        {"bot": {"username": "Bob"}},
        {"commands": {"max_age_seconds": 0}},
    ],
)
async def test_an_order_that_was_begun_ends_by_its_outcome_whatever_a_reload_says(reloaded: dict[str, Any]) -> None:
    bench = Bench(post=granted)
    left = await begun(bench, "grant @bob 5 why", user="owner", rank=5)
    bench.clerk.rules = rules(**reloaded)
    await bench.clerk.serve(left)
    assert bench.here.said == [("owner", "Granted 5 Z to bob, who now has 105 Z."), ("bob", "owner gave you 5 Z: why")]
    assert bench.ledger.of("post")[0] == bench.ledger.of("post")[1]


async def test_an_order_that_was_begun_and_refused_is_told_as_refused() -> None:
    bench = Bench(post=Outcome(ok=False, key="k", refusal="cancelled"))
    left = await begun(bench, "grant @bob 5", user="owner", rank=5)
    await bench.clerk.serve(left)
    assert bench.here.said == [("owner", "Nothing happened: it took too long. Please try again.")]


async def test_an_order_of_a_command_that_is_no_more_is_brought_to_its_end_too() -> None:
    bench = Bench(post=granted)
    left = await begun(bench, "grant @bob 5", user="owner", rank=5)
    older = Clerk(Registry(()), bench.ledger, bench.here)
    older.rules = rules()
    await older.serve(left)
    assert bench.here.said == [("owner", "Done.")]


async def test_what_was_not_answered_in_time_is_taken_back_and_the_truth_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clerks, "_WAIT_SECONDS_LEAST", 0.05)
    bench = Bench(cancel=CancelAnswer(cancelled=True))
    bench.now = NOON + timedelta(seconds=899.99)
    [(_, text)] = await bench.ask("grant @bob 5", user="owner", rank=5)
    assert text.startswith("Nothing happened: it took too long")


async def test_what_was_done_after_all_is_told_as_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clerks, "_WAIT_SECONDS_LEAST", 0.05)
    entry = Entry(account="bob", amount=5, balance=5, type="admin_grant")
    done = CancelAnswer(cancelled=False, outcome=Outcome(ok=True, key="k", number=1, entries=[entry]))
    bench = Bench(cancel=done)
    bench.now = NOON + timedelta(seconds=899.99)
    assert (await bench.ask("grant @bob 5", user="owner", rank=5))[0] == ("owner", "Granted 5 Z to bob, who now has 5 Z.")


async def test_a_mistake_of_ours_is_told_and_kept() -> None:
    bench = Bench(post=Outcome(ok=True, key="k", number=1, entries=[]))
    [(_, text)] = await bench.ask("grant @bob 5", user="owner", rank=5)
    assert text.startswith("Something went wrong")
    assert bench.here.db.execute("SELECT count(*) FROM outbox WHERE stream = 'ECONOMY_DEADLETTERS'").fetchone() == (1,)
