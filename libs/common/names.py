"""User names: when two are the same person, and when one is a person at all."""

import re

_VALID = re.compile(r"[A-Za-z0-9_-]{1,20}", re.ASCII)


def fold(username: str) -> str:
    """Give the form under which an account is found: CyTube names differ in more than case, or not at all."""
    return username.casefold()


def is_valid(username: str) -> bool:
    """Tell whether CyTube could have given this name to a viewer (1 to 20 letters, digits, `_`, `-`)."""
    return _VALID.fullmatch(username) is not None
