"""`challenge`, `accept`, `decline`: a duel with another viewer."""

from dataclasses import dataclass
from typing import Final

from libs.common.config import Rules
from libs.common.config.economy import Currency
from libs.common.contracts.duels import (
    ACCEPT,
    CHALLENGE,
    DECLINE,
    DUELS,
    WITHDRAW,
    AnswerRequest,
    ChallengeRequest,
    DuelAnswer,
    DuelsAnswer,
    DuelsRequest,
    OfferAnswer,
    WithdrawRequest,
)
from libs.common.contracts.owners import Declined
from services.commands.arguments import BadArgumentsError, Rest, Username, own_coins, viewers_name
from services.commands.orders import Errand, Order, errand
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies import common
from services.commands.replies.declined import declined
from services.commands.replies.games import duel as words

CANCEL: Final = "cancel"
LIST: Final = "list"


@dataclass(frozen=True, slots=True)
class Challenge:
    """Whom, and for how much. Without a wager, a viewer called `list` or `cancel` is none: these are words of ours."""

    user: Username
    wager: Rest = ""


@dataclass(frozen=True, slots=True)
class Whose:
    """Which of several offers."""

    user: Username = ""


async def challenge(call: Call[Challenge], office: Office) -> Answer | Order:
    """Offer a duel, take an offer back, or list those that are open."""
    asked, rest = call.arguments, call.arguments.wager.split()
    try:
        if asked.user.lower() == CANCEL and not (rest and _is_amount(rest[0])):
            target = viewers_name(rest[0]) if rest else None
            return errand("games", WITHDRAW, call.asks(WithdrawRequest, target=target))
        if asked.user.lower() == LIST and not rest:
            return await _listed(call, office)
        if not rest:
            return Answer(common.usage(words.no_wager(), OFFER.usage), outcome="usage")
        wager = call.coins(own_coins(" ".join(rest)))  # all of it: of '20 000', 20 is not what was meant
        return errand("games", CHALLENGE, call.asks(ChallengeRequest, target=asked.user, wager=wager))
    except BadArgumentsError as error:
        return Answer(common.usage(str(error), OFFER.usage), outcome="usage")


async def accept(call: Call[Whose], _office: Office) -> Answer | Order:
    """Take an offer."""
    return errand("games", ACCEPT, call.asks(AnswerRequest, challenger=call.arguments.user or None))


async def decline(call: Call[Whose], _office: Office) -> Answer | Order:
    """Decline an offer, or take one's own back."""
    return errand("games", DECLINE, call.asks(AnswerRequest, challenger=call.arguments.user or None))


def tell_offer(by: str, _order: Errand, offer: OfferAnswer, currency: Currency) -> Answer:
    """Tell that an offer stands, or that it is over. What the other one hears of it, games say."""
    return Answer(words.offered(offer, currency) if offer.state == "open" else words.ended(by, offer, currency))


def tell_duel(_by: str, _order: Errand, duel: DuelAnswer, currency: Currency) -> Answer:
    """Tell how a duel came out."""
    return Answer(words.fought(duel, currency))


async def _listed(call: Call[Challenge], office: Office) -> Answer:
    answer = await office.owner("games", call.channel, DUELS, call.asks(DuelsRequest), DuelsAnswer)
    if isinstance(answer, Declined):
        return Answer(declined(answer, call.rules.currency), outcome=answer.code)
    return Answer(words.listed(call.user, answer, call.rules.currency))


def _is_amount(word: str) -> bool:
    try:
        own_coins(word)
    except BadArgumentsError:
        return False
    return True


def _offered(rules: Rules) -> bool:
    return rules.gambling.enabled and rules.gambling.challenge.enabled


OFFER = Command(
    name="challenge",
    help="Duel with somebody, such as: challenge @user 100. Both stake the same, the winner takes both less a rake. "
    "'challenge list' shows what is open, 'challenge cancel' takes yours back.",
    arguments=Challenge,
    written="challenge @user wager",
    run=challenge,
    tell=tell_offer,
    answers=OfferAnswer,
    section="Games",
    timely=True,
    offered=_offered,
)
TAKE = Command(
    name="accept",
    help="Take a challenge; name the challenger where there are several.",
    arguments=Whose,
    run=accept,
    tell=tell_duel,
    answers=DuelAnswer,
    section="Games",
    timely=True,
    offered=_offered,
)
REFUSE = Command(
    name="decline",
    help="Decline a challenge, or take your own back.",
    arguments=Whose,
    run=decline,
    tell=tell_offer,
    answers=OfferAnswer,
    section="Games",
    timely=True,
    offered=_offered,
)
