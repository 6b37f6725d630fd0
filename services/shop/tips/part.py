"""Tips, from request to answer."""

import asyncio
from typing import Final

from libs.common.asking import Ledger
from libs.common.contracts.base import Contract
from libs.common.contracts.ledger import Outcome
from libs.common.contracts.ledger_requests import AccountsAnswer, AccountsRequest
from libs.common.contracts.owners import Declined, refused
from libs.common.contracts.shop.tips import Tipped, TipRequest
from libs.common.durable import Unit
from libs.common.names import fold
from libs.common.owner import Case, Errand, Verb, Wanted
from services.shop.part import CALLER, Part, Tools
from services.shop.times import date
from services.shop.tips import store
from services.shop.tips.rules import Seen, declined, nearest, posting

_LEDGER_SECONDS: Final = 3.0
_NAMES_MAX: Final = 500
_BEGINNING: Final = 2
"""Letters of a mistyped name that are taken to be right, where there are too many names to look through all."""


def tips(tools: Tools) -> Part:
    """Give the part that lets viewers give each other coins."""
    clerk = _Clerk(tools)
    return Part(verbs=(Verb("tip", TipRequest, clerk.judge, settle, clerk.look),), sweep=lambda unit, before: store.sweep(unit.db, before))


class _Clerk:
    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def look(self, channel: str, request: TipRequest) -> Seen:
        """Find both, and whether they are one and the same."""
        find = self._tools.accounts.find
        giver, receiver, kinship = await asyncio.gather(
            find(channel, request.user), find(channel, request.target), self._tools.aliases.kinship(request.user, request.target)
        )
        return Seen(giver, receiver, kinship, None if receiver else await self._suggestion(channel, request.target))

    async def _suggestion(self, channel: str, name: str) -> str | None:
        """Look for the name that was meant: among the richest, and among those that begin alike."""
        ledger = Ledger(self._tools.ask, CALLER, _LEDGER_SECONDS)
        wanted = (AccountsRequest(limit=_NAMES_MAX), AccountsRequest(containing=name[:_BEGINNING], limit=_NAMES_MAX))
        found = await asyncio.gather(*(ledger.ask(channel, "accounts", request, AccountsAnswer) for request in wanted))
        return nearest(name, (account.account for answer in found for account in answer.accounts))

    def judge(self, unit: Unit, case: Case[TipRequest]) -> Declined | Wanted:
        """Decide by what is known here; the ledger has the last word."""
        request, seen, rules = case.request, case.seen, case.rules
        today = date(case.at, rules.economy.zone)
        refusal = declined(request, seen, store.given(unit.db, case.channel, request.user, today), case.at, rules)
        if refusal is not None:
            return refusal
        metadata = {"aliases": seen.kinship.source, "configuration": self._tools.version(unit)}
        wanted = posting(request, case.at, rules, metadata)
        return Wanted(wanted, {"target": seen.receiver.account, "date": today, "limit": rules.tipping.max_per_day})


def settle(unit: Unit, errand: Errand[TipRequest], outcome: Outcome) -> Contract:
    """Keep what was given, or say why it was not."""
    request, target, day, limit = errand.request, errand.note["target"], errand.note["date"], errand.note["limit"]
    if outcome.refusal == "limit_reached":
        left = max(limit - store.given(unit.db, errand.channel, request.user, day), 0)
        return Declined(code="tip_limit", values={"limit": limit, "left": left})
    if not outcome.ok:
        return refused(outcome, request.amount)
    given = store.keep(unit.db, store.Tip(errand.key, errand.channel, request.user, target, request.amount, day, errand.posting.at))
    balance = next(entry.balance for entry in outcome.entries if fold(entry.account) == fold(request.user))
    return Tipped(target=target, amount=request.amount, balance=balance, left=max(limit - given, 0))
