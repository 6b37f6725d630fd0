"""What a line says, read as the rules put it."""

import re
from urllib.parse import urlsplit

NAME = r"[A-Za-z0-9_-]"
LINK = re.compile(r"https?://\S+", re.IGNORECASE)
LAUGHS = re.compile(
    r"l+o+l+(?:o+l+)*|l+m+a+o+|l+m+f+a+o+|r+o+f+l+|h+a+(?:h+a+)+|h+e+(?:h+e+)+|j+a+(?:j+a+)+|k+e+k+|x+d+", re.ASCII | re.IGNORECASE
)
FACES = "💀😂🤣😆😹"
FEW_WORDS = 3


def is_name(text: str) -> bool:
    """Tell whether CyTube could have given this name."""
    return re.fullmatch(NAME + "{1,20}", text, re.ASCII) is not None


def length(text: str) -> int:
    """Give the length that counts: white space once, any character three times in a row at most."""
    return len(re.sub(r"(.)\1{3,}", r"\1\1\1", " ".join(text.split()), flags=re.DOTALL))


def is_laugh(text: str) -> bool:
    """Tell whether a line laughs: a word of laughter somewhere, a face, or `dead` in a few words."""
    if any(face in text for face in FACES):
        return True
    words = re.findall(r"\w+", text)
    if any(LAUGHS.fullmatch(word) for word in words):
        return True
    return len(text.split()) <= FEW_WORDS and any(word.lower() == "dead" for word in words)


def praised(text: str) -> list[str]:
    """Give the folded names in `name++`, each once."""
    found = re.findall(rf"(?:^|(?<=\s))@?({NAME}{{1,20}})\+\+(?=$|[^\w+])", text, re.ASCII)
    return list(dict.fromkeys(name.casefold() for name in found))


def named(text: str) -> list[str]:
    """Give the folded words that could be names and are no praise, each once; links name nobody."""
    found = re.findall(rf"({NAME}+)(?!{NAME})(?!\+\+(?:$|[^\w+]))", LINK.sub(" ", text), re.ASCII)
    return list(dict.fromkeys(word.casefold() for word in found))


def has_gif(text: str) -> bool:
    """Tell whether a line links a moving picture."""
    for link in LINK.findall(text):
        parts = urlsplit(link)
        host = (parts.hostname or "").lower()
        if parts.path.lower().endswith((".gif", ".gifv")) or re.search(r"(^|\.)(giphy|tenor)\.com$", host):
            return True
    return False
