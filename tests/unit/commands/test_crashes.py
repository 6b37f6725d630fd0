"""A process that ends at any step of a command: what was begun is done once, and told as it is."""

from typing import Any

import pytest

from libs.common.contracts.announcements import Announcement
from tests.support.front import OWNER, Front, KilledError

ORDERS = ("grant bob 5 why", "grant carol 5", "deduct bob 5", "set_balance bob 7", "ban bob", "ban pest", "unban mallory")
OTHERS = ("announce hi", "quiet", "unquiet", "history", "top", "reload", "help")
STEPS_MAX = 16
"""More than any command takes."""


def prepared() -> Front:
    front = Front()
    front.teller.viewers(bob=50, mallory=20)
    front.teller.ask("ban", b'{"key": "before", "account": "mallory", "at": "2026-11-22T12:00:00Z"}')
    return front


def books(front: Front) -> list[tuple[Any, ...]]:
    """Give what the ledger has done, apart from times."""
    return [(each["kind"], each["key"], each.get("account"), each["entries"]) for each in front.teller.journal()]


async def undisturbed(text: str) -> tuple[list[Announcement], list[tuple[Any, ...]]]:
    front = prepared()
    return await front.announced(text, "owner", OWNER), books(front)


async def killed(front: Front, text: str, after_steps: int, **reloaded: Any) -> list[Announcement]:
    """Ask, end after so many steps, start again, perhaps under another configuration; give all that is announced."""
    question = await front.question(text, "owner", OWNER)
    front.here.steps_left = after_steps
    try:
        await front.clerk.serve(question)
    except KilledError:
        front.start(**reloaded)
    return await front.end()


@pytest.mark.parametrize("text", [*ORDERS, *OTHERS])
async def test_it_comes_to_what_it_would_have_come_to(text: str) -> None:
    expected = await undisturbed(text)
    for steps in range(STEPS_MAX):
        front = prepared()
        assert (await killed(front, text, steps), books(front)) == expected, f"ended after {steps} steps"


@pytest.mark.parametrize("text", ORDERS)
@pytest.mark.parametrize(
    "reloaded", [{"admin": {"owner_level": 6}}, {"ignored_users": ["bob", "carol", "pest", "mallory"]}, {"ignored_users": ["owner"]}]
)
async def test_under_another_configuration_it_is_done_and_told_or_neither(text: str, reloaded: dict[str, Any]) -> None:
    (told, *_), done = await undisturbed(text)
    nothing_done = books(prepared())
    for steps in range(STEPS_MAX):
        front = prepared()
        (answer, *_) = await killed(front, text, steps, **reloaded)
        was_done = books(front) != nothing_done
        assert books(front) == (done if was_done else nothing_done)
        assert (answer == told) == was_done, f"ended after {steps} steps"
