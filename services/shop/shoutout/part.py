"""Shoutouts, from request to what the room heard."""

from datetime import timedelta
from typing import Any, Final

from libs.common.config import Rules
from libs.common.contracts.announcements import Announcement
from libs.common.contracts.base import Contract
from libs.common.contracts.events import Chat, Event, Tick
from libs.common.contracts.ledger import AccountState
from libs.common.contracts.owners import Declined
from libs.common.contracts.shop.effects import ShoutoutRequest
from libs.common.durable import Unit
from libs.common.names import fold
from libs.common.owner import Case, Verb, Wanted
from services.shop.eligibility import barred, short
from services.shop.items import SHOUTOUT
from services.shop.part import Part, Tools
from services.shop.prices.quote import quote
from services.shop.robots import store as robots
from services.shop.saga import store
from services.shop.saga.saga import Saga, Ware
from services.shop.saga.store import Sale
from services.shop.shoutout.echo import is_told
from services.shop.wording import SAID_UNITS_MAX, clean, units

SAID_WITHIN: Final = timedelta(seconds=60)
"""A line that could not be said by then is not said at all."""
PATIENCE: Final = 15
SORRY: Final = "I could not make sure that the room heard your shoutout."
_AROUND_UNITS: Final = 40
"""For the name and what else stands in the line."""


def shoutouts(tools: Tools) -> Part:
    """Give the part that says lines for viewers."""
    return _Shoutouts(tools).part


class _Shoutouts:
    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._saga = Saga(tools, Ware(SHOUTOUT, SAID_WITHIN, PATIENCE, "refund.shoutout", SORRY, begun=say))
        verb = Verb("shoutout", ShoutoutRequest, self.judge, self._saga.settle, self.look)
        self.part = Part(verbs=(verb, *self._saga.verbs), on_event=self.on_event)

    async def look(self, channel: str, request: ShoutoutRequest) -> AccountState | None:
        """Find the buyer's account."""
        return await self._tools.accounts.find(channel, request.user)

    def judge(self, unit: Unit, case: Case[ShoutoutRequest]) -> Contract | Wanted:
        """Decide by what is known here; the ledger has the last word."""
        request, rules, section = case.request, case.rules, case.rules.vanity_shop.shoutout
        account: AccountState | None = case.seen
        refusal = barred(request.user, account, rules, enabled=section.enabled)
        if refusal is not None or account is None:
            return refusal or Declined(code="no_account")
        text = clean(request.text)
        refusal = _unfit(text, section.max_length) or _too_soon(unit, case, section.cooldown_minutes)
        if refusal is None and robots.find(unit.db, case.channel).is_away:
            refusal = Declined(code="robot_away")
        if refusal is not None:
            return refusal
        price = quote(unit, case.channel, rules, account, section.cost)
        refusal = short(account, price.due)
        return refusal or self._saga.sell(unit, case, account, text, price)

    def on_event(self, unit: Unit, event: Event, rules: Rules) -> None:
        """Listen to the robot, and to the clock."""
        if isinstance(event, Tick):
            self._saga.tick(unit, event)
        elif isinstance(event, Chat) and fold(event.user) == fold(rules.bot.username):
            told = [sale for sale in self._saga.delivering(unit, event.channel) if is_told(event.text, sale.name, sale.value)]
            if told:
                sale = max(told, key=lambda sale: len(sale.name))  # a name may begin like a longer one; of equals it is the oldest
                self._saga.seen(unit, sale, event.at)


def say(unit: Unit, sale: Sale) -> None:
    """Have the announcer say it, as long as it is worth saying."""
    unit.announce(
        Announcement(
            id=f"shoutout:{sale.id}",
            channel=sale.channel,
            lane="chat",
            line="shoutout",
            values={"user": sale.name, "text": sale.value},
            kind="result",
            at=sale.at,
            until=sale.until,
        )
    )


def _unfit(text: str, longest: int) -> Declined | None:
    if not text:
        return Declined(code="no_text")
    if len(text) > longest or units(text) > SAID_UNITS_MAX - _AROUND_UNITS:
        return Declined(code="text_long", values={"limit": min(longest, SAID_UNITS_MAX - _AROUND_UNITS)})
    return None


def _too_soon(unit: Unit, case: Case[Any], minutes: float) -> Declined | None:
    last = store.last(unit.db, SHOUTOUT.key, case.channel, fold(case.request.user))
    left = timedelta(0) if last is None else last.at + timedelta(minutes=minutes) - case.at
    if left <= timedelta(0):
        return None
    return Declined(code="cooldown_minutes", values={"minutes": -(-left // timedelta(minutes=1))})
