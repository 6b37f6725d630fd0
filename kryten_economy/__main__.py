"""`kryten-economy`, and `python -m kryten_economy`."""

import os
import signal
from types import FrameType


def main() -> None:
    """Run the command line; Ctrl-C while it is still being imported ends it without a word."""
    interrupted = signal.getsignal(signal.SIGINT)
    if interrupted is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)
    from libs.cli.main import app  # noqa: PLC0415 - takes a third of a second

    signal.signal(signal.SIGINT, interrupted)
    app()


def _end(number: int, _frame: FrameType | None) -> None:
    os._exit(128 + number)


if __name__ == "__main__":
    main()
