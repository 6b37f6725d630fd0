"""Who may buy which color, and what is said of one."""

from dataclasses import dataclass
from typing import Final

from libs.common.config import Rules
from libs.common.contracts.base import Contract
from libs.common.contracts.ledger import AccountState
from libs.common.contracts.owners import Declined
from libs.common.contracts.shop.effects import CheckColorRequest, ColorRequest, ColorVerdict, Level, Readability, Resynced, ResyncRequest
from libs.common.durable import Unit
from libs.common.names import fold, is_valid
from libs.common.owner import Case, Wanted
from services.shop.colors import readability, sheets, stylesheet
from services.shop.colors.painter import RANK_NEEDED, Painter
from services.shop.colors.readability import Verdict
from services.shop.eligibility import barred, short
from services.shop.items import COLOR
from services.shop.part import Tools
from services.shop.prices.quote import quote
from services.shop.robots import store as robots
from services.shop.saga import store as sales
from services.shop.saga.saga import Saga
from services.shop.vanity import store as vanity
from services.shop.wording import units

ADMITTED: Final[dict[str, Level]] = {"ok": "ok", "warn": "warn", "reject": "warn"}


@dataclass(frozen=True, slots=True)
class Seen:
    """What others know."""

    account: AccountState | None
    css: str | None
    """The style sheet by the robot's word, where the room has not shown it yet."""


class Seller:
    """Judges."""

    def __init__(self, tools: Tools, painter: Painter, saga: Saga) -> None:
        """Take the surroundings, who writes the sheets, and the sales."""
        self._tools = tools
        self._painter = painter
        self._saga = saga

    async def look(self, channel: str, request: ColorRequest | CheckColorRequest | ResyncRequest) -> Seen:
        """Find the asker's account, and the sheet."""
        account = await self._tools.accounts.find(channel, request.user)
        return Seen(account, None if isinstance(request, CheckColorRequest) else await self._painter.told(channel))

    def buy(self, unit: Unit, case: Case[ColorRequest]) -> Contract | Wanted:
        """Decide by what is known here; the ledger has the last word."""
        user, rules, section = case.request.user, case.rules, case.rules.vanity_shop.chat_color
        account: AccountState | None = case.seen.account
        refusal = barred(user, account, rules, enabled=section.enabled and stylesheet.can_name(section))
        if refusal is not None or account is None:
            return refusal or Declined(code="no_account")
        color = readability.parse(case.request.value)
        if color is None:
            return Declined(code="no_color")
        verdict = readability.judge(color, section)
        refusal = _illegible(verdict, rules) or self._has_it(unit, case, color) or self._unwritable(unit, case, account.account, color)
        if refusal is not None:
            return refusal
        price = quote(unit, case.channel, rules, account, section.cost)
        return short(account, price.due) or self._saga.sell(unit, case, account, color, price, ADMITTED[verdict.level])

    def check(self, unit: Unit, case: Case[CheckColorRequest]) -> ColorVerdict:
        """Tell how well a color can be read, and what it would cost."""
        section = case.rules.vanity_shop.chat_color
        account: AccountState | None = case.seen.account
        color = readability.parse(case.request.value)
        verdict = None if color is None else readability.judge(color, section)
        found = None if verdict is None else Readability(color=verdict.color, lc=verdict.lc, score=verdict.score, level=verdict.level)
        price = quote(unit, case.channel, case.rules, account, section.cost)
        return ColorVerdict(
            background=section.contrast_bg,
            enforced=section.enforce_contrast,
            minimum=section.min_contrast_lc,
            found=found,
            nearest=None if verdict is None or verdict.level == "ok" else readability.nearest(verdict.color, section),
            price=price.due if section.enabled else None,
        )

    def resync(self, unit: Unit, case: Case[ResyncRequest]) -> Contract:
        """Take colors over, and have the sheet say what it is to say."""
        rules, channel = case.rules, case.channel
        before = len(sheets.wanted(unit, channel, rules).colors)
        canvas = self._painter.known(unit, channel, case.seen.css, rules, case.at)
        if not canvas.css:
            return Declined(code="css_unreadable")
        sheets.take_over(unit, channel, canvas.css, rules, case.at)
        wish = sheets.wanted(unit, channel, rules)
        differs = sheets.text(canvas.base, wish, rules) != canvas.css
        applies = case.request.apply and differs and rules.vanity_shop.chat_color.apply_css and _may_write(unit, channel) is None
        if applies:
            self._painter.wish(unit, channel)
        return Resynced(imported=len(wish.colors) - before, managed=len(wish.colors), applied=applies)

    def _has_it(self, unit: Unit, case: Case[ColorRequest], color: str) -> Declined | None:
        user = case.request.user
        if any(sale.user == fold(user) for sale in sales.under_way(unit.db, COLOR.key, case.channel)):
            return Declined(code="under_way")
        return Declined(code="same_value") if vanity.value(unit.db, case.channel, user, COLOR.key) == color else None

    def _unwritable(self, unit: Unit, case: Case[ColorRequest], name: str, color: str) -> Declined | None:
        """Say why the sheet can't give this viewer a color, if so."""
        rules, channel = case.rules, case.channel
        wish = sheets.wanted(unit, channel, rules)
        if fold(name) in wish.protected or not is_valid(name):
            return Declined(code="color_protected")
        if not rules.vanity_shop.chat_color.apply_css:
            return None
        refusal = _may_write(unit, channel)
        if refusal is not None:
            return refusal
        canvas = self._painter.known(unit, channel, case.seen.css, rules, case.at)
        if not canvas.css:
            return Declined(code="css_unreadable")
        wish.colors[fold(name)] = (name, color)
        return Declined(code="css_full") if units(sheets.text(canvas.base, wish, rules)) > stylesheet.LONGEST else None


def _illegible(verdict: Verdict, rules: Rules) -> Declined | None:
    section = rules.vanity_shop.chat_color
    if verdict.level != "reject" or not section.enforce_contrast:
        return None
    nearest = readability.nearest(verdict.color, section)
    return Declined(
        code="unreadable" if nearest is None else "unreadable_nearest",
        values={"color": verdict.color, "score": f"{verdict.score:g}", "minimum": f"{section.min_contrast_lc:g}", "nearest": nearest},
    )


def _may_write(unit: Unit, channel: str) -> Declined | None:
    robot = robots.find(unit.db, channel)
    if robot.is_away:
        return Declined(code="robot_away")
    return Declined(code="robot_rank") if robot.rank is None or robot.rank < RANK_NEEDED else None
