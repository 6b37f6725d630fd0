"""CyTube ranks, from request or fact to what the room shows."""

from datetime import timedelta
from typing import Final

from libs.common import rankbook, ranks
from libs.common.config import Rules
from libs.common.contracts.base import Contract
from libs.common.contracts.events import Event, Tick
from libs.common.contracts.facts import RankHeld
from libs.common.contracts.ledger import AccountState
from libs.common.contracts.owners import Declined
from libs.common.contracts.shop.levels import LevelRequest
from libs.common.durable import Unit
from libs.common.names import fold
from libs.common.owner import Case, Verb, Wanted
from services.shop.eligibility import barred, short
from services.shop.items import LEVEL
from services.shop.levels import rules, store
from services.shop.levels.raiser import Raiser
from services.shop.levels.store import Raise
from services.shop.part import Part, Tools
from services.shop.prices.quote import quote_item
from services.shop.ranks.part import place
from services.shop.robots import store as robots
from services.shop.saga.saga import Saga, Ware
from services.shop.saga.store import Sale

WITHIN: Final = timedelta(seconds=60)
PATIENCE: Final = 15
SORRY: Final = "I could not make you a moderator."


def levels(tools: Tools) -> Part:
    """Give the part that raises people. It stands ahead of who keeps the last rank told: it has to see what it was before."""
    return _Levels(tools).part


class _Levels:
    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._raiser = Raiser(tools)
        ware = Ware(LEVEL, WITHIN, PATIENCE, "refund.cytube_promotion_failed", SORRY, begun=self.begin, failed=_forget)
        self._saga = Saga(tools, ware)
        verb = Verb("level", LevelRequest, self.judge, self._saga.settle, self.look)
        self.part = Part(verbs=(verb, *self._saga.verbs), on_event=self.on_event, on_rank=self.on_rank, run=self.run)

    async def run(self) -> None:
        """Ask the robot for what is due."""
        await self._raiser.run(self._saga)

    async def look(self, channel: str, request: LevelRequest) -> AccountState | None:
        """Find the buyer's account."""
        return await self._tools.accounts.find(channel, request.user)

    def judge(self, unit: Unit, case: Case[LevelRequest]) -> Contract | Wanted:
        """Decide by what is known here; the ledger has the last word on coins, the channel's list on ranks."""
        account: AccountState | None = case.seen
        refusal = barred(case.request.user, account, case.rules, enabled=LEVEL.section(case.rules).enabled)
        if refusal is not None or account is None:
            return refusal or Declined(code="no_account")
        refusal = _too_low(unit, case, account) or _needless(unit, case) or _unable(unit, case.channel)
        if refusal is not None:
            return refusal
        price = quote_item(unit, case.channel, case.rules, account, LEVEL)
        return short(account, price.due) or self._saga.sell(unit, case, account, str(rules.SOLD), price)

    def begin(self, unit: Unit, sale: Sale) -> None:
        """The coins are held: have the buyer raised."""
        self._raiser.want(unit, Raise(sale.channel, sale.name, int(sale.value), sale.id, 0, sale.at))

    def on_event(self, unit: Unit, event: Event, _rules: Rules) -> None:
        """Hear of ranks in the room, and of time."""
        self._raiser.hear(unit, event, self._saga)
        if isinstance(event, Tick):
            self._saga.tick(unit, event)

    def on_rank(self, unit: Unit, fact: RankHeld, in_force: Rules) -> None:
        """Have somebody raised whose new rank brings it. What an administrator gave, or what was reached long ago, brings no powers."""
        if fact.cause != "earned" or not in_force.cytube_promotion.enabled:
            return
        level = rules.brought(rankbook.told(unit.db, fact.channel, fact.user), fact.rank, in_force.ranks)
        if level is not None:
            self._raiser.want(unit, Raise(fact.channel, fact.user, level, None, 0, fact.at))


def _too_low(unit: Unit, case: Case[LevelRequest], account: AccountState) -> Declined | None:
    needed = case.rules.cytube_promotion.min_rank
    least = ranks.place_of(needed, case.rules.ranks.ladder)
    if least is None:
        return Declined(code="off")  # `check` says that nobody can buy it
    return Declined(code="rank_needed", values={"rank": needed}) if place(unit, case.channel, account, case.rules) < least else None


def _needless(unit: Unit, case: Case[LevelRequest]) -> Declined | None:
    level = case.request.level
    if level is None or level < rules.REGISTERED:
        return Declined(code="level_unknown" if level is None else "level_guest")
    if level >= rules.SOLD:
        return Declined(code="level_held")
    return None if store.find(unit.db, case.channel, fold(case.request.user)) is None else Declined(code="under_way")


def _unable(unit: Unit, channel: str) -> Declined | None:
    robot = robots.find(unit.db, channel)
    if robot.is_away:
        return Declined(code="robot_away")
    return Declined(code="level_robot") if robot.rank is None or robot.rank <= rules.SOLD else None


def _forget(unit: Unit, sale: Sale) -> None:
    store.drop(unit.db, sale.channel, sale.user)
