"""From a file to settings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from libs.common.config.connection import Channel, Nats
from libs.common.config.effect import idle
from libs.common.config.problems import ConfigError, Problem, problems_of
from libs.common.config.reading import LONGEST_FILE_BYTES, Reading, environment, parse
from libs.common.config.section import Section
from libs.common.config.settings import Settings
from libs.common.config.texts import Places, strangers

USUAL = Settings(nats=Nats(embedded=True), channels=(Channel(domain="cytu.be", channel="any"),))
"""The defaults, whole."""
PLACES = (Path("/etc/kryten/kryten-economy/config.yaml"), Path("config.yaml"))
"""Where the configuration is looked for when nobody names one, as in the older program."""


@dataclass(frozen=True)
class Config:
    """A configuration that can be used."""

    settings: Settings
    path: Path
    warnings: list[str]
    """What is odd about it: unset variables, keys without effect, values that will surprise."""


def locate(given: Path | None = None) -> Path:
    """Give the file that was named, else the first of `PLACES` that is there.

    Raises ConfigError when there is none.
    """
    if given is not None:
        return given
    for place in PLACES:
        if place.is_file():
            return place
    raise ConfigError([Problem("", "", f"a configuration: name one with --config, or put it at {' or '.join(map(str, PLACES))}")])


def load(path: Path, variables: Mapping[str, str] | None = None) -> Config:
    """Read and check a file; `variables` stands in for the process's environment.

    Raises ConfigError with all that is wrong, and nothing else.
    """
    settings, warnings = read(_contents(path), variables)
    return Config(settings, path, warnings)


def read(text: str, variables: Mapping[str, str] | None = None) -> tuple[Settings, list[str]]:
    """As `load`, from a text. Gives the settings and the warnings.

    Raises ConfigError.
    """
    reading = Reading(environment() if variables is None else variables)
    values = parse(text, reading)
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        raise ConfigError(problems_of(error, Settings)) from error
    return settings, [*reading.warnings, *_advice(settings), *idle(settings, USUAL)]


def _contents(path: Path) -> str:
    try:
        with path.open("rb") as file:
            contents = file.read(LONGEST_FILE_BYTES + 1)
        if len(contents) > LONGEST_FILE_BYTES:
            raise ConfigError([Problem("", str(path), f"a file of at most {LONGEST_FILE_BYTES} bytes")])
        return contents.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        reason = "UTF-8" if isinstance(error, UnicodeDecodeError) else f"a file that can be read ({error})"
        raise ConfigError([Problem("", str(path), reason)]) from error


def _advice(section: Section, prefix: str = "") -> Iterator[str]:
    """Collect the remarks of a section and of those within it."""
    yield from (f"{prefix}{key}: {remark}" for key, remark in section.advice())
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        for places in (each for each in field.metadata if isinstance(each, Places)):
            yield from (f"{prefix}{name}: {remark}" for remark in _strange(value, places))
        inner = enumerate(value) if isinstance(value, tuple) else ((None, value),)
        for index, each in inner:
            if isinstance(each, Section):
                yield from _advice(each, f"{prefix}{name}." if index is None else f"{prefix}{name}.{index}.")


def _strange(text: str, places: Places) -> Iterator[str]:
    known = " ".join(f"{{{name}}}" for name in places.names)
    for name in strangers(text, places.names):
        yield f"{{{name}}} stands for nothing here and will be said as it is; known: {known}"
