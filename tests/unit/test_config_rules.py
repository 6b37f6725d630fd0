"""The rules of the economy as a configuration gives them: the older program's file, the example, what is odd, what is refused."""

import copy
import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import reduce
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from libs.common import odds
from libs.common.config import Settings, load, published, rules, version
from libs.common.config.effect import reason
from libs.common.config.loading import USUAL
from libs.common.config.problems import problems_of
from tests.support.configuration import EXAMPLE, LEAST, OLDER, nested, problems, settings, warnings


class TestWhatLoads:
    def test_every_value_of_the_older_file_is_kept(self) -> None:
        def missing(given: Any, kept: Any, path: str = "") -> list[str]:
            if isinstance(given, dict):
                return [at for key, value in given.items() for at in missing(value, kept.get(str(key), "nothing"), f"{path}.{key}")]
            if isinstance(given, list) and isinstance(kept, list) and len(given) == len(kept):
                return [at for index, value in enumerate(given) for at in missing(value, kept[index], f"{path}.{index}")]
            return [] if given == kept else [path]

        older = yaml.safe_load(OLDER.read_text(encoding="utf-8"))
        sent = published(load(OLDER, {}).settings)
        assert missing({key: value for key, value in older.items() if key in sent}, sent) == [".mediacms.api_token"]

    def test_all_that_is_odd_about_the_older_example(self) -> None:
        told = {warning.split(":")[0].split(",")[0] for warning in load(OLDER, {}).warnings}
        assert told == {"chat_triggers.first_after_media_change", "gambling.spin.payouts", "mediacms", "ranks.tiers"}

    def test_sections_that_are_not_built_yet_are_told_in_one_warning(self) -> None:
        told = warnings(gambling={"trivia": {"enabled": False}}, vanity_shop={"channel_gif": {"enabled": False}})
        assert told == ["gambling.trivia, vanity_shop.channel_gif: kept, but the rules are not built yet"]

    def test_defaults_written_out_are_no_reason_for_a_warning(self) -> None:
        assert warnings(gambling={"enabled": True}, handler_timeout=None) == []

    def test_a_trigger_is_taken_from_where_the_older_example_has_it(self) -> None:
        given = settings(chat_triggers={"first_after_media_change": {"reward": 7}})
        assert given.content_triggers.first_after_media_change.reward == 7

    def test_where_it_belongs_it_counts_more(self) -> None:
        both = {"first_after_media_change": {"reward": 7}}
        given = settings(chat_triggers=both, content_triggers={"first_after_media_change": {"reward": 8}})
        assert rules(published(given)).content_triggers.first_after_media_change.reward == 8

    @pytest.mark.parametrize("path", [("inflation",), ("gambling", "race", "commentary"), ("gambling", "heist", "narrative", "llm")])
    def test_sections_that_might_stand_empty_still_may(self, path: tuple[str, ...]) -> None:
        assert settings(**nested(path, None)) == settings()

    def test_a_price_may_be_left_out(self) -> None:
        assert settings(vanity_shop={"custom_greeting": {"enabled": False}}).vanity_shop.custom_greeting.cost == 500

    @pytest.mark.parametrize(("written", "read"), [("13:30", "13:30"), ("'13:30'", "13:30"), ("03:00", "03:00"), ("'7:05'", "07:05")])
    def test_a_time_of_day_is_read_with_and_without_quotes(self, written: str, read: str) -> None:
        given = yaml.safe_load(f"run_at: {written}")
        assert settings(balance_maintenance=given).balance_maintenance.run_at == read

    def test_a_list_replaces_the_whole_list(self) -> None:
        assert len(settings(spending={"queue_tiers": [{"max_minutes": 5, "cost": 1}]}).spending.queue_tiers) == 1

    def test_the_slot_table_gives_back_95_of_100(self) -> None:
        assert odds.slots([(row.multiplier, row.probability) for row in settings().gambling.spin.payouts]) == Decimal("0.95")

    def test_the_example_loads_without_a_warning(self) -> None:
        assert load(EXAMPLE, {}).warnings == []

    def test_the_example_shows_the_defaults(self) -> None:
        example = load(EXAMPLE, {}).settings
        assert version(published(example)) == version(published(settings()))

    def test_the_example_names_every_key(self) -> None:
        given, text = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8")), EXAMPLE.read_text(encoding="utf-8")

        def missing(section: BaseModel, written: dict[str, Any], path: str) -> Iterator[str]:
            for name in type(section).model_fields:
                value = getattr(section, name)
                if isinstance(value, BaseModel):
                    yield from missing(value, written.get(name, {}), f"{path}{name}.")
                elif name not in written and not (value is None and (f"# {name}:" in text or reason(path + name))):
                    yield path + name

        assert list(missing(USUAL, given, "")) == ["chat_triggers.first_after_media_change"]


