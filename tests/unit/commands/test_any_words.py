from hypothesis import given, settings
from hypothesis import strategies as st

from services.commands.handlers import COMMANDS
from tests.support.front import Front

NAMES = [word for command in COMMANDS.commands for word in (command.name, *command.aliases)]
TELLING = ["@bob", "bob", "@", "5", "-5", "+1_0", "0", "9007199254740992", "1e9", "rich", "ranks", "²", "/kick"]
WORDS = st.lists(st.one_of(st.sampled_from(TELLING), st.text()), max_size=4)


@settings(deadline=None)
@given(st.sampled_from(NAMES), WORDS, st.sampled_from([None, 0, 1, 5]))
async def test_whatever_comes_after_a_command_is_answered_and_nothing_fails(name: str, words: list[str], rank: float | None) -> None:
    front = Front()
    front.teller.viewers(bob=50)
    announced = await front.announced(" ".join([name, *words]), "bob", rank)
    assert announced[0].to == "bob"
    assert announced[0].text
    assert "went wrong" not in announced[0].text
    assert front.teller.balance("bob") >= 0
