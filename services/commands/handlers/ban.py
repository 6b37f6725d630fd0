"""`ban` and `unban`: an administrator suspends somebody's account, or gives it back."""

from dataclasses import dataclass

from libs.common.config.economy import Currency
from libs.common.contracts.ledger_requests import BanAnswer, BanRequest
from libs.common.names import fold
from services.commands.arguments import Rest, Username
from services.commands.orders import Order
from services.commands.registry import Answer, Call, Command, Note, Office
from services.commands.replies import admin as replies
from services.commands.replies import ban as words


@dataclass(frozen=True, slots=True)
class Ban:
    """Whom, and why."""

    user: Username
    reason: Rest = ""


async def ban(call: Call[Ban], office: Office) -> Answer | Order:
    """Have an account suspended; one is opened, so that somebody can be kept out beforehand."""
    name = call.arguments.user
    if fold(name) in call.rules.outsiders:
        return Answer(replies.takes_no_part(name), outcome="outsider")
    known = await office.account(call.channel, name)
    return Order("ban", _request(call), words.opened() if known is None else "")


async def unban(call: Call[Ban], office: Office) -> Answer | Order:
    """Have an account given back, if there is one."""
    name = call.arguments.user
    if await office.account(call.channel, name) is None:
        return Answer(replies.no_account(name), outcome="unknown_account")
    return Order("unban", _request(call))


def tell_ban(_by: str, order: BanRequest, answer: BanAnswer, _currency: Currency) -> Answer:
    """Tell both, if it changed anything."""
    if not answer.changed:
        return Answer(words.banned_before(answer.account), outcome="unchanged")
    return Answer(words.banned(answer.account), (Note(answer.account, words.you_are_banned(order.reason)),))


def tell_unban(_by: str, _order: BanRequest, answer: BanAnswer, _currency: Currency) -> Answer:
    """Tell both, if it changed anything."""
    if not answer.changed:
        return Answer(words.not_banned(answer.account), outcome="unchanged")
    return Answer(words.unbanned(answer.account), (Note(answer.account, words.you_are_unbanned()),))


def _request(call: Call[Ban]) -> BanRequest:
    asked = call.arguments
    return BanRequest(key=f"pm:{call.id}", account=asked.user, at=call.at, reason=asked.reason or None, actor=call.user)


BAN = Command(
    name="ban",
    help="Suspend somebody's account: no commands, no coins.",
    arguments=Ban,
    run=ban,
    tell=tell_ban,
    section="Administrators",
    rank="admin",
)
UNBAN = Command(
    name="unban",
    help="Give a suspended account back.",
    arguments=Ban,
    run=unban,
    tell=tell_unban,
    section="Administrators",
    rank="admin",
)
