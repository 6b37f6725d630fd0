"""What was done by hand: the history says what the ledger says."""

from datetime import timedelta
from pathlib import Path

import pytest

from libs.analysis.reading import history
from libs.analysis.reports.actions import actions
from libs.analysis.reports.asked import Asked
from libs.common.contracts.ledger import Open, Transfer
from libs.common.contracts.ledger_requests import Action, ActionsAnswer, ActionsRequest, BanRequest
from tests.support.history import written
from tests.support.teller import CHANNEL, START, Teller, give, pay, reverse, set_to

SAME = set(Action.model_fields) - {"reverses", "undone", "postings"}


@pytest.fixture(scope="module")
def teller() -> Teller:
    """A ledger to whose books people did all kinds of things."""
    teller = Teller(Path(":memory:"))
    teller.viewers(alice=5, bob=0)
    grant = Transfer(source="@mint", target="Carol", amount=9, type="admin_grant", reason="well done")
    teller.ask("post", teller.posting(Open(account="Carol"), grant, actor="Root", key="grant"), "commands")
    teller.ask("post", teller.posting(pay("alice", "@burn", 1), actor="alice"), "shop")
    teller.ask("post", teller.posting(set_to("bob", 7), actor="Root"), "operator")
    teller.ask("post", teller.posting(give("alice", 1, "admin_rain"), give("bob", 2, "admin_rain"), actor="Ann"), "commands")
    teller.ask("post", teller.posting(reverse("grant"), actor="Ann"), "commands")
    teller.ask("ban", BanRequest(key="ban", account="Troll", at=START, reason="spam", actor="Root"), "commands")
    teller.list_of(teller.posting(give("bob", 1, "presence")))
    return teller


@pytest.mark.parametrize("user", [None, "ROOT", "Carol", "troll", "bob", "nobody"])
def test_the_history_and_the_ledger_tell_the_same(teller: Teller, tmp_path: Path, user: str | None) -> None:
    told = ActionsAnswer.model_validate(teller.ask("actions", ActionsRequest(user=user))).actions
    with history(written(tmp_path, teller)) as db:
        found = actions(db, Asked(CHANNEL, user=user))
        assert [{name: getattr(each, name) for name in SAME} for each in found] == [each.model_dump(include=SAME) for each in told]
        assert [each.reverses for each in found if each.reverses] == ["grant"] * sum(each.reverses is not None for each in told)
        assert actions(db, Asked(CHANNEL, since=START + timedelta(days=1))) == []
