"""Which rank everybody holds: by what they have earned, and by what earning told of them."""

from libs.common import rankbook, ranks, subjects
from libs.common.config import Rules
from libs.common.contracts.facts import RankHeld
from libs.common.durable import Feed, Mark, Message, Unit
from libs.common.names import fold


class Ladder:
    """Hears of ranks on the writer thread; who is answered is looked up in memory, as that is done for every balance."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._told: dict[tuple[str, str], str] = {}

    def feed(self) -> Feed[RankHeld]:
        """Give the feed of what earning tells."""
        return Feed(
            stream=subjects.FACTS,
            decode=RankHeld.model_validate_json,
            mark=lambda fact: Mark(fact.id),
            handle=self.hear,
            subjects=(subjects.fact("*", "rank"),),
        )

    def hear(self, unit: Unit, fact: RankHeld, _message: Message) -> None:
        """Keep the rank somebody holds."""
        rankbook.keep(unit.db, fact.channel, fact.user, fact.rank)
        unit.after_commit(lambda: self.tell(fact.channel, fact.user, fact.rank))

    def restore(self, unit: Unit) -> None:
        """Know what was kept."""
        kept = rankbook.everybody(unit.db)
        unit.after_commit(lambda: self._told.update(kept))

    def tell(self, channel: str, user: str, rank: str) -> None:
        """Know a rank from now on."""
        self._told[channel, fold(user)] = rank

    def rung(self, channel: str, user: str, lifetime_earned: int, rules: Rules) -> int:
        """Give the place on the ladder, from 0, of somebody's rank."""
        return ranks.held(lifetime_earned, self._told.get((channel, fold(user))), rules.ranks.ladder)
