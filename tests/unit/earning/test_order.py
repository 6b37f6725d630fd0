"""What comes before the first configuration, and what the ledger tells."""

from typing import Any

from libs.common import subjects
from libs.common.contracts.ledger import Entry
from services.earning.store import Store
from tests.support.earning_stage import QUIET, ROOM, Stage, posted, span, transaction


class TestBeforeTheFirstConfiguration:
    def test_nothing_is_paid(self) -> None:
        stage = Stage(None)
        stage.join("12:00:00", "alice")
        stage.tick("12:05:00")

        assert stage.postings() == []

    def test_it_is_judged_by_the_first(self) -> None:
        stage = Stage(None)
        stage.join("12:00:00", "alice")
        for end in range(1, 6):
            stage.tick(f"12:0{end}:00")
        stage.configure("12:05:30", {**QUIET, "presence": {"base_rate_per_minute": 3}})
        stage.tick("12:06:00")

        assert stage.minutes("alice") == span("12:00", "12:05")
        assert set(stage.paid("presence.base")) == {3}
        assert len(stage.arrivals()) == 1

    def test_it_is_played_once(self) -> None:
        stage = Stage(None)
        stage.join("12:00:00", "alice")
        stage.tick("12:05:00")
        stage.configure("12:05:30", QUIET)
        stage.configure("12:05:40", {**QUIET, "presence": {"base_rate_per_minute": 9}})

        assert stage.paid("presence.base") == [1] * 5

    def test_many_events_keep_their_order(self) -> None:
        stage = Stage(None)
        for number in range(600):
            stage.join(f"12:{number // 60:02}:{number % 60:02}", "alice")
            stage.leave(f"12:{number // 60:02}:{number % 60:02}", "alice")
        stage.configure("12:30:00", QUIET)

        assert stage.minutes("alice") == span("12:00", "12:08")

    def test_a_kept_configuration_that_cannot_be_read_holds_events_until_the_next(self) -> None:
        stage = Stage(QUIET)
        stage.db.execute("""UPDATE configuration SET version = 'other', settings = '{"presence": {"base_rate_per_minute": "much"}}'""")
        stage.join("12:00:00", "alice")
        stage.configure("12:00:30", QUIET)
        stage.tick("12:01:00")

        assert stage.minutes("alice") == ["12:00"]


class TestTransactions:
    def test_an_outcome_takes_the_posting_out_of_the_outbox(self) -> None:
        stage = Stage()
        stage.join("12:00:00", "alice")
        stage.tick("12:02:00")
        opened, first, second = stage.postings()
        stage.transact(posted(1, opened))
        stage.transact(posted(2, first))
        stage.transact(posted(3, second, kind="refused"))

        assert stage.postings() == []

    def test_somebody_elses_posting_is_not_ours(self) -> None:
        stage = Stage()
        stage.join("12:00:00", "alice")
        stage.transact(transaction(1, "posting", key=stage.postings()[0].key, caller="games"))

        assert len(stage.postings()) == 1

    def test_a_ban_is_remembered_until_it_is_lifted(self) -> None:
        stage = Stage()
        stage.transact(transaction(1, "banned", account="Alice"))
        assert stage.career("alice").banned

        stage.transact(transaction(2, "unbanned", account="ALICE"))
        assert not stage.career("alice").banned

    def test_income_counts_towards_the_lifetime_and_winnings_do_not(self) -> None:
        stage = Stage()
        counted: dict[str, Any] = {"earn": "earned", "admin_grant": "earned", "gamble_win": "won", "refund": None, "tip_receive": None}
        for number, (type_, counts) in enumerate(counted.items(), start=1):
            entries = [
                Entry(account="@mint", amount=-10, balance=-10, type=type_),
                Entry(account="Alice", amount=10, balance=10, type=type_, counts=counts),
            ]
            stage.transact(transaction(number, "posting", entries=entries, caller="operator"))

        assert (stage.career("alice").earned, stage.career("alice").balance) == (20, 50)

    def test_what_we_pay_counts_when_it_is_earned_and_not_again_when_the_ledger_tells(self) -> None:
        stage = Stage()
        stage.join("12:00:00", "alice")
        stage.tick("12:02:00")
        _, first, _ = stage.postings()
        stage.transact(posted(1, first))

        assert (stage.career("alice").earned, stage.career("alice").balance, stage.day("alice").earned) == (2, 2, 2)

    def test_what_is_undone_lowers_the_day_and_the_lifetime(self) -> None:
        stage = Stage()
        stage.join("12:00:00", "alice")
        stage.tick("12:02:00")
        undone = Entry(account="Alice", amount=-1, balance=1, type="reversal", counts="earned", metadata={"undoes": "earn"})
        stage.transact(transaction(9, "posting", entries=[undone], caller="operator"))

        assert (stage.career("alice").earned, stage.day("alice").earned) == (1, 1)

    def test_what_the_ledger_refuses_us_is_taken_back(self) -> None:
        stage = Stage()
        stage.join("12:00:00", "alice")
        stage.tick("12:02:00")
        _, first, _ = stage.postings()
        stage.transact(posted(1, first, kind="refused"))

        assert (stage.career("alice").earned, stage.career("alice").balance, stage.day("alice").earned) == (1, 1, 1)

    def test_a_refused_minute_is_taken_back_from_the_day_on_which_it_began(self) -> None:
        stage = Stage()
        stage.join("23:59:00", "alice")
        stage.tick("2026-11-23 00:01:00")
        _, first, _ = stage.postings()
        stage.transact(transaction(1, "refused", key=first.key, at=first.at))

        assert (stage.day("alice").earned, stage.day("alice", "2026-11-23").earned) == (0, 1)


def test_what_was_earned_is_told_once_committed() -> None:
    stage = Stage({"onboarding": {"welcome_wallet": 50}, "presence": {"night_watch": {"enabled": False}}})
    stage.join("12:00:00", "alice")
    stage.tick("12:03:00")

    assert (stage.coins, stage.counted) == ({"onboarding.wallet": 50, "presence.base": 3}, 3)
    assert stage.version == Store(stage.db).version()


def test_facts_and_postings_go_to_their_streams() -> None:
    stage = Stage()
    stage.join("12:00:00", "alice")
    rows = stage.db.execute("SELECT stream, subject FROM outbox").fetchall()

    assert set(rows) == {(subjects.POSTINGS, subjects.postings(ROOM, "earning")), (subjects.FACTS, subjects.fact(ROOM, "arrival"))}
