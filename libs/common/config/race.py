"""A race: eight cars, and what one stakes on one of them."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, field_validator

from libs.common import odds
from libs.common.config.narration import LanguageModel, Mode
from libs.common.config.section import EMPTY, Coins, Count, Positive, Rate, Remark, Section, Share, twice, upside_down
from libs.common.config.texts import Places

_Line = Annotated[
    str, Places("racer", "emoji", "driver", "color", "colour", "car", "runner", "horse", "winner", "leader", "name", "racer_name", "icon")
]
_COLORS = {"Blue": "🔵", "Red": "🔴", "Green": "🟢", "Yellow": "🟡", "Purple": "🟣", "Orange": "🟠", "Brown": "🟤", "White": "⚪"}


class Racer(Section):
    """One car."""

    color: Annotated[str, Field(min_length=1)]
    """By which one bets on it."""
    emoji: str = ""
    win_chance: Share
    speed_base: Rate | None = None
    """No effect: it belonged to an older form of the race."""


class OddsProfile(Section):
    """Who starts, and how likely each wins."""

    racers: Annotated[tuple[Racer, ...], Field(min_length=2)]

    @field_validator("racers")
    @classmethod
    def _can_be_won(cls, racers: tuple[Racer, ...]) -> tuple[Racer, ...]:
        if not any(racer.win_chance for racer in racers):
            raise ValueError("a win_chance above 0 for at least one of them")
        return racers

    def advice(self) -> Iterator[Remark]:
        whole = sum(racer.win_chance for racer in self.racers)
        if whole != 1:
            yield "racers", f"have win chances that add up to {whole}, not 1; each is taken as its part of that"
        yield from twice("racers", (racer.color.casefold() for racer in self.racers), "nobody can bet on the second")


def _profile(win_chances: str) -> OddsProfile:
    figures = zip(_COLORS.items(), win_chances.split(), strict=True)
    return OddsProfile(racers=tuple(Racer(color=color, emoji=emoji, win_chance=Decimal(chance)) for (color, emoji), chance in figures))


class LiveBetting(Section):
    """Bets while the cars are running."""

    enabled: bool = True
    cutoff_pct: Share = Decimal("0.75")
    """Until the first car has come so far."""


class RandomEvents(Section):
    """Mishaps on the way."""

    enabled: bool = True
    chance_per_tick: Share = Decimal("0.08")


class Traits(Section):
    """Whether cars run differently: early, late, wild."""

    enabled: bool = True


class RacerNames(Section):
    """Whether drivers have names."""

    enabled: bool = True
    extra_names: tuple[str, ...] = ()
    """Names of your own, beside ours."""


class RaceLanguageModel(LanguageModel):
    """A server that understands OpenAI's chat completions."""

    max_tokens: Count = 400


class Commentary(Section):
    """Who finds the words."""

    mode: Mode = "static"
    """static (written lines), llm (a language model), or hybrid."""
    max_lines_per_race: Count = 3
    llm: Annotated[RaceLanguageModel, EMPTY] = RaceLanguageModel()
    custom_start_lines: tuple[_Line, ...] = ()
    """Lines of your own, beside ours."""
    custom_finish_lines: tuple[_Line, ...] = ()
    custom_event_lines: tuple[_Line, ...] = ()


class Race(Section):
    """Eight cars, and what one stakes on one of them."""

    enabled: bool = True
    betting_window_seconds: Count = 20
    tick_interval_seconds: Positive = 1.5
    """How often it is looked after."""
    finish_distance: Positive = 20.0
    """The course's length, for show."""
    target_duration_seconds: Positive = 32.0
    """How long it runs."""
    frame_interval_seconds: Positive = 0.3
    """How often the picture of it changes."""
    closeness: Annotated[float, Field(ge=0, le=1)] = 0.7
    """How close behind the winner the others end: 1 is very close."""
    min_bet: Coins = 10
    max_bet: Coins = 5000
    house_rake_pct: Share = Decimal("0.05")
    """What the house keeps, as a part of all bets."""
    odds_mode: Literal["pool", "fixed"] = "pool"
    """pool: who backed the winner shares all bets; fixed: each car pays by its chance."""
    announce_public: bool = True
    """Whether the room is told who won."""
    live_betting: LiveBetting = LiveBetting()
    random_events: RandomEvents = RandomEvents()
    traits: Traits = Traits()
    racer_names: RacerNames = RacerNames()
    commentary: Annotated[Commentary, EMPTY] = Commentary()
    odds_profiles: Annotated[tuple[OddsProfile, ...], Field(min_length=1)] = (
        _profile(".26 .19 .15 .11 .09 .08 .07 .05"),
        _profile(".15 .24 .19 .08 .12 .10 .07 .05"),
        _profile(".09 .12 .22 .18 .15 .11 .08 .05"),
    )
    """One of these is drawn for each race. A list here replaces all of them."""

    def advice(self) -> Iterator[Remark]:
        yield from upside_down(self, "min_bet", "max_bet", "nobody can bet")
        if not self.min_bet:
            yield "min_bet", "is 0, but nobody can bet less than one coin"
        if self.frame_interval_seconds > self.target_duration_seconds:
            yield "frame_interval_seconds", "is longer than the race"
        for index, profile in enumerate(self.odds_profiles):
            chances = [racer.win_chance for racer in profile.racers]
            if self.enabled and self.odds_mode == "fixed" and odds.race_fixed(self.house_rake_pct, chances) > 1:
                yield f"odds_profiles.{index}", "more comes back than is bet: the game makes coins from nothing"
