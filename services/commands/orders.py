"""What a command asks an owner to change: kept with its question before it is sent, so that a retry sends the very same."""

from dataclasses import dataclass
from typing import Final

from libs.common.contracts.base import Contract
from libs.common.contracts.ledger import Outcome, Posting
from libs.common.contracts.ledger_requests import BanAnswer, BanRequest
from libs.common.contracts.owners import Asked

CALLER: Final = "commands"
"""Our name where the ledger is asked."""

OWNERS: Final = ("earning", "games", "shop")
"""Who else than the ledger may be asked to change something."""


@dataclass(frozen=True, slots=True)
class Errand:
    """A request to an owner other than the ledger, as it is sent."""

    key: str
    body: bytes

    def encode(self) -> bytes:
        """Give it as it is sent."""
        return self.body


Wanted = Posting | BanRequest | Errand
Reply = Outcome | BanAnswer | Contract


@dataclass(frozen=True, slots=True)
class Order:
    """One request under the key of the PM behind it."""

    verb: str
    """One of the ledger's (post, ban, unban), or an owner's with its name before it: `games.flip`."""
    request: Wanted
    remark: str = ""
    """A sentence to be added when it is done, from what was known before."""


@dataclass(frozen=True, slots=True)
class Begun:
    """An order that was kept: from then on its outcome is the answer, whatever the configuration comes to say."""

    command: str
    """The name of the command that gave it."""
    order: Order


def read(verb: str, request: bytes | str, remark: str) -> Order:
    """Give a kept order back."""
    match verb:
        case "post":
            return Order("post", Posting.model_validate_json(request), remark)
        case "ban" | "unban":
            return Order(verb, BanRequest.model_validate_json(request), remark)
        case _ if verb.partition(".")[0] in OWNERS:
            body = request if isinstance(request, bytes) else request.encode()
            return Order(verb, Errand(Asked.model_validate_json(body).key, body), remark)
        case _:
            raise ValueError(f"no order is a {verb!r}")


def errand(service: str, verb: str, request: Asked) -> Order:
    """Give the order that asks an owner; what it answers is for `tell`, unless it declines."""
    return Order(f"{service}.{verb}", Errand(request.key, request.encode()))
