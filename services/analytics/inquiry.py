"""Reports for whoever asks on our door: taken from the history, by a thread of their own, one after the other."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from libs.analysis import archive
from libs.analysis.archive import HistoryBroken
from libs.analysis.catalogue import REPORTS
from libs.analysis.reading import history
from libs.analysis.reports.asked import Asked, NobodyNamed
from libs.common.contracts.analytics import ReportAnswer, ReportRequest
from libs.common.contracts.base import Contract
from libs.common.contracts.health import Failure
from libs.common.contracts.owners import Declined
from libs.common.doors import Request

WAITING_MAX: Final = 16
"""Questions at once, the one under way included: who comes then is told to ask again."""
PATIENCE_SECONDS: Final = 4.0
"""Whoever asks waits no longer for an answer, and asks again: what is older when its turn comes is left."""


_BUSY: Final = Failure(error="too many questions about the history at once; ask again", code="busy")


class _NobodyWaits(Exception):
    """Whoever asked has given up by now."""


class Inquiry:
    """Answers questions about the history."""

    def __init__(self, root: Path, zone: Callable[[], Awaitable[str]]) -> None:
        """Take the history's directory, and how to learn the time zone of the economy's days."""
        self._root = root
        self._zone = zone
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="query")
        self._waiting = 0

    async def answer(self, request: Request) -> Contract:
        """Give a report; the subject says which, and of which channel."""
        *_, channel, name = request.subject.split(".")
        try:
            wanted = ReportRequest.model_validate_json(request.body or b"{}")
        except ValidationError as error:
            return Failure(error=str(error), code="invalid")
        if name not in REPORTS:
            return Declined(code="unknown_report", values={"report": name})
        if self._waiting >= WAITING_MAX:
            return _BUSY
        asked = Asked(channel, at=wanted.at, since=wanted.since, until=wanted.until, user=wanted.user, limit=wanted.limit)
        self._waiting += 1
        try:
            until = time.monotonic() + PATIENCE_SECONDS
            zone = await self._zone()
            number, rows = await asyncio.get_running_loop().run_in_executor(self._thread, self._ask, name, asked, zone, until)
        except _NobodyWaits:
            return _BUSY
        except NobodyNamed:
            return Declined(code="nobody_named")
        except HistoryBroken as error:
            return Failure(error=str(error), code="no_history")
        finally:
            self._waiting -= 1
        return ReportAnswer(number=number, rows=rows)

    async def close(self) -> None:
        """End; a question under way is waited for by nobody."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _ask(self, name: str, asked: Asked, zone: str, until: float) -> tuple[int, list[dict[str, Any]]]:
        if time.monotonic() > until:
            raise _NobodyWaits
        number = archive.last_number(archive.cover(archive.files(self._root)))
        with history(self._root, zone) as db:
            return number, [asdict(row) for row in REPORTS[name].ask(db, asked)]
