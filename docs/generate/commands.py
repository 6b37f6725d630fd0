"""The reference of the PM commands, from the registry."""

from collections.abc import Iterator
from typing import Any

from services.commands.handlers import COMMANDS
from services.commands.registry import SECTIONS, Command

HEAD = """\
# Commands by PM

Send one to the robot's account by private message. Upper or lower case, no prefix; what stands in brackets may be left out. `@` before a
name may be left out, and a name may be written in any case of letters. An amount is a whole number as Python writes one: `50`, `1_000`,
`+5`.
"""

TAIL = """\
## What holds for all

- Administrators are those of CyTube rank `admin.owner_level` (4) and above in the room. While nobody has told a sender's rank yet, a
  command that needs one asks for a moment's patience.
- `commands.rate_limit_per_minute` (10) messages a minute are answered; the first one over it earns a warning, the others silence.
  Administrators are exempt.
- Not answered: the robot itself, `ignored_users`, shadow-muted viewers, empty messages.
- Who is suspended (`ban`) is told so, whatever they ask; what needs an administrator works for a suspended one all the same.
- What moves coins, and `announce`, has no effect when it is older than `commands.max_age_seconds` (900) by the time it is read; its sender
  is told.
- What was sent while the economy was down is answered when it is back. Each command is carried out once, however often a process dies, and
  what was begun under one configuration is brought to its end whatever the next one says.
- `grant` opens an account where there is none, and says so; `deduct` and `set_balance` do not.
- `quiet` stops what comes by itself again and again: milestones, streaks, welcomes back, ranks, badges, prizes, rain, what events bring,
  and digests. It holds for one channel, until `unquiet`, with or without an account. The welcome, answers, and what others do with
  somebody's coins come all the same.
- `top` leaves out the robot and `ignored_users`. Its day, and the times of `history`, are those of `economy.timezone`.
- `reload` tells which keys have changed, which need a restart, and who is still catching up.

Other services ask by NATS: see [the API](api.md).
"""


def pages() -> Iterator[tuple[str, str]]:
    """Give the reference."""
    yield "docs/reference/commands.md", reference()


def reference() -> str:
    """Give the text."""
    return "\n".join([HEAD, *map(_section, SECTIONS), TAIL])


def _section(head: str) -> str:
    rows = [_row(command) for command in COMMANDS.commands if command.section == head]
    return "\n".join([f"## {head}", "", "| command | also | what it does |", "|---|---|---|", *rows, ""])


def _row(command: Command[Any]) -> str:
    return f"| `{command.usage}` | {', '.join(f'`{alias}`' for alias in command.aliases)} | {command.help} |"
