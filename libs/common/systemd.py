"""What a service tells systemd, where that started it with `Type=notify`; elsewhere nothing happens."""

import os
import socket
from contextlib import suppress


def tell(state: str) -> None:
    """Send a line of the notification protocol: `READY=1`, `WATCHDOG=1`, `STOPPING=1`."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):  # an abstract socket
        address = "\0" + address[1:]
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
        channel.sendto(state.encode(), address)