class TestWhatIsOdd:
    @pytest.mark.parametrize(
        ("path", "value", "key"),
        [
            ("gambling.spin.payouts", [{"symbols": "x", "multiplier": 3, "probability": 0.5}], "gambling.spin.payouts"),
            ("gambling.spin.payouts", [{"symbols": "x", "multiplier": 0, "probability": 0.6}] * 2, "gambling.spin.payouts"),
            ("gambling.flip.win_chance", 0.51, "gambling.flip.win_chance"),
            ("gambling.flip.min_wager", 5000, "gambling.flip.min_wager"),
            ("gambling.challenge.accept_timeout_seconds", 0, "gambling.challenge.accept_timeout_seconds"),
            ("gambling.challenge.rake_percent", 50, "gambling.challenge.rake_percent"),
            ("gambling.heist.enabled", True, "gambling.heist.crew_bonus_per_player"),
            ("gambling.trivia.payout_multipliers.hard", 4.1, "gambling.trivia.payout_multipliers.hard"),
            ("gambling.blackjack.blackjack_payout", 2, "gambling.blackjack.blackjack_payout"),
            ("gambling.trivia.betting_window_seconds", 60, "gambling.trivia.betting_window_seconds"),
            ("streaks.daily.min_presence_minutes", 1441, "streaks.daily.min_presence_minutes"),
            ("rain.min_amount", 26, "rain.min_amount"),
            ("rain.message", "{coins}", "rain.message"),
            ("rain.max_amount", 0, "rain.max_amount"),
            ("rain", {"notify": "pm", "pm_notification": False}, "rain.pm_notification"),
            ("multipliers.off_peak.days", [7], "multipliers.off_peak.days"),
            ("multipliers.high_population.multiplier", 0.5, "multipliers.high_population.multiplier"),
            ("multipliers.applies_to", ["dwell."], "multipliers.applies_to"),
            ("multipliers.max_combined", 0.5, "multipliers.max_combined"),
            (
                "multipliers.scheduled_events",
                [{"name": "x", "cron": "0 0 * * *", "duration_hours": 1, "arrive_within_minutes": 60}],
                "multipliers.scheduled_events.0.arrive_within_minutes",
            ),
            ("balance_maintenance.decay.enabled", True, "balance_maintenance.decay.enabled"),
            ("inflation.enabled", True, "inflation.enabled"),
            ("vanity_shop.shoutout.cost", 0, "vanity_shop.shoutout.cost"),
            ("spending.force_play_now", 0, "spending.force_play_now"),
            ("spending.queue_tiers", [{"max_minutes": 9, "cost": 1}] * 2, "spending.queue_tiers.1.max_minutes"),
            ("mediacms.base_url", "https://media.example.com", "mediacms.web_queue_url"),
            ("tipping.min_amount", 0, "tipping.min_amount"),
            ("tipping.self_tip_blocked", False, "tipping.self_tip_blocked"),
            ("bounties.max_amount", 5, "bounties.min_amount"),
            ("cytube_promotion.min_rank", "Emperor", "cytube_promotion.min_rank"),
        ],
    )
    def test_what_is_odd_in_the_rules_is_told(self, path: str, value: Any, key: str) -> None:
        told = [warning.split(": ")[0] for warning in warnings(**nested(tuple(path.split(".")), value))]
        assert key in told


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("path", "value"),
        [
            ("gambling.flip.win_chance", 1.1),
            ("gambling.spin.payouts", []),
            ("gambling.spin.min_wager", -1),
            ("gambling.challenge.rake_percent", 101),
            ("gambling.race.odds_mode", "parimutuel"),
            ("gambling.race.odds_profiles", [{"racers": [{"color": "Red", "win_chance": 0}, {"color": "Blue", "win_chance": 0}]}]),
            ("vanity_shop.shoutout.cost", -1),
            ("multipliers.scheduled_events", [{"name": "x", "cron": "0 0 * *", "duration_hours": 1}]),
            ("multipliers.scheduled_events", [{"name": "x", "cron": "0 0 31 2 *", "duration_hours": 1}]),
            ("multipliers.scheduled_events", [{"name": "x", "cron": "0 0 12 * * *", "duration_hours": 1}]),
            ("multipliers.scheduled_events", [{"name": "x", "cron": "0 0 * * *", "duration_hours": 1, "timezone": "Mars/Base"}]),
            ("multipliers.holidays.dates", [{"name": "x", "date": "13-01", "multiplier": 2}]),
            ("multipliers.holidays.dates", [{"name": "x", "date": "02-30", "multiplier": 2}]),
            ("spending.blackout_windows", [{"name": "x", "cron": "soon", "duration_hours": 1}]),
            ("digest.user_digest.send_hour_utc", 24),
            ("balance_maintenance.mode", "tax"),
            ("balance_maintenance.run_at", "24:00"),
            ("balance_maintenance.run_at", "soon"),
            ("achievements", [{"id": "a", "condition": {"type": "height", "threshold": 1}}]),
            ("daily_competitions", [{"id": "a", "condition": {"type": "daily_top", "field": "z_lost"}}]),
            ("inflation.anchor_float", 0),
            ("nats.monitoring_url", "8222"),
            ("vanity_shop.chat_color.contrast_bg", "black"),
        ],
    )
    def test_what_cannot_be_or_would_make_coins_without_bound_is_refused(self, path: str, value: Any) -> None:
        assert any(key.startswith(path) for key in problems(**nested(tuple(path.split(".")), value)))


