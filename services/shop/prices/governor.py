"""The governor: counts a channel's coins now and then, and so decides what its prices are multiplied by."""

import asyncio
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog

from libs.common.asking import Ledger, RefusedError, UnreachableError
from libs.common.config import Rules
from libs.common.contracts.events import Configuration, Event, Tick
from libs.common.contracts.ledger_requests import StatsAnswer, StatsRequest
from libs.common.contracts.owners import Asked
from libs.common.contracts.shop.prices import InflationAnswer, Sample
from libs.common.durable import Unit
from libs.common.owner import Case, Verb
from services.shop import metrics
from services.shop.items import priced
from services.shop.part import CALLER, Part, Tools
from services.shop.prices import store
from services.shop.prices.price import price
from services.shop.prices.quote import factor

log = structlog.get_logger()

_LEDGER_SECONDS: Final = 3.0


def governor(tools: Tools) -> Part:
    """Give the part that keeps prices in step with the coins there are."""
    counting = _Counting(tools)
    return Part(verbs=(Verb("inflation", Asked, tell),), on_event=counting.on_event, run=counting.run)


class _Counting:
    """Has each channel's coins counted: once in this process's life, after each change of configuration, and whenever it is time."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._due: dict[str, datetime] = {}
        self._counted: set[str] = set()
        self._wake = asyncio.Event()

    def on_event(self, unit: Unit, event: Event, rules: Rules) -> None:
        if isinstance(event, Configuration):
            self._counted.clear()
        if not isinstance(event, Tick):
            return
        for channel in self._tools.channels:
            by = float(factor(unit, channel.token, rules))
            unit.after_commit(partial(metrics.MULTIPLIER.labels(channel.token).set, by))
        if not rules.inflation.enabled:
            return
        every = timedelta(seconds=rules.inflation.update_interval_seconds)
        due = [channel.token for channel in self._tools.channels if self._is_due(unit, channel.token, event.at - every)]
        if due:
            unit.after_commit(lambda: self._call(due, event.at))

    async def run(self) -> None:
        """Count when told to; what can't be counted now is counted at a later tick, and until then the last count holds."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            due, self._due = self._due, {}
            for channel, at in due.items():
                await self._count(channel, at)

    def _is_due(self, unit: Unit, channel: str, before: datetime) -> bool:
        if channel not in self._counted:
            return True
        kept = store.circulation(unit.db, channel)
        return kept is None or kept[1] <= before

    def _call(self, channels: list[str], at: datetime) -> None:
        self._due |= dict.fromkeys(channels, at)
        self._wake.set()

    async def _count(self, channel: str, at: datetime) -> None:
        try:
            found = await Ledger(self._tools.ask, CALLER, _LEDGER_SECONDS).ask(channel, "stats", StatsRequest(), StatsAnswer)
        except (UnreachableError, RefusedError) as error:
            log.warning("coins in circulation can't be counted, prices stay as they are", channel=channel, error=str(error))
            return

        self._counted.add(channel)
        await self._tools.write(lambda unit: store.keep_circulation(unit.db, channel, found.circulation, at))


def tell(unit: Unit, case: Case[Asked]) -> InflationAnswer:
    """Tell what prices are multiplied by, and why."""
    rules = case.rules.inflation
    counted = store.circulation(unit.db, case.channel) if rules.enabled else None
    by = factor(unit, case.channel, case.rules)
    return InflationAnswer(
        enabled=rules.enabled,
        multiplier=float(by),
        anchor=rules.anchor_float,
        circulation=None if counted is None else counted[0],
        counted=None if counted is None else counted[1],
        seconds=rules.update_interval_seconds,
        minimum=float(rules.min_multiplier),
        maximum=float(rules.max_multiplier),
        samples=[Sample(name=name, base=base, price=price(base, by, by * 0).usual) for name, base in priced(case.rules)],
    )
