"""The codes of the API: the whole list, and what each one says. A code never changes its meaning; texts may."""

from typing import Final, Literal, get_args

from libs.common.contracts.ledger import Refusal

OwnCode = Literal[
    "invalid_request",
    "missing_parameter",
    "invalid_parameter",
    "unknown_command",
    "unknown_channel",
    "starting",
    "busy",
    "unavailable",
    "unknown_outcome",
    "invalid_configuration",
    "off",
    "cooldown",
    "declined",
    "not_delivered",
    "internal_error",
    "blackout_active",
    "daily_limit_reached",
    "cooldown_active",
    "insufficient_balance",
    "refunded",
    "unknown_request_id",
]
Code = OwnCode | Refusal

MEANINGS: Final[dict[Code, str]] = {
    "invalid_request": "not a JSON object in UTF-8",
    "missing_parameter": "a parameter that is needed is not there, or empty",
    "invalid_parameter": "a parameter does not fit",
    "unknown_command": "there is no such command",
    "unknown_channel": "the economy serves no such channel",
    "starting": "the economy is not there yet: ask again in a moment",
    "busy": "too many requests are being served: ask again in a moment",
    "unavailable": "who should know did not answer in time; nothing was done",
    "unknown_outcome": "it may have been done, but nobody could say so in time: ask again with the same `request_id`",
    "invalid_configuration": "the configuration has problems, which the text names; nothing changed",
    "off": "it is switched off here",
    "cooldown": "it is too soon after the last one; the text says when it is possible again",
    "declined": "it is not possible, for a reason the text tells; nothing was charged",
    "not_delivered": "it could not be done in the room; nothing was charged",
    "answer_too_large": "the answer would not fit into a message: ask for less",
    "internal_error": "a mistake of ours; it stands in the log of `commands`",
    "blackout_active": "the queue is closed for a while",
    "daily_limit_reached": "as many as a day allows were bought today",
    "cooldown_active": "the last purchase was not long enough ago",
    "insufficient_balance": "there are not enough coins, or there is no account that may pay",
    "refunded": "what was paid under this `request_id` was given back, or was to be given back before it came; it can't be paid again",
    "unknown_request_id": "nothing was paid under this `request_id`, and nothing ever will be",
    "insufficient_funds": "there are not enough coins in the account",
    "unknown_account": "there is no such account",
    "banned": "the account is suspended",
    "frozen": "the account is frozen",
    "limit_reached": "a limit of a day or a week has been reached",
    "unknown_hold": "there is no such stake",
    "expired": "the stake has gone back already",
    "hold_settled": "the stake was settled already",
    "already_reversed": "it was undone already",
    "unknown_posting": "there is nothing under that key",
    "cancelled": "the ledger did not answer in time and the request was taken back: nothing was done, and nothing ever will be under this "
    "`request_id`; ask again with a new one",
    "key_conflict": "this `request_id` was used with other parameters; nothing was done",
    "not_allowed": "it may not be done from here",
    "amount_out_of_range": "the amount, or the balance it would make, is out of range",
    "invalid": "the ledger can't make sense of it",
}

ANYWHERE: Final[tuple[Code, ...]] = (
    "invalid_request",
    "missing_parameter",
    "invalid_parameter",
    "unknown_command",
    "unknown_channel",
    "starting",
    "busy",
    "unavailable",
    "answer_too_large",
    "internal_error",
)
"""What any command may be answered with."""
MOVING: Final[tuple[Code, ...]] = (
    "key_conflict",
    "unknown_outcome",
    "cancelled",
    "frozen",
    "amount_out_of_range",
)
"""What else a command that moves coins may be answered with."""
ALL: Final[frozenset[str]] = frozenset((*get_args(OwnCode), *get_args(Refusal)))
