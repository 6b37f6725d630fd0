"""`odds`: what comes back of what is staked, worked out from the configuration in force."""

from decimal import Decimal

from libs.common import odds
from libs.common.config import Rules
from services.commands.arguments import Nothing
from services.commands.handlers.games.gambling import offered
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies.games import odds as words


async def run(call: Call[Nothing], _office: Office) -> Answer:
    """Tell it for every game that is played."""
    return Answer(words.odds(returns(call.rules)))


def returns(rules: Rules) -> dict[str, tuple[Decimal, Decimal]]:
    """Give, by game, what comes back of 1 staked, and how often one has more than before."""
    gambling = rules.gambling
    found = {}
    if gambling.spin.enabled:
        table = [(row.multiplier, row.probability) for row in gambling.spin.payouts]
        chances = odds.chances(row.probability for row in gambling.spin.payouts)
        won = sum((chance for (multiplier, _), chance in zip(table, chances, strict=True) if multiplier > 1), Decimal(0))
        found["spin"] = (odds.slots(table), won)
    if gambling.flip.enabled:
        found["flip"] = (odds.flip(gambling.flip.win_chance), gambling.flip.win_chance)
    if gambling.challenge.enabled:
        found["challenge"] = (odds.duel(gambling.challenge.rake_percent), Decimal("0.5"))
    return found


COMMAND = Command(
    name="odds",
    help="What comes back of what is staked, on average, and how often one wins.",
    arguments=Nothing,
    run=run,
    section="Games",
    needs_ledger=False,
    offered=offered,
)
