"""`econ:user`: all about one viewer's account: now, from its owners; at an earlier moment, from the history."""

import asyncio
from dataclasses import dataclass
from typing import Final

from libs.common import ranks
from libs.common.contracts.analytics import ReportRequest
from libs.common.contracts.earning import WhyAnswer, WhyRequest
from libs.common.contracts.ledger import AccountState
from libs.common.contracts.ledger_requests import HistoryAnswer, HistoryRequest
from services.commands import reports
from services.commands.arguments import BadArgumentsError, Rest, Username
from services.commands.moments import moment
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies import admin, common
from services.commands.replies.history import numbered
from services.commands.replies.reports import user as words

ENTRIES: Final = 5


@dataclass(frozen=True, slots=True)
class User:
    """Whose, and when."""

    user: Username
    at_time: Rest = ""


async def run(call: Call[User], office: Office) -> Answer:
    """Tell it."""
    said = call.arguments.at_time
    if not said:
        return await _now(call, office)
    try:
        at = moment(said.removeprefix("at").strip(), call.rules.economy.zone)
    except BadArgumentsError as error:
        return Answer(common.usage(str(error), "econ:user @user at 2026-11-01T20:00"), outcome="usage")
    if at > call.at:
        return Answer(words.not_yet(), outcome="usage")
    asked = ReportRequest(at=at, user=call.arguments.user)
    found = await reports.rows(office, call.channel, "user", asked, reports.User)
    if found is None:
        return Answer(common.unreachable(), outcome="unreachable")
    if not found:
        return Answer(words.nobody_then(call.arguments.user, at, call.rules.economy.zone), outcome="unknown_account")
    return Answer(words.then(found[0], at, call.rules.economy.zone, call.rules.currency))


async def _now(call: Call[User], office: Office) -> Answer:
    name, zone, currency = call.arguments.user, call.rules.economy.zone, call.rules.currency
    account, seen, history = await asyncio.gather(
        office.account(call.channel, name),
        reports.told(office, "earning", call.channel, "why", WhyRequest(user=name, at=call.at), WhyAnswer),
        office.ledger(call.channel, "history", HistoryRequest(account=name, limit=ENTRIES), HistoryAnswer),
    )
    if account is None:
        return Answer(admin.no_account(name), outcome="unknown_account")
    lines = [words.account(account, _rank(account, call, office), zone, currency)]
    if seen is not None:
        lines.append(words.seen(seen, zone))
    return Answer("\n".join([*lines, *(numbered(row, zone, currency) for row in history.rows)]))


def _rank(account: AccountState, call: Call[User], office: Office) -> str:
    return ranks.tiers(call.rules.ranks)[office.rung(call.channel, account.account, account.lifetime_earned)].name


COMMAND = Command(
    name="econ:user",
    help="All about an account: what it has, its totals, its last entries with their numbers. Also as of a time: at 2026-11-01T20:00.",
    arguments=User,
    run=run,
    section="Administrators",
    rank="admin",
)
