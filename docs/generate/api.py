"""The reference of the API, from the table of its commands."""

from collections.abc import Iterator

from services.commands.api import COMMANDS
from services.commands.api.calls import ApiCommand
from services.commands.api.codes import ANYWHERE, MEANINGS
from services.commands.api.parameters import REQUEST_ID, Parameter

HEAD = """\
# The API: `kryten.economy.command`

Other kryten services ask the economy by request and reply on this subject. A request is one flat JSON object: `command`, and its
parameters. With kryten-py: `await client.economy_request(channel, command, parameters)`.

```json
{"command": "balance.get", "channel": "mychannel", "username": "alice"}

{"service": "economy", "command": "balance.get", "success": true, "data": {"found": false}}
{"service": "economy", "command": "balance.get", "success": false, "error": "username is required", "code": "missing_parameter"}
```

- **Every request is answered**, also one that can't be read: then `command` is null, or what could be read of it. `error` is for people and
  may change; `code` is for programs and stays.
- Numbers may be text: `"5"` is 5, and 5.9 is 5. What is null counts as left out. Other parameters are passed over.
- Names are found in any case of letters, and given back as the room spells them.
- Amounts are whole coins.
- Requests are served side by side. While the ledger or ingest is just restarting, an answer takes up to 4 seconds.
- A request without a reply subject is passed over: nobody could be told what came of it.

## Asking again

A command that changes something takes a `request_id`, any text of yours that stands for this one request. Asked again under the same id,
with the same parameters, it has no second effect, and the answer is the same: however often, at the same time, or after a restart on either
side. The same id with another command, channel, viewer or parameter is refused as `key_conflict`, and has no effect. What was refused may
be asked again under its id; only `cancelled` is for good.

Without a `request_id`, a second request is a second request. So send one with everything that moves coins, and after a timeout ask again.
"""


def pages() -> Iterator[tuple[str, str]]:
    """Give the reference."""
    yield "docs/reference/api.md", reference()


def reference() -> str:
    """Give the text."""
    parts = [HEAD, "## Commands\n", *map(_command, COMMANDS.values()), _codes()]
    return "\n".join(parts)


def _command(command: ApiCommand) -> str:
    lines = [f"### `{command.name}`", "", command.about, ""]
    channel = ["| `channel` | text, needed | as configured, in any case of letters |"] if command.needs_channel else []
    given = [*channel, *map(_parameter, command.parameters)]
    lines += ["| parameter | | |", "|---|---|---|", *given, ""] if given else ["No parameters.", ""]
    lines += ["| `data` | |", "|---|---|", *(f"| `{name}` | {meaning} |" for name, meaning in command.answer.items()), ""]
    if command.codes:
        lines += [f"Codes of its own: {', '.join(f'`{code}`' for code in command.codes)}.", ""]
    return "\n".join(lines)


def _parameter(parameter: Parameter[object]) -> str:
    about = "see [Asking again](#asking-again); at most 190 characters" if parameter is REQUEST_ID else parameter.about
    return f"| `{parameter.name}` | {parameter.kind}{', needed' if parameter.needed else ''} | {about} |"


def _codes() -> str:
    return "\n".join(
        [
            "## Codes",
            "",
            "The whole list; a code never changes its meaning. Those marked * may come from any command, the others only where a command",
            "names them, or from a ledger of a newer version.",
            "",
            "| code | means |",
            "|---|---|",
            *(f"| `{code}`{' *' if code in ANYWHERE else ''} | {meaning} |" for code, meaning in MEANINGS.items()),
            "",
        ]
    )