def places(tree: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Give where each key of a file stands."""
    pairs: Iterable[tuple[str | int, Any]] = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in pairs:
        if isinstance(tree, dict):
            yield (*path, key)
        yield from places(value, (*path, key))


WHOLE = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
PLACES = list(places(WHOLE))


def at(tree: Any, place: tuple[str | int, ...]) -> Any:
    return reduce(lambda inner, key: inner[key], place, tree)


@settings_of_hypothesis(max_examples=50, deadline=None)
@given(st.sampled_from([place for place in PLACES if isinstance(place[-1], str)]), st.integers(0, 40), st.sampled_from("abcxyz_"))
def test_any_slip_of_the_finger_in_a_key_is_refused_by_its_dotted_name(place: tuple[str | int, ...], where: int, letter: str) -> None:
    tree = copy.deepcopy(WHOLE)
    *above, name = place
    assert isinstance(name, str)
    where %= len(name) + 1
    slip = name[:where] + letter + name[where:]
    section = at(tree, tuple(above))
    section[slip] = section.pop(name)
    with pytest.raises(ValidationError) as raised:
        Settings.model_validate(tree)
    assert ".".join(map(str, (*above, slip))) in [problem.key for problem in problems_of(raised.value, Settings)]


FIGURES = [place for place in PLACES if place[0] in published(USUAL) and type(at(WHOLE, place)) in {int, float}]


@settings_of_hypothesis(max_examples=50, deadline=None)
@given(st.sampled_from(FIGURES), st.integers(-2, 2000) | st.decimals(0, 2, places=3).map(float))
def test_whatever_figure_loads_reaches_the_services_as_it_is(place: tuple[str | int, ...], figure: float) -> None:
    tree = copy.deepcopy(WHOLE)
    at(tree, place[:-1])[place[-1]] = figure
    try:
        sent = published(Settings.model_validate(tree))
    except ValidationError:
        assert figure != at(WHOLE, place)
        return
    back = rules(json.loads(json.dumps(sent)))
    assert published(Settings.model_validate({**LEAST, **back.model_dump()})) == sent
    found: Any = sent
    for key in place:
        found = found[str(key)] if isinstance(found, dict) else found[key]
    assert found == figure
