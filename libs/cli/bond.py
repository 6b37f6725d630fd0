"""What binds a child to its parent, set up between its fork and its program."""

import ctypes
import os
import signal
import sys
from typing import Final

_PR_SET_PDEATHSIG: Final = 1
_LIBC: Final = ctypes.CDLL(None) if sys.platform == "linux" else None


def bind(parent: int, *, ours: bool) -> None:
    """End when the parent does; in its process group (`ours`), leave to it what a terminal sends to the whole group."""
    if ours:  # Ctrl-C and a closed terminal reach us too, and we end our children in order; `own_group`s they don't reach
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    if _LIBC is None:
        return
    _LIBC.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent:  # it went before the line above
        os._exit(1)
