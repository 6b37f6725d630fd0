"""Bans and freezes."""

from typing import Any

import pytest

from libs.common.contracts.ledger import Open
from libs.common.contracts.ledger_requests import AccountRequest, BanRequest, FreezeRequest
from tests.support.teller import Teller, capture, give, hold, pay, release, reverse, set_to


def ban(
    teller: Teller, name: str, key: str = "ban", verb: str = "ban", caller: str = "commands", reason: str | None = "spam"
) -> dict[str, Any]:
    return teller.ask(verb, BanRequest(key=key, account=name, at=teller.now, reason=reason, actor="admin"), caller)


def freeze(teller: Teller, name: str, *, frozen: bool = True, key: str = "freeze") -> dict[str, Any]:
    return teller.ask("freeze", FreezeRequest(key=key, account=name, at=teller.now, frozen=frozen))


def test_a_ban_is_seen_at_the_account(teller: Teller) -> None:
    teller.viewers(alice=5)
    assert ban(teller, "alice")["changed"] is True
    assert (teller.account("alice").banned, teller.account("alice").ban_reason) == (True, "spam")


def test_a_ban_stands_in_the_journal(teller: Teller) -> None:
    teller.viewers(Alice=5)
    ban(teller, "alice")
    told = teller.journal()[-1]
    assert (told["kind"], told["account"], told["detail"], told["actor"]) == ("banned", "Alice", "spam", "admin")


def test_who_has_no_account_yet_can_be_banned(teller: Teller) -> None:
    ban(teller, "Troll")
    assert teller.account("troll").banned
    assert teller.post(Open(account="Troll"), give("troll", 5, "earn"), caller="earning").refusal == "banned"


def test_a_repeated_ban_is_the_same_ban(teller: Teller) -> None:
    teller.viewers(alice=5)
    first = ban(teller, "alice", "k1")
    ban(teller, "alice", "k2", "unban")
    assert ban(teller, "alice", "k1") == first
    assert not teller.account("alice").banned


def test_a_second_ban_changes_nothing(teller: Teller) -> None:
    teller.viewers(alice=5)
    ban(teller, "alice", "k1")
    assert ban(teller, "alice", "k2")["changed"] is False


def test_a_second_ban_without_a_reason_keeps_the_first_ones(teller: Teller) -> None:
    ban(teller, "alice", "k1")
    ban(teller, "alice", "k2", reason=None)
    assert teller.account("alice").ban_reason == "spam"


def test_a_second_ban_may_give_a_better_reason(teller: Teller) -> None:
    ban(teller, "alice", "k1")
    ban(teller, "alice", "k2", reason="theft")
    assert teller.account("alice").ban_reason == "theft"


def test_an_unban_leaves_no_reason(teller: Teller) -> None:
    ban(teller, "alice", "k1")
    ban(teller, "alice", "k2", "unban")
    assert teller.account("alice").ban_reason is None


def test_a_new_ban_does_not_take_over_an_old_ones_reason(teller: Teller) -> None:
    ban(teller, "alice", "k1")
    ban(teller, "alice", "k2", "unban", reason="sorry")
    ban(teller, "alice", "k3", reason=None)
    assert teller.account("alice").ban_reason is None


def test_an_unban_of_nobody_opens_no_account(teller: Teller) -> None:
    answer = ban(teller, "Nobody", verb="unban")
    assert (answer["account"], answer["changed"]) == ("Nobody", False)
    assert teller.ask("account", AccountRequest(account="nobody"))["found"] is False


def test_a_thaw_of_nobody_opens_no_account(teller: Teller) -> None:
    assert freeze(teller, "nobody", frozen=False)["changed"] is False
    assert teller.ask("account", AccountRequest(account="nobody"))["found"] is False


def test_an_unban_of_nobody_stands_in_the_journal_once(teller: Teller) -> None:
    for _ in range(2):
        ban(teller, "Nobody", verb="unban")
    assert [(row["kind"], row["account"]) for row in teller.journal()] == [("unbanned", "Nobody")]


