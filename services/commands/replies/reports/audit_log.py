"""What `audit-log` answers."""

from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

from libs.common.config.economy import Currency
from libs.common.contracts.ledger_requests import Action
from services.commands.store import Deed

_DEEDS: Final = {
    "admin_adjust": "adjusted",
    "admin_deduct": "took from",
    "admin_grant": "granted",
    "admin_rain": "let it rain on",
    "admin_set_balance": "set",
    "bounty_claim": "awarded a bounty to",
    "bounty_expired_refund": "cancelled a bounty of",
    "banned": "suspended",
    "unbanned": "gave back the account of",
    "frozen": "froze",
    "unfrozen": "thawed",
}
_NOTED: Final = {"reload": "had the configuration read anew"}


def trail(found: Sequence[Action | Deed], zone: ZoneInfo, currency: Currency) -> str:
    """Tell each in a line: its number if it has one of its own, when, who, what, to whom, why."""
    if not found:
        return "Nobody did anything by hand."
    return "\n".join([f"Newest first, times in {zone.key}:", *(_told(each, zone, currency) for each in found)])


def _told(each: Action | Deed, zone: ZoneInfo, currency: Currency) -> str:
    when = f"{each.at.astimezone(zone):%d %b %H:%M}"
    if isinstance(each, Deed):
        return f"{when}  {each.user} {_NOTED.get(each.command, each.command)}"
    told = f"{when}  {_action(each, currency)}"
    return told if each.postings > 1 else f"#{each.number}  {told}"


def _action(action: Action, currency: Currency) -> str:
    told = f"{action.actor or action.caller} {_deed(action)} {action.account or 'nobody'}"
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
