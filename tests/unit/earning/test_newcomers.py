"""The first sight of somebody: account, wallet and welcome."""

import pytest

from libs.common.contracts.ledger import MINT, Open, Transfer
from tests.support.earning_stage import ROOM, Stage, clock, posted, transaction

WALLET = {
    "onboarding": {"welcome_wallet": 100, "welcome_message": "Hi! {amount} {currency} {and} welcome"},
    "presence": {"base_rate_per_minute": 0},
}
NO_WALLET = {"onboarding": {"welcome_wallet": 0}, "presence": {"base_rate_per_minute": 0}}


def test_the_first_join_opens_the_account_and_fills_it() -> None:
    stage = Stage(WALLET)
    stage.join("12:00:00", "Alice")

    (posting,) = stage.postings()
    assert posting.key == f"wallet:{ROOM}:alice"
    transfer = Transfer(source=MINT, target="Alice", amount=100, type="welcome_wallet", trigger="onboarding.wallet", reason="Welcome")
    assert posting.lines == [Open(account="Alice"), transfer]


def test_without_a_wallet_the_account_is_only_opened() -> None:
    stage = Stage(NO_WALLET)
    stage.join("12:00:00", "Alice")

    (posting,) = stage.postings()
    assert (posting.key, posting.lines) == (f"open:{ROOM}:alice", [Open(account="Alice")])


def test_it_happens_once() -> None:
    stage = Stage(WALLET)
    stage.join("12:00:00", "alice")
    stage.leave("12:01:00", "alice")
    stage.join("13:00:00", "ALICE")
    stage.listed("13:01:00", "alice")
    stage.chat("13:02:00", "Alice")

    assert stage.paid("onboarding.wallet") == [100]


def test_everybody_found_in_the_room_at_the_start_gets_it() -> None:
    stage = Stage(WALLET)
    stage.listed("12:00:00", "alice", "bob")

    assert stage.paid("onboarding.wallet") == [100, 100]


def test_a_roster_a_line_and_a_pm_are_sights_too() -> None:
    stage = Stage(WALLET)
    stage.roster("12:00:00", 0, "alice")
    stage.chat("12:00:01", "bob")
    stage.pm("12:00:02", "carol")

    assert stage.paid("onboarding.wallet") == [100, 100, 100]


def test_a_guest_gets_it_when_the_rank_comes() -> None:
    stage = Stage(WALLET)
    stage.join("12:00:00", "alice", 0)
    assert stage.postings() == []

    stage.rank("12:01:00", "alice", 1)
    assert stage.paid("onboarding.wallet") == [100]


def test_a_rank_told_of_somebody_absent_is_no_sight() -> None:
    stage = Stage(WALLET)
    stage.rank("12:00:00", "alice", 3)

    assert stage.postings() == []


def test_a_configuration_that_lets_guests_in_opens_their_accounts() -> None:
    stage = Stage(WALLET)
    stage.join("12:00:00", "alice", 0)
    stage.configure("12:01:00", {**WALLET, "eligibility": {"min_cytube_rank": 0}})

    assert stage.paid("onboarding.wallet") == [100]


class TestWelcome:
    def test_is_told_after_the_delay_with_amount_and_currency(self) -> None:
        stage = Stage(WALLET)
        stage.join("12:00:00", "Alice")
        stage.tick("12:01:29")
        assert stage.announcements() == []

        stage.tick("12:01:30")
        (told,) = stage.announcements()
        assert told.text == "Hi! 100 Z-Coins {and} welcome"
        assert (told.id, told.to, told.at, told.until) == (f"wallet:{ROOM}:alice", "Alice", clock("12:01:30"), clock("12:11:30"))

    def test_is_told_once(self) -> None:
        stage = Stage(WALLET)
        stage.join("12:00:00", "alice")
        stage.tick("12:02:00")
        stage.tick("12:02:02")

        assert len(stage.announcements()) == 1

    def test_is_dropped_when_the_viewer_has_left(self) -> None:
        stage = Stage(WALLET)
        stage.join("12:00:00", "alice")
        stage.leave("12:01:00", "alice")
        stage.tick("12:02:00")
        stage.join("12:03:00", "alice")
        stage.tick("12:04:00")

        assert stage.announcements() == []

    def test_waits_while_it_is_open_whether_the_viewer_is_still_here(self) -> None:
        stage = Stage(WALLET)
        stage.join("12:00:00", "alice")
        stage.robot("12:01:00", "login")
        stage.tick("12:02:00")
        stage.listed("12:03:00", "alice")
        stage.tick("12:03:02")

        assert len(stage.announcements()) == 1

    def test_is_dropped_when_it_became_old_news(self) -> None:
        stage = Stage(WALLET)
        stage.join("12:00:00", "alice")
        stage.tick("12:11:30")

        assert stage.announcements() == []

    def test_is_dropped_when_the_ledger_refused_the_wallet(self) -> None:
        stage = Stage(WALLET)
        stage.join("12:00:00", "alice")
        stage.transact(posted(1, stage.postings()[0], kind="refused"))
        stage.tick("12:02:00")

        assert stage.announcements() == []

    def test_is_dropped_when_the_viewer_is_banned_meanwhile(self) -> None:
        stage = Stage(WALLET)
        stage.join("12:00:00", "Alice")
        stage.transact(transaction(1, "banned", account="alice"))
        stage.tick("12:02:00")

        assert stage.announcements() == []

    @pytest.mark.parametrize("seconds", [0, 90])
    def test_is_not_told_to_who_is_banned(self, seconds: int) -> None:
        stage = Stage({"onboarding": {"welcome_delay_seconds": seconds}})
        stage.transact(transaction(1, "banned", account="Alice"))
        stage.join("12:00:00", "Alice")
        stage.tick("12:02:00")

        assert stage.announcements() == []

    def test_is_told_at_once_without_a_delay(self) -> None:
        stage = Stage({"onboarding": {"welcome_delay_seconds": 0}})
        stage.join("12:00:00", "alice")

        assert [told.at for told in stage.announcements()] == [clock("12:00:00")]

    def test_says_nothing_of_an_empty_wallet(self) -> None:
        stage = Stage(NO_WALLET)
        stage.join("12:00:00", "alice")
        stage.tick("12:05:00")

        assert stage.announcements() == []


def test_who_is_banned_gets_it_once_the_ban_is_over() -> None:
    stage = Stage(WALLET)
    stage.transact(transaction(1, "banned", account="Alice"))
    stage.join("12:00:00", "Alice")
    assert stage.paid("onboarding.wallet") == []

    stage.transact(transaction(2, "unbanned", account="Alice"))
    stage.chat("12:01:00", "Alice")
    assert stage.paid("onboarding.wallet") == [100]
