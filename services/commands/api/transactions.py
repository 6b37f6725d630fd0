"""`transactions.*`: what happened to an account."""

import json
from datetime import UTC
from typing import Final

from libs.common.contracts.ledger_requests import HistoryAnswer, HistoryRequest, HistoryRow
from libs.common.names import is_valid
from services.commands.api.calls import ApiCall, ApiCommand, Data, Surroundings

_LIMIT_MAX: Final = 500
_OFFSET_MAX: Final = 10_000_000


async def list_of_user(call: ApiCall, house: Surroundings) -> Data:
    """Give a viewer's transactions, newest first."""
    name = call.username()
    limit, offset = call.clamped("limit", 50, 1, _LIMIT_MAX), call.clamped("offset", 0, 0, _OFFSET_MAX)
    rows: list[HistoryRow] = []
    if is_valid(name):
        request = HistoryRequest(account=name, limit=limit, offset=offset)
        rows = (await house.ledger.ask(call.room.token, "history", request, HistoryAnswer)).rows
    return {
        "username": rows[0].account if rows else name,
        "channel": call.room.name,
        "limit": limit,
        "offset": offset,
        "transactions": [transaction(row, call.room.name) for row in rows],
    }


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
        "created_at": f"{row.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
    }


COMMANDS: Final = (ApiCommand("transactions.list", list_of_user),)
