"""Who did something, rather than only being there; and that what commands read of reports is in them."""

from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import pytest

from libs.analysis.catalogue import REPORTS
from libs.analysis.reading import history
from libs.analysis.reports.asked import Asked
from libs.analysis.reports.participation import Participation, participation
from libs.common.contracts.base import Contract
from libs.common.contracts.ledger import Transfer
from services.commands import reports
from tests.support.history import written
from tests.support.teller import CHANNEL, START, Teller, pay

READ: dict[str, type[Contract]] = {
    "user": reports.User,
    "triggers": reports.Trigger,
    "gambling": reports.Game,
    "participation": reports.Participation,
}


def earn(name: str, trigger: str) -> Transfer:
    return Transfer(source="@mint", target=name, amount=1, type="earn", trigger=trigger)


def test_those_count_who_said_something_that_pays_or_gave_coins_away(tmp_path: Path) -> None:
    teller = Teller(Path(":memory:"))
    teller.viewers(watcher=5, talker=5, spender=5, fined=5, early=5)
    teller.done(pay("early", "@burn", 1))
    teller.pass_time(days=1)
    teller.done(earn("watcher", "presence.base"), earn("talker", "chat.long_message"), earn("Talker", "social.bot_interaction"))
    teller.done(pay("spender", "@burn", 1), pay("fined", "@burn", 1, "admin_deduct"))
    with history(written(tmp_path, teller)) as db:
        today = Asked(CHANNEL, since=START + timedelta(days=1))
        assert participation(db, today) == [Participation(active=4, chose=2)]
        assert participation(db, Asked(CHANNEL, since=START + timedelta(days=2))) == [Participation(0, 0)]
        assert participation(db, Asked("elsewhere")) == [Participation(0, 0)]


@pytest.mark.parametrize("report", READ)
def test_what_commands_read_of_a_report_is_in_it(report: str) -> None:
    needed = {name for name, field in READ[report].model_fields.items() if field.is_required()}
    assert needed <= {field.name for field in fields(REPORTS[report].row)}
