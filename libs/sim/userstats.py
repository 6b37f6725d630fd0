"""A small kryten-userstats beside the simulated room: who is who under another name, for `alias.find`, `alias.list` and `alias.get`."""

import json
from typing import Any, Final

ALIASES: Final[dict[str, tuple[str, ...]]] = {"Dmitri": ("dima", "frank99"), "Greta": ("gretchen",)}
"""The regulars' other names. Two of them are one person, who can't tip himself."""


def answer(body: bytes) -> dict[str, Any] | None:
    """Answer one request; None for what it does not know, as the real one is silent then."""
    try:
        request = json.loads(body)
        command = request["command"]
    except (ValueError, KeyError, TypeError):
        return None
    data: dict[str, Any]
    match command:
        case "alias.find":
            name = str(request.get("alias", ""))
            owner = next((owner for owner, names in ALIASES.items() if name.lower() in names), None)
            data = {"alias": name, "username": owner, "found": owner is not None}
        case "alias.get":
            name = str(request.get("username", ""))
            found = ALIASES.get(name, ())
            data = {"username": name, "aliases": list(found), "count": len(found)}
        case "alias.list":
            aliases = {owner: list(names) for owner, names in ALIASES.items()}
            data = {"aliases": aliases, "total_users": len(aliases), "total_aliases": sum(map(len, ALIASES.values()))}
        case _:
            return None
    return {"service": "userstats", "command": command, "success": True, "data": data}
