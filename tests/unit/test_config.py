"""The configuration: what loads, what is refused and how that is said, what is published."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st

from libs.common import subjects
from libs.common.config import ConfigError, Settings, fill, load, published, read, rules, version
from libs.common.config.secrets import is_secret
from tests.support.configuration import LEAST, OLDER, problems, settings, warnings


class TestWhatLoads:
    def test_a_whole_file_of_the_older_program_loads(self) -> None:
        config = load(OLDER, {})
        assert config.settings.presence.hourly_milestones == {1: 10, 3: 30, 6: 75, 12: 200, 24: 1000}

    def test_metrics_may_stand_empty(self) -> None:
        assert settings(metrics=None).metrics.port == 28286

    def test_keys_of_the_older_library_are_accepted_with_a_word_about_their_effect(self) -> None:
        told = warnings(handler_timeout=30, retry_attempts=3, chat_min_delay=1.0)
        assert sorted(warning.split(":")[0] for warning in told) == ["chat_min_delay", "handler_timeout", "retry_attempts"]

    def test_an_embedded_server_needs_no_address(self) -> None:
        assert settings(nats={"embedded": True}).nats.servers == ("nats://127.0.0.1:4222",)

    def test_numbers_in_quotes_are_numbers(self) -> None:
        assert settings(onboarding={"welcome_wallet": "250"}).onboarding.welcome_wallet == 250

    def test_a_rate_is_exact_to_its_last_decimal(self) -> None:
        assert str(settings(presence={"base_rate_per_minute": 0.1}).presence.base_rate_per_minute) == "0.1"

    def test_the_robot_and_the_ignored_are_outsiders_in_any_casing(self) -> None:
        assert settings(ignored_users=["NepBot"], bot={"username": "Coin"}).outsiders == {"nepbot", "coin"}

    def test_settings_cannot_be_changed(self) -> None:
        with pytest.raises(ValueError, match="frozen"):
            settings().currency.name = "Euro"  # type: ignore[misc]

    def test_a_byte_order_mark_is_passed_over(self, tmp_path: Path) -> None:
        path = tmp_path / "config.yaml"
        path.write_text("\ufeff" + yaml.safe_dump(LEAST), encoding="utf-8")
        assert load(path).settings.channels[0].token == "lounge"


class TestEnvironment:
    def test_a_variable_is_put_in(self) -> None:
        given, _ = read(yaml.safe_dump({**LEAST, "currency": {"name": "${NAME} coin"}}), {"NAME": "Gold"})
        assert given.currency.name == "Gold coin"

    def test_a_default_holds_where_a_variable_is_not_set(self) -> None:
        assert settings(currency={"name": "${NAME:-Silver}"}).currency.name == "Silver"

    def test_a_variable_set_to_nothing_is_nothing_whatever_the_default(self) -> None:
        given, _ = read(yaml.safe_dump({**LEAST, "currency": {"symbol": "${NAME:-S}x"}}), {"NAME": ""})
        assert given.currency.symbol == "x"

    def test_a_variable_that_is_not_set_is_empty_and_named_in_a_warning(self) -> None:
        told = warnings(nats={"servers": ["nats://a"], "password": "${ECONOMY_PASSWORD}"})
        assert told == ["nats.password: the variable ECONOMY_PASSWORD is not set; it is read as empty"]

    def test_an_empty_password_is_none(self) -> None:
        assert settings(nats={"servers": ["nats://a"], "password": "${ECONOMY_PASSWORD}"}).nats.password is None

    def test_keys_are_not_filled_in(self) -> None:
        assert "${NAME}" in problems("nats: {servers: [a]}\nchannels: [{domain: a, channel: b}]\n${NAME}: 1")

    def test_a_number_from_the_environment_is_a_number(self) -> None:
        given, _ = read(yaml.safe_dump({**LEAST, "admin": {"owner_level": "${LEVEL}"}}), {"LEVEL": "3"})
        assert given.admin.owner_level == 3


class TestWhatIsRefused:
    def test_an_unknown_section_is_refused_with_the_nearest_known(self) -> None:
        assert problems(presense={})["presense"].expected == "presence"

    def test_an_unknown_key_is_refused_by_its_dotted_name(self) -> None:
        found = problems(presence={"night_watch": {"multiplyer": 2}})
        assert found["presence.night_watch.multiplyer"].expected == "multiplier"

    def test_a_key_near_nothing_is_answered_with_all_there_are(self) -> None:
        assert problems(bot={"zzz": 2})["bot.zzz"].expected == "one of username"

    def test_an_unknown_key_in_a_list_is_found_too(self) -> None:
        assert problems(channels=[{"domain": "a", "channel": "b", "chanel": "c"}])["channels.0.chanel"].expected == "channel"

    def test_everything_wrong_is_told_at_once(self) -> None:
        found = problems(admin={"owner_level": "high"}, onboarding={"welcome_wallet": -1}, economy={"timezone": "Mars/Base"}, rein={})
        assert set(found) == {"admin.owner_level", "onboarding.welcome_wallet", "economy.timezone", "rein"}

    def test_a_problem_tells_key_value_and_what_is_allowed(self) -> None:
        assert str(problems(admin={"owner_level": "high"})["admin.owner_level"]) == "admin.owner_level: high - expected a whole number"

    def test_a_secret_is_not_told_in_a_problem(self) -> None:
        assert "12345" not in str(problems(nats={"servers": ["nats://a"], "password": 12345})["nats.password"])

    def test_a_password_in_an_address_is_not_told_in_a_problem(self) -> None:
        assert "hunter2" not in str(problems(nats={"servers": ["http://me:hunter2@host"]})["nats.servers.0"])

    @pytest.mark.parametrize("missing", ["nats", "channels"])
    def test_there_is_no_economy_without_a_server_and_a_channel(self, missing: str) -> None:
        assert missing in problems(yaml.safe_dump({key: value for key, value in LEAST.items() if key != missing}))

    def test_a_server_of_the_operators_needs_an_address(self) -> None:
        assert "nats" in problems(nats={"user": "economy"})

    @pytest.mark.parametrize("channel", ["https://cytu.be/r/lounge", "r/lounge", "lounge:1", "my lounge"])
    def test_an_address_is_no_channels_name(self, channel: str) -> None:
        found = problems(channels=[{"domain": "cytu.be", "channel": channel}])
        assert "after /r/" in found["channels.0.channel"].expected

    @pytest.mark.parametrize("domain", ["https://cytu.be", "cytu.be/r/lounge", "cytu.be:", "cytu be"])
    def test_an_address_with_more_than_host_and_port_is_no_domain(self, domain: str) -> None:
        assert "such as cytu.be" in problems(channels=[{"domain": domain, "channel": "lounge"}])["channels.0.domain"].expected

    def test_a_domain_may_have_a_port(self) -> None:
        assert settings(channels=[{"domain": "localhost:8080", "channel": "lounge"}]).channels[0].domain == "localhost:8080"

    @pytest.mark.parametrize(("port", "odd"), [(65_528, False), (65_529, True)])
    def test_a_port_that_leaves_no_room_for_all_services_is_odd(self, port: int, odd: bool) -> None:
        assert any("metrics.port" in warning for warning in warnings(metrics={"port": port})) is odd

    def test_channels_that_subjects_cannot_tell_apart_are_refused(self) -> None:
        found = problems(channels=[{"domain": "cytu.be", "channel": "My.Lounge"}, {"domain": "cytu.be", "channel": "mylounge"}])
        assert "My.Lounge" in found["channels"].expected

    @pytest.mark.parametrize("channel", ["", "  ", "***", "a\tb", "@"])
    def test_a_channel_that_fits_no_subject_is_refused(self, channel: str) -> None:
        assert "channels.0.channel" in problems(channels=[{"domain": "cytu.be", "channel": channel}])

    @pytest.mark.parametrize("section", ["presence", "streaks", "ranks", "achievements", "service"])
    def test_an_empty_section_is_refused_as_in_the_older_program(self, section: str) -> None:
        assert section in problems(**{section: None})

    def test_rank_zero_never_makes_an_administrator(self) -> None:
        assert "admin.owner_level" in problems(admin={"owner_level": 0})

    def test_bounds_for_a_stream_that_there_is_not_are_refused(self) -> None:
        assert "streams.ECONOMY_EVENT" in problems(streams={"ECONOMY_EVENT": {"max_bytes": 2**30}})

    def test_bounds_for_every_stream_are_accepted(self) -> None:
        names = [stream.name for stream in subjects.streams(())]
        assert set(settings(streams={name: {"max_age_days": 2} for name in names}).streams) == set(names)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "- a\n- b",
            "nats: [",
            "a: &a [*a]",
            "x: 2026-13-45",
            "{" * 5000,
            "[" * 400 + "]" * 400,
            "? [a, b]\n: c",
            "a: !!python/name:os.system x",
            "\0",
        ],
    )
    def test_what_is_no_configuration_is_a_problem_and_no_crash(self, text: str) -> None:
        assert problems(text)

    def test_a_file_that_unfolds_into_millions_of_values_is_refused(self) -> None:
        bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
            f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)
        )
        assert problems(bomb)

    @pytest.mark.parametrize("value", [".inf", "-.inf", ".nan", "99999999999999999999", '"\\ud800"', "!!set {a}", "!!binary aGk="])
    def test_values_that_json_cannot_carry_are_refused_also_where_nothing_reads_them(self, value: str) -> None:
        assert "gambling.x" in problems(yaml.safe_dump(LEAST) + f"gambling: {{x: {value}}}\n")

    def test_a_file_that_is_not_there_is_a_problem(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="can be read"):
            load(tmp_path / "none.yaml")

    def test_a_file_that_is_no_utf8_is_a_problem(self, tmp_path: Path) -> None:
        path = tmp_path / "config.yaml"
        path.write_bytes(b"currency: {name: \xff}")
        with pytest.raises(ConfigError, match="UTF-8"):
            load(path)

    def test_a_file_without_end_is_a_problem(self) -> None:
        with pytest.raises(ConfigError, match="at most"):
            load(Path("/dev/zero"))


class TestWhatIsOdd:
    def test_a_key_that_stands_twice_is_told_and_the_last_one_counts(self) -> None:
        given, told = read(yaml.safe_dump(LEAST) + "currency: {name: A}\ncurrency: {name: B}\n", {})
        assert given.currency.name == "B"
        assert [warning for warning in told if "currency stands twice" in warning]

    @pytest.mark.parametrize(
        ("section", "values", "key"),
        [
            ("presence", {"hourly_milestones": {25: 10}}, "presence.hourly_milestones.25"),
            ("presence", {"night_watch": {"hours": [24]}}, "presence.night_watch.hours"),
            ("presence", {"night_watch": {"multiplier": 0.5}}, "presence.night_watch.multiplier"),
            ("presence", {"join_debounce_minutes": 90, "greeting_absence_minutes": 100}, "presence.join_debounce_minutes"),
            ("presence", {"greeting_absence_minutes": 1}, "presence.greeting_absence_minutes"),
            ("bot", {"username": "not a name"}, "bot.username"),
            ("currency", {"name": ""}, "currency.name"),
            ("admin", {"owner_level": 1}, "admin.owner_level"),
            ("commands", {"rate_limit_per_minute": 0}, "commands.rate_limit_per_minute"),
            ("eligibility", {"min_cytube_rank": 6}, "eligibility.min_cytube_rank"),
            ("onboarding", {"welcome_message": "Hello {user}"}, "onboarding.welcome_message"),
            ("nats", {"embedded": True, "servers": ["nats://0.0.0.0:4222"]}, "nats.servers"),
            ("presence", {"posting_interval_minutes": 5}, "presence.posting_interval_minutes"),
            ("announcements", {"templates": {"rank_up": "{usr} is {rank}"}}, "announcements.templates.rank_up"),
            ("ranks", {"tiers": [{"name": "A", "min_lifetime_earned": 1}]}, "ranks.tiers.0.min_lifetime_earned"),
            ("ranks", {"tiers": [{"name": "A", "min_lifetime_earned": 0}] * 2}, "ranks.tiers.1.min_lifetime_earned"),
            ("ranks", {"tiers": []}, "ranks.tiers"),
            ("service", {"health_port": 80}, "service.health_port"),
        ],
    )
    def test_what_is_odd_but_not_wrong_is_told(self, section: str, values: dict[str, Any], key: str) -> None:
        assert key in [warning.split(": ")[0] for warning in warnings(**{section: values})]


class TestWhatIsPublished:
    def test_no_connection_settings_are_published(self) -> None:
        assert not {"nats", "channels", "service", "metrics", "database", "log_level", "streams"} & set(published(load(OLDER, {}).settings))

    def test_no_secret_is_published_however_deep_it_stands(self) -> None:
        deep = {"race": {"commentary": {"llm": {"api_key": "hidden-1", "model": "m", "max_tokens": 9}}}}
        sent = published(settings(gambling=deep, mediacms={"api_token": "hidden-3", "base_url": "https://me:hidden-4@media.example.com/"}))
        assert "hidden-" not in json.dumps(sent)
        assert sent["mediacms"]["base_url"] == "https://media.example.com/"
        assert sent["gambling"]["race"]["commentary"]["llm"]["max_tokens"] == 9

    def test_what_is_published_comes_back_as_the_same_rules(self) -> None:
        given = load(OLDER, {}).settings
        back = rules(json.loads(json.dumps(published(given))))
        assert published(Settings.model_validate({**LEAST, **back.model_dump()})) == published(given)

    def test_the_same_rules_have_the_same_version_however_the_file_is_ordered(self) -> None:
        first = settings(bot={"username": "A"}, presence={"afk_threshold_minutes": 3, "base_rate_per_minute": 2})
        second = settings(presence={"base_rate_per_minute": "2", "afk_threshold_minutes": 3.0}, bot={"username": "A"})
        assert version(published(first)) == version(published(second))

    def test_another_rule_is_another_version(self) -> None:
        assert version(published(settings())) != version(published(settings(bot={"username": "A"})))

    def test_another_password_is_not_another_version(self) -> None:
        other = settings(nats={"servers": ["nats://elsewhere"], "password": "x"})
        assert version(published(settings())) == version(published(other))

    def test_keys_of_another_version_of_the_program_are_passed_over(self) -> None:
        sent = published(settings())
        sent["presence"]["from_the_future"] = 1
        assert rules({**sent, "a_section_of_the_future": {}}).presence.base_rate_per_minute == 1

    def test_rules_that_cannot_be_are_a_configuration_error(self) -> None:
        with pytest.raises(ConfigError):
            rules({"presence": {"base_rate_per_minute": "lots"}})

    @pytest.mark.parametrize(
        "key", ["password", "token", "api_token", "api_key", "apiKey", "API_KEY", "client-secret", "secret", "llm_password", "auth_keys"]
    )
    def test_a_secret_is_known_by_its_name(self, key: str) -> None:
        assert is_secret(key)

    @pytest.mark.parametrize("key", ["max_tokens", "tokens", "key", "monkey", "max_messages", "secretary", "passing", "author"])
    def test_other_keys_are_no_secrets(self, key: str) -> None:
        assert not is_secret(key)


class TestTexts:
    def test_values_go_into_their_places(self) -> None:
        assert fill("{amount} {currency}!", amount=5, currency="Z") == "5 Z!"

    @given(st.text(alphabet="{}amount 0!.[]:\\"))
    def test_no_text_of_an_operator_makes_it_fail(self, text: str) -> None:
        assert isinstance(fill(text, amount=1), str)


KEYS = st.sampled_from(
    [*Settings.model_fields, "embedded", "servers", "domain", "channel", "hours", "night_watch", "ECONOMY_RAW", "api_key"]
)
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.dates() | st.binary(max_size=4) | st.just("${X:-5}")
)
JUNK = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.integers() | st.none() | st.booleans(), inner, max_size=4),
    max_leaves=20,
)


@settings_of_hypothesis(deadline=None)
@given(st.dictionaries(KEYS, JUNK, max_size=8))
def test_any_mapping_loads_and_can_be_published_or_is_a_configuration_error(tree: dict[Any, Any]) -> None:
    try:
        given, _ = read(yaml.dump({**LEAST, **tree}), {})
    except ConfigError:
        return
    sent = published(given)
    assert published(Settings.model_validate({**LEAST, **json.loads(json.dumps(sent))})) == sent


@given(st.text(max_size=200))
def test_any_text_that_is_no_mapping_is_a_configuration_error(text: str) -> None:
    with pytest.raises(ConfigError):
        read(text, {})
