"""Has the robot write the style sheets, and takes what the room then shows."""

import asyncio
from datetime import datetime
from functools import partial
from typing import Final

import structlog

from libs.common.config import Rules
from libs.common.contracts.events import Css, Event, Gap, Tick
from libs.common.durable import Unit
from libs.common.robot import RobotDesk, RobotSilentError
from services.shop.colors import canvas as rules_of
from services.shop.colors import sheets, store
from services.shop.colors.canvas import Canvas
from services.shop.colors.stylesheet import LONGEST
from services.shop.items import COLOR
from services.shop.part import CALLER, Tools
from services.shop.robots import store as robots
from services.shop.robots.store import Robot
from services.shop.saga import store as sales
from services.shop.saga.saga import Saga
from services.shop.saga.store import Sale
from services.shop.wording import units

log = structlog.get_logger()

RANK_NEEDED: Final = 3.0
"""The rank from which on CyTube lets somebody write the style sheet; who has less is thrown out for trying."""

_CURES: Final = {
    "css_unreadable": "put anything into the channel's CSS, if only a comment: an empty one may be one that could not be read",
    "css_full": "make the channel's CSS shorter",
    "robot_rank": f"give the robot rank {RANK_NEEDED:g} or more in the channel",
}


class Painter:
    """All channels' style sheets. Its handlers run on the writer thread; `run` sends what is due."""

    def __init__(self, tools: Tools) -> None:
        """Take the surroundings."""
        self._tools = tools
        self._desk = RobotDesk(tools.ask, CALLER)
        self._channels = {channel.token: channel for channel in tools.channels}
        self._doubtful = set(self._channels)
        """Channels whose sheet somebody may have written unheard, as while the server was down: there the robot is asked first."""
        self._now: datetime | None = None
        """Event time; None until something was heard."""
        self._wake = asyncio.Event()

    async def run(self, saga: Saga) -> None:
        """Send what is due, whenever something may be, until cancelled."""
        while True:
            self._wake.clear()
            await self._ask_the_doubtful()
            due = await self._tools.write(lambda unit: self._prepare(unit, saga))
            await asyncio.gather(*(self._send(channel, text) for channel, text in due))
            await self._wake.wait()

    def wish(self, unit: Unit, channel: str) -> None:
        """Have a channel's sheet say what it is to say."""
        store.keep(unit.db, channel, rules_of.wish(store.find(unit.db, channel)))
        self._call(unit)

    def undo(self, unit: Unit, sale: Sale) -> None:
        """Have a color taken out again that was not paid, if it is in the sheet; should it turn up later, it is taken out then."""
        rules = self._tools.rules(unit)
        if rules is not None and sheets.shown(store.find(unit.db, sale.channel).css, [sale], rules):
            self.wish(unit, sale.channel)

    async def told(self, channel: str) -> str | None:
        """Give the sheet as the robot knows it, where what the room showed is none, or in doubt; None else, or where nobody knows."""
        known = await self._tools.write(lambda unit: store.find(unit.db, channel).css)
        if (known and channel not in self._doubtful) or channel not in self._channels:
            return None
        try:
            css = (await self._desk.tell(self._channels[channel], "state.css")).get("css")
        except RobotSilentError as error:
            log.info("the robot does not tell the style sheet", channel=channel, error=str(error))
            return None
        return css if isinstance(css, str) else None

    def known(self, unit: Unit, channel: str, told: str | None, rules: Rules, at: datetime) -> Canvas:
        """Give what is known of a channel's sheet; by what the robot told, unless the room has shown it since."""
        canvas = store.find(unit.db, channel)
        if told and (not canvas.css or channel in self._doubtful):
            if told != canvas.css:
                canvas = rules_of.show(canvas, told)
                store.keep(unit.db, channel, canvas)
                sheets.take_over(unit, channel, told, rules, at)
            unit.after_commit(lambda: self._doubtful.discard(channel))
        return canvas

    def hear(self, unit: Unit, event: Event, rules: Rules, saga: Saga) -> None:
        """Take what happened."""
        unit.after_commit(lambda: self._pass(event))
        if isinstance(event, Css):
            self._show(unit, event, rules, saga)
        elif isinstance(event, Tick):
            for channel in store.at_work(unit.db):
                if event.robots.get(channel) == "connected":
                    self._tick(unit, channel, saga, event.at)

    def _show(self, unit: Unit, event: Css, rules: Rules, saga: Saga) -> None:
        channel, css = event.channel, event.css
        canvas = rules_of.show(store.find(unit.db, channel), css)
        for sale in sheets.shown(css, saga.delivering(unit, channel), rules):
            saga.seen(unit, sale, event.at)
        wanted = sheets.wanted(unit, channel, rules)
        for sale in sheets.shown(css, sales.undone(unit.db, COLOR.key, channel, event.at - sheets.LATE), rules):
            if wanted.colors.get(sale.user) != (sale.name, sale.value):
                canvas = rules_of.wish(canvas)
        if css:
            sheets.take_over(unit, channel, css, rules, event.at)
        if canvas.is_at_work and sheets.text(canvas.base, sheets.wanted(unit, channel, rules), rules) == css:
            canvas = rules_of.rest(canvas)
        store.keep(unit.db, channel, canvas)
        if canvas.is_due:
            self._call(unit)

    def _tick(self, unit: Unit, channel: str, saga: Saga, at: datetime) -> None:
        before = store.find(unit.db, channel)
        canvas = rules_of.tick(before)
        if canvas != before:
            store.keep(unit.db, channel, canvas)
        if canvas.is_due:
            self._call(unit)
        elif not canvas.is_at_work:
            for sale in saga.delivering(unit, channel):
                saga.fail(unit, sale, "not_shown", at)

    def _pass(self, event: Event) -> None:
        if self._now is None:
            self._wake.set()
        self._now = event.at
        if isinstance(event, Gap):
            self._doubtful |= set(self._channels)
        elif isinstance(event, Css):
            self._doubtful.discard(event.channel)

    async def _ask_the_doubtful(self) -> None:
        """Have the sheets that are to be written put on what the room shows, where that is in doubt."""
        for channel in await self._tools.write(_writable):
            told = await self.told(channel) if channel in self._doubtful else None
            if told is not None:
                await self._tools.write(partial(self._learn, channel, told))

    def _learn(self, channel: str, told: str, unit: Unit) -> None:
        rules = self._tools.rules(unit)
        if rules is not None and self._now is not None:
            self.known(unit, channel, told, rules, self._now)

    def _prepare(self, unit: Unit, saga: Saga) -> list[tuple[str, str]]:
        """Give what is to be sent now, to which channel."""
        rules = self._tools.rules(unit)
        if rules is None or self._now is None:
            return []
        due = []
        for channel in store.at_work(unit.db):
            if store.find(unit.db, channel).is_due:
                text = self._draw(unit, channel, rules, saga)
                if text is not None:
                    due.append((channel, text))
        return due

    def _draw(self, unit: Unit, channel: str, rules: Rules, saga: Saga) -> str | None:
        """Give what is to be sent to a channel now; None where nothing is."""
        canvas, robot = store.find(unit.db, channel), robots.find(unit.db, channel)
        applies = rules.vanity_shop.chat_color.apply_css
        if applies and robot.is_away:
            return None
        selling = saga.delivering(unit, channel)
        wish = sheets.wanted(unit, channel, rules)
        text = sheets.text(canvas.base, wish, rules)
        while selling and applies and units(text) > LONGEST:
            newest = selling.pop()
            saga.fail(unit, newest, "css_full", newest.at)
            text = sheets.text(canvas.base, sheets.wanted(unit, channel, rules), rules)
        if not applies or text == canvas.css:
            store.keep(unit.db, channel, rules_of.rest(canvas))
            for sale in selling:
                if sale.user in wish.protected:  # since the configuration changed
                    saga.fail(unit, sale, "color_protected", sale.at)
                else:
                    saga.seen(unit, sale, sale.at)
            return None
        hindrance = _hindrance(canvas, text, robot)
        if hindrance is None:
            store.keep(unit.db, channel, rules_of.send(canvas, text))
            return text
        log.error("the style sheet is not written", channel=channel, why=hindrance, cure=_CURES[hindrance])
        store.keep(unit.db, channel, rules_of.give_up(canvas))
        for sale in selling:
            saga.fail(unit, sale, hindrance, sale.at)
        return None

    async def _send(self, channel: str, text: str) -> None:
        """Give it to the robot. What it answers is for operators; what counts is what the room shows."""
        if channel not in self._channels:
            return
        try:
            answer = await self._desk.have(self._channels[channel], "setChannelCSS", {"css": text})
        except RobotSilentError as error:
            log.warning("the robot does not say whether it took a style sheet", channel=channel, error=str(error))
            return
        if not answer.done:
            log.warning("the robot refuses a style sheet", channel=channel, error=answer.error, cure="see kryten-robot's log")

    def _call(self, unit: Unit) -> None:
        unit.after_commit(self._wake.set)


def _writable(unit: Unit) -> list[str]:
    """Give the channels whose sheet is to be written, and whose robot may be there to do it."""
    due = (channel for channel in store.at_work(unit.db) if store.find(unit.db, channel).is_due)
    return [channel for channel in due if not robots.find(unit.db, channel).is_away]


def _hindrance(canvas: Canvas, text: str, robot: Robot) -> str | None:
    """Say why a sheet can't be written, if so."""
    if not canvas.base:
        return "css_unreadable"
    if units(text) > LONGEST:
        return "css_full"
    return "robot_rank" if robot.rank is not None and robot.rank < RANK_NEEDED else None
