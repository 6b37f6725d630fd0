"""`transactions.*`: what happened to accounts."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from libs.common.contracts.ledger_requests import HistoryAnswer, HistoryRequest, HistoryRow
from libs.common.names import is_valid
from services.commands.api.calls import ApiCall, ApiCommand, Data, Surroundings
from services.commands.api.parameters import NAMED, clamped

PAGE: Final = 100
"""Transactions in one answer of the ledger, which tells more of each than is passed on: 500 might not fit into a message."""
LIMIT: Final = clamped("limit", "how many at most", 50, 1, 500)
OFFSET: Final = clamped("offset", "how many of the newest to pass over", 0, 0, 10_000_000)


async def list_of_user(call: ApiCall, house: Surroundings) -> Data:
    """Give a viewer's transactions, newest first."""
    name, limit, offset = call[NAMED], call[LIMIT], call[OFFSET]
    rows = await _history(call, house, name, limit, offset) if is_valid(name) else []
    return {
        "username": rows[0].account if rows else name,
        "channel": call.room.name,
        "limit": limit,
        "offset": offset,
        "transactions": [transaction(row, call.room.name) for row in rows],
    }


async def recent(call: ApiCall, house: Surroundings) -> Data:
    """Give the transactions of all viewers, newest first."""
    limit = call[LIMIT]
    rows = await _history(call, house, None, limit)
    return {"channel": call.room.name, "limit": limit, "transactions": [transaction(row, call.room.name) for row in rows]}


async def _history(call: ApiCall, house: Surroundings, account: str | None, limit: int, offset: int = 0) -> list[HistoryRow]:
    """Read the ledger's history page by page. What happens meanwhile pushes rows onto the next page, where they are passed over."""
    ledger, rows = house.ledger, list[HistoryRow]()
    while len(rows) < limit:
        request = HistoryRequest(account=account, limit=min(PAGE, limit), offset=offset)
        page = (await ledger.ask(call.room.token, "history", request, HistoryAnswer)).rows
        rows += [row for row in page if not rows or row.id < rows[-1].id]
        offset += len(page)
        if len(page) < request.limit:
            break
    return rows[:limit]


def transaction(row: HistoryRow, channel: str) -> Data:
    """Give one entry in the older program's words."""
    return {
        "id": row.id,
        "username": row.account,
        "channel": channel,
        "amount": row.amount,
        "type": row.type,
        "reason": row.reason,
        "trigger_id": row.trigger,
        "related_user": row.related,
        "metadata": None if row.metadata is None else json.dumps(row.metadata),
        "created_at": stamp(row.at),
    }


def stamp(at: datetime) -> str:
    """Give a time as the older program wrote it, in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


_FIELDS: Final[Mapping[str, str]] = {
    "id": "rises with time; the same for ever",
    "username": "the name as the room spells it",
    "channel": "as configured",
    "amount": "coins; below 0: going out",
    "type": "what kind of movement it was, such as `earn` or `admin_grant`",
    "reason": "in words, or null",
    "trigger_id": "which rule it was, such as `presence.base`, or null",
    "related_user": "who else it concerned, or null",
    "metadata": "more, as a JSON text, or null",
    "created_at": "when its cause happened: `YYYY-MM-DD HH:MM:SS`, UTC",
}
_ROWS: Final = {f"transactions[].{field}": meaning for field, meaning in _FIELDS.items()}

COMMANDS: Final = (
    ApiCommand(
        "transactions.list",
        "What happened to a viewer's account, the newest first; nothing for somebody without one.",
        list_of_user,
        {
            "username": "as the room spells it; as asked where nothing is listed",
            "channel": "as configured",
            "limit": "as taken",
            "offset": "as taken",
            **_ROWS,
        },
        (NAMED, LIMIT, OFFSET),
    ),
    ApiCommand(
        "transactions.recent",
        "What happened to the accounts of all viewers, the newest first.",
        recent,
        {"channel": "as configured", "limit": "as taken", **_ROWS},
        (LIMIT,),
    ),
)
