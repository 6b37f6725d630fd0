"""Public lines in words: the configured ones, else our own; which of them are said at all, and which several are said as one."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from libs.common.config import Rules, fill
from libs.common.config.announcements import Templates

log = structlog.get_logger()

GATES: Final[Mapping[str, str | None]] = {
    "queue": "queue_purchase",
    "now_playing_credit": "now_playing_credit",
    "jackpot": "gambling_jackpot",
    "flip_win": None,
    "free_spin_win": None,
    "spin_win": None,
    "challenge_win": "challenge_result",
    "heist_result": "heist_result",
    "rank_up": "rank_promotion",
    "streak": "streak_milestone",
    "achievement": "achievement_milestone",
    "daily_champion": "daily_champion",
    "daily_champions": "daily_champion",
    "greeting": "custom_greeting",
    "rain": "rain_drop",
    "shoutout": None,
    "bounty": None,
    "bounty_won": None,
    "bounty_expired": None,
    "event_begins": None,
    "event_begins_rain": None,
    "event_begins_plain": None,
    "event_ends": None,
    "off_peak_begins": None,
    "holiday_begins": None,
}
"""Every public line, and the key of `announcements` that switches it off; None: nothing does."""

_OURS: Final[Mapping[str, str]] = {
    "achievement": "{user} earned the badge {badge}!",
    "daily_champion": "Yesterday's {title}: {user} wins {amount} {currency}.",
    "daily_champions": "Yesterday's {title}: {user} win {amount} {currency} together.",
    "heist_result": "{result}",
    "spin_win": "{user} spins and wins {amount} {currency}.",
    "shoutout": "{user} says: {text}",
    "bounty": "{user} offers {amount} {currency} for: {text} (bounty {number})",
    "bounty_won": "{user} earned the {amount} {currency} that {creator} offered for: {text}",
    "bounty_expired": "Nobody earned your bounty {number} of {total} in time: {text}. {amount} {currency} came back to you.",
    "event_begins": "{name} has begun! For {span}, what you earn counts x{factor}.",
    "event_begins_rain": "{name} has begun! For {span}, rain counts x{factor}.",
    "event_begins_plain": "{name} has begun, for {span}.",
    "event_ends": "{name} is over. Thank you for being here!",
    "off_peak_begins": "Quiet hours have begun: for {span}, what you earn counts x{factor}.",
    "holiday_begins": "{name} is here: all day long, what you earn counts x{factor}.",
    **{name: str(field.default) for name, field in Templates.model_fields.items()},
}
"""The words where nobody configured any, or where what is configured does not work."""

_TOGETHER: Final = frozenset({"rank_up", "streak", "achievement"})
"""Lines whose users are named together, where nothing else differs."""
_ONE_AFTER_ANOTHER: Final = frozenset({"greeting"})
"""Lines that go behind one another in one message, whatever they say."""
_JOINT: Final = " | "
_PLACE: Final = re.compile(r"\{([^{}]*)\}")

Value = str | int


class UnknownLineError(ValueError):
    """A public line nobody gave words to: a writer newer than this announcer."""


@dataclass(frozen=True, slots=True)
class Words:
    """What is to be said."""

    text: str
    batch: str | None = None
    """Lines with the same one here may be said as one."""
    template: str = ""
    values: Mapping[str, Value] | None = None
    """What fills the template where several users are named together."""


class Lines:
    """The words in force under one configuration."""

    def __init__(self, rules: Rules) -> None:
        """Take the configuration."""
        self._section = rules.announcements
        self._currency = rules.currency
        self._templates: dict[str, str] = {**_OURS, **rules.announcements.templates.model_dump()}
        self._warned: set[str] = set()

    def is_open(self, line: str, values: Mapping[str, Value]) -> bool:
        """Tell whether a public line is said at all."""
        gate = GATES.get(line)
        if gate is not None and not getattr(self._section, gate):
            return False
        amount = values.get("amount")
        return not (line == "jackpot" and isinstance(amount, int) and amount < self._section.jackpot_min_amount)

    def words(self, line: str, values: Mapping[str, Value]) -> Words:
        """Put a public line into words. A configured text that does not work gives way to ours.

        Raises:
            UnknownLineError: there are no words for it.
        """
        if line not in self._templates:
            raise UnknownLineError(f"no words for a public line called {line!r}")
        shown = {name: f"{value:,}" if isinstance(value, int) else value for name, value in self._complete(values).items()}
        template = self._working(line, shown)
        text = fill(template, **shown)
        if line in _ONE_AFTER_ANOTHER:
            return Words(text, batch=line)
        if line in _TOGETHER and "user" in shown:
            rest = sorted((name, value) for name, value in shown.items() if name != "user")
            return Words(text, f"{line}:{template}:{rest}", template, shown)
        return Words(text)

    def _complete(self, values: Mapping[str, Value]) -> Mapping[str, Value]:
        minutes = values.get("minutes")
        if isinstance(minutes, int):
            values = {**values, "span": span(minutes)}
        if "currency" in values:
            return values
        one = 1 in {values.get("amount"), values.get("cost")}
        return {**values, "currency": self._currency.name if one else self._currency.plural}

    def _working(self, line: str, values: Mapping[str, Value]) -> str:
        template = self._templates[line]
        strangers = sorted({place for place in _PLACE.findall(template) if place not in values})
        if not strangers:
            return template
        if line not in self._warned:
            self._warned.add(line)
            cure = f"change announcements.templates.{line}, then reload"
            log.warning("a public line's text does not work, ours is said", line=line, unknown=", ".join(strangers), cure=cure)
        return _OURS.get(line, template)


def together(several: Sequence[Words]) -> str:
    """Give the text of lines that are said as one: those of one batch."""
    first = several[0]
    if first.values is None:
        return _JOINT.join(dict.fromkeys(words.text for words in several))
    users = list(dict.fromkeys(str((words.values or {})["user"]) for words in several))
    return fill(first.template, **{**first.values, "user": names(users)})


def names(users: Sequence[str]) -> str:
    """Enumerate names: `a`, `a and b`, `a, b and c`."""
    if len(users) == 1:
        return users[0]
    return f"{', '.join(users[:-1])} and {users[-1]}"


def span(minutes: int) -> str:
    """Give a span of time: `45 minutes`, `2 hours`, `1 hour 30 minutes`."""
    hours, rest = divmod(minutes, 60)
    parts = [f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in ((hours, "hour"), (rest, "minute")) if count]
    return " ".join(parts) or "a moment"
