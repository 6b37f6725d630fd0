"""The example configuration, and the reference of every key: both from the models and the words under their fields."""

import textwrap
from collections.abc import Iterator
from typing import Any

import yaml

from docs.generate.models import COMMON, bounds, inner, is_list, kind, meaning, summary
from libs.common.config import Rules, Settings
from libs.common.config.effect import NOT_BUILT, WITHOUT_EFFECT, reason
from libs.common.config.loading import USUAL
from libs.common.config.section import Section

WIDTH = 140
CONNECTION = ("nats", "channels", "service", "metrics", "log_level", "database", "streams")
"""The sections that each process reads from its own file at its start."""
RULES = tuple(name for name in Rules.model_fields if name not in CONNECTION)

HEAD = """\
kryten-economy: all that you can set. Copy this file to config.yaml and change what you like.

Every key but nats and channels may be left out; the values here are the defaults, except where a comment says otherwise.
${NAME} in a value is taken from the environment; ${NAME:-something} is `something` where NAME is not set.
A key nobody knows is refused, with the nearest one that is known. `kryten-economy check` tells what it thinks of your file.
A file of the older kryten-economy is accepted, but for what CHANGELOG.md names; sections marked `Not built yet` change nothing so far."""

FIRST = "Connection: read by each process at its start; changes need a restart"
SECOND = "The economy: changes take effect at once, everywhere, on a reload"

SHOWN: dict[str, tuple[Any, str]] = {
    "nats.embedded": (True, "Default: false."),
    "nats.servers": (["nats://127.0.0.1:4222"], ""),
    "channels": ([{"domain": "cytu.be", "channel": "mychannel"}], ""),
    "metrics.host": ("127.0.0.1", "Default: 0.0.0.0, which is all of them."),
}
"""Where the example differs from the defaults, and what it says about that."""

SAMPLES: dict[str, str] = {
    "nats.monitoring_url": "http://127.0.0.1:8222",
    "nats.user": "economy",
    "nats.password": "${NATS_PASSWORD}",
    "nats.token": "${NATS_TOKEN}",
    "nats.tls_cert": "/etc/kryten/economy.pem",
    "nats.tls_key": "/etc/kryten/economy.key",
    "nats.tls_ca": "/etc/kryten/ca.pem",
    "streams": "ECONOMY_EVENTS: {max_bytes: 536870912, max_age_days: 30}",
    "ignored_users": "- NepBot",
    "achievements": "- {id: talker, description: A thousand lines, condition: {type: lifetime_messages, threshold: 1000}, reward: 500}",
    "daily_competitions": (
        "- {id: chatterbox, description: Fifty lines in a day, "
        "condition: {type: daily_threshold, field: messages_sent, threshold: 50}, reward: 20}"
    ),
    "multipliers.scheduled_events": "- {name: Film night, cron: 0 20 * * 5, duration_hours: 4, multiplier: 2, presence_bonus: 500}",
    "spending.blackout_windows": "- {name: Film night, cron: 0 20 * * 5, duration_hours: 4}",
    "vanity_shop.chat_color.protected_users": "- SomeModerator",
    "gambling.heist.narrative.custom_join_lines": '- "{user} brings a ladder."',
    "gambling.race.racer_names.extra_names": "- Lightning Lou",
}
"""What might stand where nothing does by default."""


def pages() -> Iterator[tuple[str, str]]:
    """Give the example and the reference."""
    yield "config.example.yaml", example()
    yield "docs/reference/configuration.md", reference()


# --- The example ------------------------------------------------------------------------------------------------------------------------


def example() -> str:
    """Give the example configuration."""
    lines = _comment(HEAD, 0)
    for title, names in ((FIRST, CONNECTION), (SECOND, RULES)):
        lines += ["", f"# --- {title} ".ljust(WIDTH, "-")]
        for name in names:
            lines += ["", *_key(Settings, name, name, 0)]
    return "\n".join(lines) + "\n"


def _key(section: type[Section], name: str, path: str, depth: int) -> Iterator[str]:
    """Give one key with its comment, and all that stands under it."""
    field = section.model_fields[name]
    below = inner(field.annotation)
    single = below is not None and not is_list(field.annotation) and path != "streams"
    words = meaning(section, name) or (summary(below) if below and (single or depth == 0) else "")
    value, differs = SHOWN.get(path, (_usual(path), ""))
    if value is None and path not in SAMPLES and name != "category":
        return  # keys of other programs, accepted and of no use here
    yield from _comment(" ".join(filter(None, (words.replace("`", ""), differs, _note(path)))), depth)
    pad = "  " * depth
    if single and below is not None:
        yield f"{pad}{name}:"
        for inside in below.model_fields:
            yield from _key(below, inside, f"{path}.{inside}", depth + 1)
    elif path in SAMPLES and not value:
        yield f"{pad}# {name}: {SAMPLES[path]}" if value is None else f"{pad}{name}: {_flow(value)}"
        if value is not None:
            yield f"{pad}#  {SAMPLES[path]}"
    else:
        yield from _value(name, value, pad)


