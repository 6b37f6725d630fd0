"""What `audit-log` answers."""

from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

from libs.common.config.economy import Currency
from libs.common.contracts.ledger_requests import Action

_DEEDS: Final = {
    "admin_adjust": "adjusted",
    "admin_deduct": "took from",
    "admin_grant": "granted",
    "admin_rain": "let it rain on",
    "admin_set_balance": "set",
    "bounty_claim": "awarded a bounty to",
    "banned": "suspended",
    "unbanned": "gave back the account of",
    "frozen": "froze",
    "unfrozen": "thawed",
}


def actions(found: Sequence[Action], zone: ZoneInfo, currency: Currency) -> str:
    """Tell each in a line: its number, when, who, what, to whom, why."""
    if not found:
        return "Nobody did anything by hand."
    return "\n".join([f"Newest first, times in {zone.key}:", *(_action(each, zone, currency) for each in found)])


def _action(action: Action, zone: ZoneInfo, currency: Currency) -> str:
    who = action.actor or action.caller
    told = f"#{action.number}  {action.at.astimezone(zone):%d %b %H:%M}  {who} {_deed(action)} {action.account or 'nobody'}"
    if action.viewers > 1:
        told = f"{told} and {action.viewers - 1} more"
    if action.kind == "posting":
        told = f"{told} {action.amount:+,} {currency.symbol}"
    if action.reason:
        told = f"{told}: {action.reason}"
    return f"{told} (undone)" if action.undone else told


def _deed(action: Action) -> str:
    if action.reverses is not None:
        return f"undid #{action.reverses} of"
    return _DEEDS.get(action.type or action.kind, action.type or action.kind)
