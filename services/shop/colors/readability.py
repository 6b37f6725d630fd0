"""How well a color can be read in a dark room's chat, and the nearest one that can.

The score is the APCA contrast (APCA-W3 0.1.9) against the background, less where a color has little green and blue: pure red and dark
blue glow, but their letters blur.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from libs.common.config.shop import ChatColor

if TYPE_CHECKING:
    from coloraide import Color

Level = Literal["ok", "warn", "reject"]

_EXPONENT: Final = 2.4
_WEIGHTS: Final = (0.2126729, 0.7151522, 0.0721750)
_BLACK_THRESHOLD, _BLACK_EXPONENT = 0.022, 1.414
_DARK_ON_LIGHT: Final = (0.56, 0.57)
"""Exponents of background and text."""
_LIGHT_ON_DARK: Final = (0.65, 0.62)
_SCALE, _OFFSET, _LOW_CLIP, _SAME = 1.14, 0.027, 0.1, 0.0005
_BLUR_FREE: Final = 160
"""So much green and blue together is enough."""
_STEPS: Final = 50


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be said of a color."""

    color: str
    """`#RRGGBB`."""
    lc: float
    """Its contrast, without a sign."""
    score: float
    level: Level


def parse(text: str) -> str | None:
    """Read six hex digits, with `#` or without, or one of CSS's names; give `#RRGGBB`, None where it is neither."""
    word = text.strip()
    if len(word) == 6 and all(digit in "0123456789abcdefABCDEF" for digit in word):  # noqa: PLR2004 - RRGGBB
        word = f"#{word}"
    elif word.startswith("#"):
        if len(word) != 7:  # noqa: PLR2004 - no short forms, and none that can be seen through
            return None
    else:
        word = "".join(word.split()).lower()
        if not word.isascii() or not word.isalpha():
            return None
    try:
        color = _color(word)
    except ValueError:
        return None
    return None if color.alpha() < 1 else _hex(color)


def contrast(text: str, background: str) -> float:
    """Give APCA's Lc of a text color on a background, both `#RRGGBB`: positive for dark on light, negative for light on dark."""
    front, back = _luminance(text), _luminance(background)
    if abs(back - front) < _SAME:
        return 0.0
    if back > front:
        power_back, power_front = _DARK_ON_LIGHT
        found = (back**power_back - front**power_front) * _SCALE
        return 0.0 if found < _LOW_CLIP else (found - _OFFSET) * 100
    power_back, power_front = _LIGHT_ON_DARK
    found = (back**power_back - front**power_front) * _SCALE
    return 0.0 if found > -_LOW_CLIP else (found + _OFFSET) * 100


def judge(color: str, section: ChatColor) -> Verdict:
    """Judge a color `#RRGGBB` by the configured thresholds."""
    lc = abs(contrast(color, section.contrast_bg))
    _, green, blue = _channels(color)
    score = round(lc * min(green + blue, _BLUR_FREE) / _BLUR_FREE, 1)
    level: Level = "reject" if score < section.min_contrast_lc else "warn" if score < section.warn_contrast_lc else "ok"
    return Verdict(color, round(lc, 1), score, level)


def nearest(color: str, section: ChatColor) -> str | None:
    """Give the color with as little white (or black) mixed in as makes it read well; None where none of its kind does."""
    for step in range(1, _STEPS + 1):
        for mixed_in in ("white", "black"):
            mixed = _hex(_color(color).mix(mixed_in, step / _STEPS, space="oklab"))
            if judge(mixed, section).level == "ok":
                return mixed
    return None


def _color(text: str) -> "Color":
    """Read a color.

    Raises ValueError.
    """
    from coloraide import Color  # noqa: PLC0415 - a tenth of a second and 5 MiB, of no use until somebody chooses a color

    return Color(text)


def _hex(color: "Color") -> str:
    return color.convert("srgb").fit().to_string(hex=True, upper=True)


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _luminance(color: str) -> float:
    """Give APCA's own estimate of a screen's light: a plain power of the channels, and a little light for black."""
    light: float = sum(weight * (channel / 255) ** _EXPONENT for weight, channel in zip(_WEIGHTS, _channels(color), strict=True))
    dark: float = max(_BLACK_THRESHOLD - light, 0.0)
    return light + float(dark**_BLACK_EXPONENT)
