"""What an owner declines, in words: one line for each code of its closed set."""

from collections.abc import Mapping
from typing import Final

from libs.common.config import fill
from libs.common.config.economy import Currency
from libs.common.contracts.owners import Declined
from services.commands.replies import common

WORDS: Final[Mapping[str, str]] = {
    "off": "That is switched off here.",
    "unknown_channel": "I don't look after this room any more.",
    "no_account": "You have no account yet. Stay a while, and you will have one.",
    "too_new": "You are new here: that is open to you in {minutes} min.",
    "cooldown": "Not so fast: again in {seconds} s.",
    "daily_limit": "That was it for today: {limit} a day.",
    "wager_low": "At least {minimum} {currency}, please.",
    "wager_high": "At most {maximum} {currency}, please.",
    "free_spin_used": "You had your free spin of today. Spin for a stake, such as: spin 50",
    "client_seed_length": "Your seed may have 1 to {maximum} characters, such as: fair seed my lucky words",
    "insufficient_funds": "You don't have enough for that; 'balance' tells what you have.",
    "bounty_low": "A bounty is {minimum} {currency} at least.",
    "bounty_high": "A bounty is {maximum} {currency} at most.",
    "bounty_empty": "Say what the coins are for, such as: bounty 500 a good pun",
    "bounty_long": "Say it in {maximum} characters, please.",
    "bounty_many": "You have {limit} bounties open already; that is as many as one may have.",
    "bounty_unknown": "There is no bounty {number}. 'bounties' lists those there are.",
    "bounty_ending": "Bounty {number} is just coming to its end.",
    "bounty_claimed": "Somebody has earned bounty {number} already.",
    "bounty_cancelled": "Bounty {number} was cancelled.",
    "bounty_over": "The time for bounty {number} is over.",
    "bounty_own": "That bounty is {creator}'s own: it can't go back to the same person.",
    "bounty_nobody": "{winner} has no account here; is that the right name?",
    "bounty_banned": "{winner}'s account is suspended.",
    "bounty_not_yours": "That bounty is {creator}'s.",
    "duel_none": "No challenge is waiting here: there was none, or it is over.",
    "duel_which": "There are several: {offers}. Please add a name, such as 'accept @user'.",
    "duel_expired": "Too late: that challenge has run out.",
    "duel_off": "That duel is off; nothing was taken from you.",
    "duel_off_poor": "That takes {price} {symbol}, and you have {balance} {symbol}: the duel is off.",
    "duel_self": "You can't duel with yourself.",
    "duel_same": "{target} is you under another name.",
    "duel_stranger": "{target} has no account here; is that the right name?",
    "duel_unable": "{target} can't be challenged right now.",
    "duel_poor": "{target} doesn't have enough for that.",
    "duel_pending": "You have challenged {target} already: that one still waits for an answer.",
    "too_dear": "That takes {price} {symbol}, and you have {balance} {symbol}.",
    "tip_low": "A tip is {minimum} {symbol} at least.",
    "tip_self": "You can't tip yourself.",
    "tip_alias": "{user} is you under another name.",
    "tip_unsure": "I can't find out right now whether that is somebody else. Please try again later.",
    "tip_limit": "You can give away {limit} {symbol} a day; {left} {symbol} of it are left today.",
    "like_nothing": "Nothing is playing right now, as far as I know.",
    "like_again": "You have liked “{title}” already; once is all it takes.",
    "like_absent": "I don't see you in the room: you can like what plays while you are there.",
    "like_no_part": "Guests earn nothing here: log in to an account on the site, and your likes count.",
    "like_new": "You are new here: your likes count once you have been around for a while.",
    "rank_unknown": "There is no such rank. There are: {ranks}.",
    "rank_earned": "{user} has earned {rank}: nobody is set below that.",
    "rain_nobody": "Nobody is here whom it could rain on.",
    "rain_small": "{total} {symbol} do not go round: {count} viewers are here.",
    "rank_needed": "That is for those who are {rank} at least.",
    "level_unknown": "I don't know your rank in this room yet. Please try again in a moment.",
    "level_guest": "That is for registered names only.",
    "level_held": "You are a moderator already: nothing was charged.",
    "level_robot": "I am not allowed to do that: my own rank in this room is too low.",
    "no_part": "{user} takes no part in the economy.",
    "unknown_user": "{user} has no account here; is that the right name?",
    "mistyped_user": "{user} has no account here. Did you mean {suggestion}?",
    "not_receiving": "{user} can't receive coins right now.",
    "no_text": "The words are missing.",
    "text_long": "That is too long: {limit} characters are as many as fit.",
    "bad_name": "Letters, digits, blanks and - _ ' only, please.",
    "has_none": "{user} has no such thing.",
    "cooldown_minutes": "Not so fast: again in {minutes} min.",
    "robot_away": "I am cut off from the room right now. Please try again later.",
    "robot_rank": "I am not allowed to change the room's looks: I need rank 3 there.",
    "css_unreadable": "The room's style sheet can't be read right now. An owner helps by putting a line into it, if only a comment.",
    "css_full": "The room's style sheet is full: there is no place for another color.",
    "color_protected": "Your color is looked after by the room's owners.",
    "no_color": "That is no color I know: six hex digits such as #FF69B4, or a name such as hot pink.",
    "unreadable": "{color} can hardly be read here ({score} points; {minimum} are needed).",
    "unreadable_nearest": "{color} can hardly be read here ({score} points; {minimum} are needed). Try {nearest}, which is near it.",
    "under_way": "The one before is still under way.",
    "same_value": "It is so already: nothing was charged.",
    "event_multiplier": "The multiplier is above 1, and {maximum} at most.",
    "event_minutes": "An event lasts 1 to {maximum} minutes.",
    "event_name": "The name may have 1 to {maximum} characters.",
    "event_running": "{name} runs for {minutes} min more. 'event stop' ends it, and --replace puts another in its place.",
    **{code: f"Nothing happened: {words}" for code, words in common.REFUSALS.items() if code != "insufficient_funds"},
}
"""By code; `{...}` stand for the values told with it."""


def declined(answer: Declined, currency: Currency) -> str:
    """Tell why something was not done."""
    template = WORDS.get(answer.code, "That is not possible.")
    values = {name: f"{value:,}" if isinstance(value, int) else str(value) for name, value in answer.values.items() if value is not None}
    return fill(template, **{"currency": currency.plural, "symbol": currency.symbol, **values})
