"""Has the robot raise people, and takes what the room then shows.

CyTube sets whatever rank it is told, a lower one too. So nobody is raised of whom not both say that they have less: what was heard of
them in the room, and the channel's own list of ranks, asked for just before.
"""

import asyncio
from typing import Final

import structlog

from libs.common.contracts.events import Chat, Event, PrivateMessage, Rank, Roster, Tick, UserList
from libs.common.durable import Unit
from libs.common.names import fold
from libs.common.robot import RobotDesk, RobotSilentError
from libs.common.service import Channel
from services.shop.levels import rules, store
from services.shop.levels.store import Raise
from services.shop.part import CALLER, Tools
from services.shop.robots import store as robots
from services.shop.saga import store as sales
from services.shop.saga.saga import Saga

log = structlog.get_logger()

_CURE: Final = "see whether kryten-robot is in the room; its rank there has to be higher than the one it gives"


class Raiser:
    """All channels. Its handlers run on the writer thread; `run` asks the robot."""

    def __init__(self, tools: Tools) -> None:
        """Take the surroundings."""
        self._tools = tools
        self._desk = RobotDesk(tools.ask, CALLER)
        self._channels = {channel.token: channel for channel in tools.channels}
        self._wake = asyncio.Event()

    def want(self, unit: Unit, wanted: Raise) -> None:
        """Have somebody raised: at once if it was bought, else when they are heard of next."""
        kept = store.find(unit.db, wanted.channel, wanted.user)
        if wanted.sale is None and kept is not None and (kept.sale is not None or kept.level >= wanted.level):
            return
        store.add(unit.db, wanted, due=wanted.sale is not None)
        unit.after_commit(self._wake.set)

    def hear(self, unit: Unit, event: Event, saga: Saga) -> None:
        """Take what an event tells of somebody's rank. A join tells only the one of the site."""
        match event:
            case Tick():
                self._tick(unit, event)
            case Rank() | Chat() | PrivateMessage():
                self._seen(unit, event, event.user, event.rank, saga)
            case UserList() | Roster():
                for viewer in event.users:
                    self._seen(unit, event, viewer.user, viewer.rank, saga)
            case _:
                pass

    async def run(self, saga: Saga) -> None:
        """Ask for what is due, whenever something may be, until cancelled."""
        while True:
            self._wake.clear()
            for wanted in await self._tools.write(_prepare):
                await self._raise(wanted, saga)
            await self._wake.wait()

    def _seen(self, unit: Unit, event: Event, user: str, rank: float | None, saga: Saga) -> None:
        wanted = store.find(unit.db, event.channel, fold(user))
        if wanted is None or rank is None:
            return
        if rank >= wanted.level:
            self._reached(unit, event, wanted, saga)
        elif wanted.sale is None and rank >= rules.REGISTERED and event.at >= wanted.at + rules.wait(wanted.tries, sold=False):
            store.call(unit.db, event.channel, wanted.user, event.at)
            unit.after_commit(self._wake.set)

    def _reached(self, unit: Unit, event: Event, wanted: Raise, saga: Saga) -> None:
        store.drop(unit.db, wanted.channel, wanted.user)
        sale = None if wanted.sale is None else sales.find(unit.db, wanted.sale)
        if sale is not None:
            saga.seen(unit, sale, event.at)

    def _tick(self, unit: Unit, tick: Tick) -> None:
        for wanted in store.sold(unit.db):
            if wanted.tries < rules.SALE_TRIES and tick.at >= wanted.at + rules.wait(wanted.tries, sold=True):
                store.call(unit.db, wanted.channel, wanted.user, tick.at)
        if store.due(unit.db):
            unit.after_commit(self._wake.set)

    async def _raise(self, wanted: Raise, saga: Saga) -> None:
        channel = self._channels.get(wanted.channel)
        if channel is None:
            return
        who = {"channel": wanted.channel, "user": wanted.name}
        try:
            if await self._rank(channel, wanted.user) >= wanted.level:
                await self._tools.write(lambda unit: self._needless(unit, wanted, saga))
                return
            answer = await self._desk.have(channel, "setChannelRank", {"username": wanted.name, "rank": wanted.level})
        except RobotSilentError as error:
            log.warning("a CyTube rank was not given, and is tried again", **who, error=str(error), cure=_CURE)
            return
        if not answer.done:
            log.warning("the robot gives no CyTube rank", **who, error=answer.error, cure=_CURE)

    async def _rank(self, channel: Channel, user: str) -> float:
        """Give somebody's rank by the channel's own list.

        Raises:
            RobotSilentError: nobody tells it.
        """
        rank = rules.listed((await self._desk.have(channel, "requestChannelRanks", {})).data, user)
        if rank is None:
            raise RobotSilentError("the list of ranks can't be read")
        return rank

    def _needless(self, unit: Unit, wanted: Raise, saga: Saga) -> None:
        """Somebody has it already: what was to be paid for it goes back."""
        store.drop(unit.db, wanted.channel, wanted.user)
        sale = None if wanted.sale is None else sales.find(unit.db, wanted.sale)
        if sale is not None:
            saga.fail(unit, sale, "has_it", wanted.at)


def _prepare(unit: Unit) -> list[Raise]:
    """Give whom to raise now, each counted as tried; while a robot is away its people wait."""
    found = []
    for wanted in store.due(unit.db):
        robot = robots.find(unit.db, wanted.channel)
        if robot.is_away:
            continue
        store.tried(unit.db, wanted.channel, wanted.user)
        if robot.rank is not None and robot.rank > wanted.level:
            found.append(wanted)
        else:
            log.warning("the robot may not give that CyTube rank", channel=wanted.channel, user=wanted.name, level=wanted.level, cure=_CURE)
    return found
