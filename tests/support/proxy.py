"""A TCP proxy whose connections can be cut, to see what a client does when the network fails and the server does not."""

import asyncio
from contextlib import suppress


class Proxy:
    """Passes bytes both ways between a loopback port of its own and a server's."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._swallowing = False
        self.port = 0
        self.connections = 0
        """Taken so far."""

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def swallow(self) -> None:
        """From now on, let what the server sends disappear, until the cut."""
        self._swallowing = True

    def cut(self) -> None:
        """Drop all connections without a word; new ones are taken at once."""
        self._swallowing = False
        for writer in list(self._open):
            writer.transport.abort()

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        self.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, there_writer}
        self.connections += 1
        for source, sink, down in ((reader, there_writer, False), (there_reader, writer, True)):
            task = asyncio.create_task(self._pass(source, sink, down=down))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pass(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, down: bool) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                if down and self._swallowing:
                    continue
                sink.write(data)
                await sink.drain()
        self._open.discard(sink)
        sink.transport.abort()
