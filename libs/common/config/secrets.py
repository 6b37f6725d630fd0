"""Which keys hold what must never be shown, logged or published."""

import re
from itertools import pairwise

_WORDS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
_SECRET_WORDS = {"apikey", "authorization", "credential", "credentials", "passphrase", "passwd", "password", "secret", "secrets", "token"}
_KEY_OF = {"access", "api", "auth", "encryption", "private", "secret", "signing"}
_LOGIN = re.compile(r"(?<=://)[^/@\s]+@")


def is_secret(key: str) -> bool:
    """Tell by its name whether a key holds a secret: `api_token`, `llmApiKey`, `client-secret`; not `max_tokens`."""
    words = [word.lower() for word in _WORDS.findall(key)]
    if any(word in _SECRET_WORDS for word in words):
        return True
    return any(first in _KEY_OF and second in {"key", "keys"} for first, second in pairwise(words))


def without_login(text: str) -> str:
    """Take user names and passwords out of the addresses in a text."""
    return _LOGIN.sub("", text)
