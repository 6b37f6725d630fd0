"""What an owner declines, as the API says it."""

from collections.abc import Mapping
from typing import Final

from libs.common.config.economy import Currency
from libs.common.contracts.owners import Declined
from services.commands.api.codes import Code
from services.commands.api.parameters import ApiError
from services.commands.replies.declined import declined

_CODES: Final[Mapping[str, Code]] = {
    "off": "off",
    "cooldown": "cooldown",
    "cooldown_minutes": "cooldown",
    "banned": "banned",
    "frozen": "frozen",
    "insufficient_funds": "insufficient_funds",
    "unknown_account": "unknown_account",
    "cancelled": "cancelled",
    "unknown_user": "unknown_account",
    "rank_unknown": "invalid_parameter",
    "no_account": "unknown_account",
    "too_dear": "insufficient_funds",
    "no_text": "invalid_parameter",
    "text_long": "invalid_parameter",
    "no_color": "invalid_parameter",
    "bad_name": "invalid_parameter",
}
"""By the owner's code; what is not here is `declined`."""
DECLINING: Final[tuple[Code, ...]] = ("declined", "off", "cooldown", "unknown_account", "insufficient_funds", "banned", "frozen")
"""What else a command that an owner serves may be refused with."""


def error(answer: Declined, currency: Currency) -> ApiError:
    """Give the refusal, in the words viewers are told."""
    return ApiError(_CODES.get(answer.code, "declined"), declined(answer, currency))
