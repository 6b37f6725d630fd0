"""A heist: all stake the same, and win or lose together."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated

from libs.common import odds
from libs.common.config.narration import LanguageModel, Mode
from libs.common.config.section import EMPTY, Coins, Count, Rate, Remark, Section, Share, upside_down
from libs.common.config.texts import Places

MOST_MEMBERS = 1000
"""Of a crew, for the sake of a remark: no room is larger."""

_Join = Annotated[str, Places("user")]
_Win = Annotated[str, Places("payout", "symbol", "user")]
_Other = Annotated[str, Places("user", "symbol")]


class Narrative(Section):
    """Who finds the words."""

    mode: Mode = "static"
    """static (written lines), llm (a language model), or hybrid."""
    llm: Annotated[LanguageModel, EMPTY] = LanguageModel()
    custom_scenarios: tuple[_Join, ...] = ()
    """Lines of your own, beside ours: how it begins."""
    custom_win_lines: tuple[_Win, ...] = ()
    custom_lose_lines: tuple[_Other, ...] = ()
    custom_push_lines: tuple[_Other, ...] = ()
    """When the crew gets away with its stakes alone."""
    custom_join_lines: tuple[_Join, ...] = ()


class Heist(Section):
    """All stake the same, and win or lose together. Off by default: from a crew of four on more comes back than is staked."""

    enabled: bool = False
    min_participants: Count = 3
    """With fewer it is called off, and all get their stakes back."""
    join_window_seconds: Count = 120
    success_chance: Share = Decimal("0.40")
    push_chance: Share = Decimal("0.15")
    """That all get their stakes back, less a fee."""
    push_fee_pct: Share = Decimal("0.05")
    """That fee, as a part of the stake."""
    payout_multiplier: Rate = Decimal("1.5")
    """On the stake, for a crew of one."""
    crew_bonus_per_player: Rate = Decimal("0.25")
    """Added to it for each further member."""
    cooldown_seconds: Count = 180
    """From one heist to the next."""
    min_wager: Coins = 20
    max_wager: Coins = 5000
    announce_public: bool = True
    """Whether the room is told how it ended."""
    narrative: Annotated[Narrative, EMPTY] = Narrative()

    def advice(self) -> Iterator[Remark]:
        yield from upside_down(self, "min_wager", "max_wager", "nobody can play")
        if self.success_chance + self.push_chance > 1:
            yield "push_chance", f"and success_chance are more than 1 together: it will be {1 - self.success_chance}"
        crew = next((crew for crew in range(max(1, self.min_participants), MOST_MEMBERS) if self.returned(crew) > 1), None)
        if self.enabled and crew:
            yield "crew_bonus_per_player", f"from a crew of {crew} on more comes back than is staked: the game makes coins from nothing"

    def returned(self, crew: int) -> Decimal:
        """Give how much of all stakes comes back to a crew of this size, on average."""
        multiplier = odds.heist_multiplier(self.payout_multiplier, self.crew_bonus_per_player, crew)
        return odds.heist(self.success_chance, self.push_chance, self.push_fee_pct, multiplier)
