"""`undo`: first what would come of it, then once, and only what can be given back."""

import pytest

from libs.common.contracts.ledger import Outcome
from tests.support.front import OWNER, Front
from tests.support.teller import capture, hold, pay, release, reverse


@pytest.fixture
def front() -> Front:
    """Alice has 100 by posting 2, Bob 50 by posting 4; Root has given Bob 30 by posting 5."""
    front = Front()
    front.teller.viewers(Alice=100, Bob=50)
    return front


async def granted(front: Front) -> int:
    await front.ask("grant bob 30 by mistake", "Root", OWNER)
    number = front.teller.journal()[-1]["number"]
    assert isinstance(number, int)
    return number


async def asked(front: Front, text: str, user: str = "Root") -> str:
    return await front.told(text, user, OWNER)


async def test_without_confirm_it_only_tells_what_would_be(front: Front) -> None:
    number = await granted(front)
    assert (await asked(front, f"undo {number}")).split("\n") == [
        f"#{number}, 22 Nov 2026 12:00 by Root: by mistake. Undone, it would be:",
        "Bob -30 Z, then 50 Z",
        f"Do it with: undo {number} confirm",
    ]
    assert front.teller.balance("bob") == 80


async def test_confirmed_it_is_done_and_both_are_told(front: Front) -> None:
    number = await granted(front)
    assert await front.ask(f"undo #{number} confirm", "Root", OWNER) == [
        ("Root", f"Undone: #{number}.\nBob -30 Z, then 50 Z"),
        ("Bob", "Root corrected an entry of yours: -30 Z. You have 50 Z now."),
    ]
    assert (front.teller.balance("bob"), front.teller.account("bob").lifetime_earned) == (50, 50)


async def test_a_second_time_it_is_refused_with_who_did_it_and_when(front: Front) -> None:
    number = await granted(front)
    await front.ask(f"undo {number} confirm", "Root", OWNER)
    undoing = front.teller.journal()[-1]["number"]
    again = await asked(front, f"undo {number} confirm", "Second")
    assert again == f"#{number} was undone before: #{undoing} by Root, 22 Nov 2026 12:00."
    assert front.teller.balance("bob") == 50


async def test_who_comes_second_at_the_same_moment_is_refused_by_the_ledger(front: Front) -> None:
    number = await granted(front)
    question = await front.question(f"undo {number} confirm", "Root", OWNER)
    posting = front.teller.journal()[-1]["key"]
    answer = front.clerk._ask

    # The other administrator's posting comes between our look and our order.
    async def overtaken(subject: str, request: object, timeout_seconds: float) -> bytes:
        if subject.endswith(".post"):
            assert Outcome.model_validate(front.teller.ask("post", front.teller.posting(reverse(posting)), "commands")).ok
            front.clerk._ask = answer
        return await answer(subject, request, timeout_seconds)  # type: ignore[arg-type]

    front.clerk._ask = overtaken
    await front.clerk.serve(question)
    assert [each.text for each in front.news()] == ["Nothing happened: that was undone before."]
    assert front.teller.balance("bob") == 50


async def test_what_was_spent_since_can_not_be_taken_back(front: Front) -> None:
    number = await granted(front)
    front.teller.done(pay("Bob", "@burn", 60))
    expected = "Nothing undone: Bob would have to give 30 Z back, and has only 20 Z."
    assert await asked(front, f"undo {number}") == expected
    assert await asked(front, f"undo {number} confirm") == expected
    assert front.teller.balance("bob") == 20


async def test_an_undoing_can_not_be_undone(front: Front) -> None:
    number = await granted(front)
    await front.ask(f"undo {number} confirm", "Root", OWNER)
    undoing = front.teller.journal()[-1]["number"]
    assert await asked(front, f"undo {undoing} confirm") == f"#{undoing} undid another posting; that can't be undone. Use grant or deduct."


async def test_what_moved_no_coins_can_not_be_undone(front: Front) -> None:
    await front.ask("ban bob", "Root", OWNER)
    assert "moved no coins" in await asked(front, f"undo {front.teller.journal()[-1]['number']} confirm")


async def test_what_belongs_to_another_channel_is_not_there(front: Front) -> None:
    front.teller.ask("post", front.teller.posting(pay("@mint", "@house", 5, "admin_adjust")), channel="elsewhere")
    number = front.teller.journal()[-1]["number"]
    assert await asked(front, f"undo {number} confirm") == f"There is no posting #{number} in this channel."


async def test_a_hold_goes_back(front: Front) -> None:
    front.teller.done(hold("stake", "Alice", 40))
    number = front.teller.journal()[-1]["number"]
    told = await front.ask(f"undo {number} confirm", "Root", OWNER)
    assert told[0] == ("Root", f"Undone: #{number}.\nAlice +40 Z, then 100 Z")
    assert front.teller.account("alice").held == 0


@pytest.mark.parametrize("confirm", ["", " confirm"])
async def test_what_became_of_a_hold_goes_back_to_whose_it_was_and_that_is_said_before(front: Front, confirm: str) -> None:
    front.teller.done(hold("stake", "Alice", 40))
    front.teller.done(capture("stake", "Bob", 15))
    front.teller.done(pay("Alice", "@burn", 80))
    number = front.teller.journal()[-2]["number"]

    [(_, told), *_] = await front.ask(f"undo {number}{confirm}", "Root", OWNER)
    assert (told or "").split("\n")[1:3] == ["Bob -15 Z, then 50 Z", "Alice +15 Z, then 20 Z"]


@pytest.mark.parametrize("confirm", ["", " confirm"])
async def test_what_gave_coins_back_can_not_be_undone(front: Front, confirm: str) -> None:
    front.teller.done(hold("stake", "Alice", 40))
    front.teller.done(release("stake"))
    number = front.teller.journal()[-1]["number"]

    expected = f"#{number} gave held coins back; that can't be undone. Use grant or deduct."
    assert await asked(front, f"undo {number}{confirm}") == expected


@pytest.mark.parametrize("confirm", ["", " confirm"])
async def test_a_hold_that_was_settled_is_not_promised_back(front: Front, confirm: str) -> None:
    front.teller.done(hold("stake", "Alice", 40))
    number = front.teller.journal()[-1]["number"]
    front.teller.done(capture("stake", "@burn"))

    assert await asked(front, f"undo {number}{confirm}") == "Nothing happened: coins that were held for it have moved on since."


async def test_who_undoes_what_concerns_oneself_is_told_once(front: Front) -> None:
    number = await granted(front)
    assert len(await front.ask(f"undo {number} confirm", "Bob", OWNER)) == 1


@pytest.mark.parametrize("words", ["", "five", "-3", "0", "5 please", "9" * 30])
async def test_what_is_no_number_is_answered_with_how_to_write_it(front: Front, words: str) -> None:
    assert "undo number [confirm]" in await asked(front, f"undo {words}")


async def test_of_what_was_bought_only_the_coins_go_back_and_that_is_said(front: Front) -> None:
    front.teller.done(pay("Alice", "@burn", 5), caller="shop")
    assert "Only coins go back: what was bought stays as it is." in await asked(front, f"undo {front.teller.journal()[-1]['number']}")
