"""What a command asks the ledger to change: kept with its question before it is sent, so that a retry sends the very same."""

from dataclasses import dataclass
from typing import Literal

from libs.common.contracts.ledger import Outcome, Posting
from libs.common.contracts.ledger_requests import BanAnswer, BanRequest

Verb = Literal["post", "ban", "unban"]
Wanted = Posting | BanRequest
Reply = Outcome | BanAnswer


@dataclass(frozen=True, slots=True)
class Order:
    """One request under the key of the PM behind it."""

    verb: Verb
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
        case _:
            raise ValueError(f"no order is a {verb!r}")