def _value(name: str, value: Any, pad: str) -> Iterator[str]:
    if isinstance(value, dict) and value:
        yield f"{pad}{name}:"
        yield from (f"{pad}  {key}: {_flow(each)}" for key, each in value.items())
    elif isinstance(value, list) and value and isinstance(value[0], str | dict):
        yield f"{pad}{name}:"
        for row in value:
            if isinstance(row, dict) and len(row) == 1:  # a list within a list
                (inside, rows), *_ = row.items()
                yield f"{pad}  - {inside}:"
                yield from (f"{pad}      - {_flow(each)}" for each in rows)
            else:
                yield f"{pad}  - {_flow(row)}"
    else:
        yield f"{pad}{name}: {_flow(value)}"


def _usual(path: str) -> Any:
    """Give the default of a key as plain values; of the rows in a list only what differs from a row's own defaults."""
    *above, name = path.split(".")
    at: Any = USUAL
    for part in above:
        at = getattr(at, part)
    rows = is_list(type(at).model_fields[name].annotation)
    return at.model_dump(mode="json", include={name}, exclude_defaults=False)[name] if not rows else _rows(getattr(at, name))


def _rows(values: tuple[Any, ...]) -> list[Any]:
    return [each.model_dump(mode="json", exclude_defaults=True) if isinstance(each, Section) else each for each in values]


def _flow(value: Any) -> str:
    """Give a value on one line."""
    text = yaml.safe_dump(_plain(value), default_flow_style=True, allow_unicode=True, sort_keys=False, width=10_000)
    return text.removesuffix("\n").removesuffix("\n...").strip()


def _plain(value: Any) -> Any:
    """Give whole numbers as such."""
    match value:
        case float() if value.is_integer():
            return int(value)
        case dict():
            return {int(key) if str(key).isdecimal() else key: _plain(each) for key, each in value.items()}
        case list():
            return [_plain(each) for each in value]
    return value


def _comment(text: str, depth: int) -> list[str]:
    pad = "  " * depth
    lines = [line for paragraph in text.splitlines() for line in (textwrap.wrap(paragraph, WIDTH - len(pad) - 2) or [""])]
    return [f"{pad}# {line}".rstrip() for line in lines]


def _note(path: str) -> str:
    if path in WITHOUT_EFFECT:
        return f"No effect: {WITHOUT_EFFECT[path]}."
    return "Not built yet." if path in NOT_BUILT else ""


# --- The reference ----------------------------------------------------------------------------------------------------------------------

TITLE = """\
# Configuration

Every key, by section. [`config.example.yaml`](../../config.example.yaml) shows them all at their defaults; `kryten-economy check` tells
what it thinks of your file, and what comes back of the stakes in each game. This page is made from the code: `make docs`.

- A key nobody knows is an error, told with the nearest one that is known. So is what cannot be, or would make or lose coins without bound.
  What is merely odd is a warning.
- `${NAME}` in a value is taken from the environment, `${NAME:-something}` is `something` where NAME is not set. One that is not set and has
  no default is empty, and named in a warning.
- A list in the file replaces the whole default list.
- Amounts are whole coins unless a number may have a fraction. Chances and parts of a whole are 0 to 1, unless the key says per cent."""

COLUMNS = ["| Key | Type | Default | Meaning |", "|---|---|---|---|"]


def reference() -> str:
    """Give the page that explains every key."""
    lines = [TITLE]
    for title, names in ((FIRST, CONNECTION), (SECOND, RULES)):
        lines += ["", f"## {title}"]
        for name in names:
            lines += ["", *_section(name)]
    lines += ["", "## Keys without effect", "", "Accepted, since files of the older program hold them.", "", "| Key | Why |", "|---|---|"]
    lines += [f"| `{key}` | {why} |" for key, why in sorted(WITHOUT_EFFECT.items())]
    return "\n".join(lines) + "\n"


def _section(name: str) -> Iterator[str]:
    field = Settings.model_fields[name]
    below = inner(field.annotation)
    yield f"### `{name}`"
    yield ""
    words = meaning(Settings, name) or (summary(below) if below else "")
    yield " ".join(filter(None, (words, "Not built yet: kept, and changing nothing." if name in NOT_BUILT else "")))
    yield ""
    yield from COLUMNS
    if below is not None:
        prefix = f"{name}.<stream>" if name == "streams" else f"{name}[]" if is_list(field.annotation) else name
        yield from _table(below, prefix)
    else:
        yield _row(Settings, name, name)


def _table(section: type[Section], prefix: str) -> Iterator[str]:
    for name, field in section.model_fields.items():
        path, below = f"{prefix}.{name}", inner(field.annotation)
        if below is None or is_list(field.annotation):
            yield _row(section, name, path)
        if below is not None:
            yield from _table(below, f"{path}[]" if is_list(field.annotation) else path)


def _row(section: type[Section], name: str, path: str) -> str:
    field = section.model_fields[name]
    types = ", ".join(filter(None, (kind(field.annotation), bounds(field))))
    idle = reason(path)
    words = f"No effect: {idle}." if idle else meaning(section, name) or COMMON.get(name, "")
    cells = (f"`{path}`", types, _default(section, name), words)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _default(section: type[Section], name: str) -> str:
    field = section.model_fields[name]
    if field.is_required():
        return "(must be given)"
    if field.default is None:
        return "none"
    if is_list(field.annotation) and inner(field.annotation):
        return "see the example" if field.default else "none"
    # Put through the model, so that it reads as it would in a file.
    value = section.model_construct().model_dump(mode="json", include={name}, warnings=False)[name]
    return f"`{_flow(value)}`" if value not in ("", [], {}) else "none" if value != "" else "empty"
