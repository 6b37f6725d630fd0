"""`rain` by PM and by the API: what is asked of earning, and what is told of it."""

import json

import pytest

from libs.common.contracts.earning.rain import Rained, RainRequest
from libs.common.contracts.owners import Declined
from services.commands.handlers import rain as handlers
from services.commands.orders import Errand, Order
from services.commands.registry import call
from services.commands.replies.declined import declined
from tests.support.api import Bench
from tests.support.commands import message, rules
from tests.support.front import Front

CURRENCY = rules().currency
RAINED = Rained(total=100, recipients=7, each=14, more=2)


async def test_the_whole_amount_is_asked_for_under_the_key_of_the_pm() -> None:
    said = message("rain 100", rank=5)
    given = await handlers.run(call(handlers.COMMAND, said, rules(), None), None)  # type: ignore[arg-type]
    assert isinstance(given, Order)
    assert isinstance(given.request, Errand)
    asked = RainRequest.model_validate_json(given.request.body)

    assert (given.verb, asked.key, asked.user, asked.total) == ("earning.rain", said.id, "alice", 100)


@pytest.mark.parametrize("text", ["rain", "rain 0", "rain -5", "rain lots", "rain 99999999999999999999"])
async def test_what_is_no_amount_is_refused(text: str) -> None:
    assert "It rains" not in await Front().told(text, rank=5)


@pytest.mark.parametrize(
    ("rained", "told"),
    [
        (RAINED, "It rains 100 Z on 7 viewers: 14 Z each, and one more for the first 2 by name."),
        (Rained(total=5, recipients=1, each=5, more=0), "It rains 5 Z on 1 viewer: 5 Z each."),
    ],
)
def test_who_has_it_rain_is_told_what_everybody_got(rained: Rained, told: str) -> None:
    assert handlers.tell("Boss", Errand("k", b"{}"), rained, CURRENCY).text == told


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Declined(code="rain_nobody"), "Nobody is here whom it could rain on."),
        (Declined(code="rain_small", values={"total": 5, "count": 40}), "5 Z do not go round: 40 viewers are here."),
    ],
)
def test_what_can_not_be_shared_out_is_told(answer: Declined, told: str) -> None:
    assert declined(answer, CURRENCY) == told


async def test_the_api_says_it_as_the_older_program_did() -> None:
    bench = Bench(rain=RAINED)
    assert await bench.ask("rain", total_amount=100, admin="Boss") == {
        "channel": "Room",
        "recipients": 7,
        "amount_each": 14,
        "total_awarded": 100,
    }
    (asked,) = (json.loads(body) for body in bench.ledger.of("rain"))
    assert (asked["user"], asked["total"]) == ("Boss", 100)


@pytest.mark.parametrize("code", ["rain_nobody", "rain_small"])
async def test_the_api_tells_what_was_declined(code: str) -> None:
    assert await Bench(rain=Declined(code=code)).refused("rain", total_amount=100) == "declined"


@pytest.mark.parametrize("amount", [0, -1, 2**53])
async def test_the_api_refuses_what_is_no_amount(amount: int) -> None:
    assert await Bench(rain=RAINED).refused("rain", total_amount=amount) == "invalid_parameter"
