"""The configuration: one YAML file, one model file to a group of sections.

Takes a file and the environment; gives typed, immutable settings, or everything that is wrong with the file at once. Keeps nothing.

`load` reads a file; `published` and `version` are what ingest puts into a `Configuration` event; `rules` is what every other service makes
of that event.
"""

from libs.common.config.connection import Channel
from libs.common.config.loading import PLACES, Config, load, locate, read
from libs.common.config.problems import ConfigError, Problem
from libs.common.config.publishing import published, rules, version
from libs.common.config.settings import Rules, Settings
from libs.common.config.texts import fill

__all__ = [
    "PLACES",
    "Channel",
    "Config",
    "ConfigError",
    "Problem",
    "Rules",
    "Settings",
    "fill",
    "load",
    "locate",
    "published",
    "read",
    "rules",
    "version",
]