def test_an_unban_of_nobody_that_comes_again_lifts_no_later_ban(teller: Teller) -> None:
    first = ban(teller, "alice", "k1", "unban")
    ban(teller, "alice", "k2")
    assert ban(teller, "alice", "k1", "unban") == first
    assert teller.account("alice").banned


@pytest.mark.parametrize("caller", ["games", "shop", "earning", "stranger"])
def test_only_admins_ban(teller: Teller, caller: str) -> None:
    teller.viewers(alice=5)
    assert ban(teller, "alice", caller=caller)["refusal"] == "not_allowed"


def test_a_banned_viewer_spends_nothing(teller: Teller) -> None:
    teller.viewers(alice=50, bob=0)
    ban(teller, "alice")
    lines = (pay("alice", "@burn", 1), pay("alice", "bob", 1, "tip_send"), hold("h", "alice", 1))
    assert [teller.post(line).refusal for line in lines] == ["banned"] * 3


def test_a_banned_viewer_earns_nothing_and_the_journal_tells(teller: Teller) -> None:
    teller.viewers(alice=50)
    ban(teller, "alice")
    assert teller.list_of(teller.posting(give("alice", 1, "earn"))).refused == {"banned": 1}
    assert teller.journal()[-1]["refusal"] == "banned"


@pytest.mark.parametrize("line", [give("alice", 1, "admin_grant"), pay("@house", "alice", 1, "refund"), set_to("alice", 51)])
def test_a_banned_viewer_takes_refunds_and_what_an_admin_does(teller: Teller, line: object) -> None:
    teller.viewers(alice=50)
    ban(teller, "alice")
    teller.done(line)  # type: ignore[arg-type]
    assert teller.balance("alice") == 51


def test_an_admin_takes_from_a_banned_viewer(teller: Teller) -> None:
    teller.viewers(alice=50)
    ban(teller, "alice")
    assert teller.done(pay("alice", "@burn", 50, "admin_deduct")).ok


def test_what_a_banned_viewer_had_staked_is_settled_or_given_back(teller: Teller) -> None:
    teller.viewers(alice=50)
    teller.done(hold("h", "alice", 10))
    teller.done(hold("i", "alice", 10))
    teller.done(pay("alice", "@burn", 10), key="k")
    ban(teller, "alice")
    teller.done(capture("h"), release("i"), reverse("k"))
    assert teller.balance("alice") == 40


def test_winnings_do_not_reach_a_banned_viewer(teller: Teller) -> None:
    teller.viewers(alice=50)
    ban(teller, "alice")
    assert teller.post(pay("@house", "alice", 5, "gamble_win")).refusal == "banned"


def test_an_unban_gives_everything_back(teller: Teller) -> None:
    teller.viewers(alice=50)
    ban(teller, "alice")
    ban(teller, "alice", "k2", "unban")
    assert teller.post(pay("alice", "@burn", 1)).ok


def test_nothing_moves_in_or_out_of_a_frozen_account(teller: Teller) -> None:
    teller.viewers(alice=50)
    teller.done(hold("h", "alice", 10))
    teller.done(pay("alice", "@burn", 1), key="k")
    freeze(teller, "alice")
    lines = (
        pay("alice", "@burn", 1),
        give("alice", 1),
        hold("i", "alice", 1),
        capture("h"),
        release("h"),
        reverse("k"),
        set_to("alice", 1),
    )
    assert [teller.post(line).refusal for line in lines] == ["frozen"] * 7


def test_a_frozen_viewers_hold_waits_for_the_thaw(teller: Teller) -> None:
    teller.viewers(alice=50)
    teller.done(hold("h", "alice", 10))
    freeze(teller, "alice")
    teller.pass_time(hours=3)
    assert teller.settle_deadlines() == []
    freeze(teller, "alice", frozen=False, key="thaw")
    assert (teller.settle_deadlines(), teller.balance("alice")) == (["h"], 50)


def test_the_house_can_be_frozen(teller: Teller) -> None:
    teller.viewers(alice=50)
    freeze(teller, "@house")
    assert teller.post(pay("alice", "@house", 1, "gamble_wager")).refusal == "frozen"


def test_the_house_can_not_be_banned(teller: Teller) -> None:
    assert ban(teller, "@house")["refusal"] == "invalid"
