"""`kryten-economy chat`: be a viewer of the simulated channel, from a terminal or from a pipe."""

import asyncio
import json
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any, Final

import typer
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError
from nats.errors import NoRespondersError

from libs.cli.options import ConfigOption, configuration, fail
from libs.cli.simulate import chosen
from libs.common import subjects
from libs.common.config.settings import Settings
from libs.common.names import fold
from libs.common.tasks import end
from libs.sim.heard import Heard, show
from libs.sim.visits import NOT_HERE, STAY_SECONDS

ASK_SECONDS: Final = 3.0
CONNECT_SECONDS: Final = 3
ANSWER_SECONDS: Final = 10.0
"""After the end of a pipe, so long an answer that is still to come is waited for."""
LINGER_SECONDS: Final = 1.0
"""An answer may come in several messages."""

HELP: Final = """\
  TEXT       say something in the room
  /pm TEXT   ask the bot, for example: /pm balance
  /me TEXT   do something
  /afk       be away; and again: be back
  /leave     leave the room; /join comes back
  /quit      end"""


class NoRoom(Exception):
    """There is no simulated channel to be in."""


class Refused(Exception):
    """The room does not let us; its words say why."""

    def __init__(self, words: str, code: str) -> None:
        """Keep the room's code beside its words."""
        super().__init__(words)
        self.code = code


@dataclass(frozen=True, slots=True)
class Wish:
    """What a typed line asks for."""

    verb: str
    """What the room is asked for; or `help`, `quit`, `nothing`, `unknown`."""
    text: str = ""


def parse(line: str) -> Wish:
    """Read a typed line."""
    line = line.strip()
    if not line.startswith("/") or line.startswith("/me "):
        return Wish("chat", line) if line else Wish("nothing")
    word, _, rest = line[1:].partition(" ")
    word, rest = word.lower(), rest.strip()
    if word == "pm":
        return Wish("pm", rest) if rest else Wish("help")
    return Wish(word) if word in {"leave", "join", "afk", "help", "quit"} else Wish("unknown", f"/{word}")


def command(
    name: Annotated[str, typer.Option("--as", help="Your name in the room: 1 to 20 letters, digits, - and _.")],
    config: ConfigOption = None,
) -> None:
    """Be a viewer of the simulated channel that `up --simulate` (or `make run` without a config.yaml) runs."""
    settings = configuration(config or chosen()).settings
    try:
        asyncio.run(_run(settings, name))
    except (NoRoom, Refused) as error:
        raise fail(str(error)) from error


async def _run(settings: Settings, name: str) -> None:
    visitor = Visitor(settings, name)
    try:
        await visitor.come()
        if sys.stdin.isatty():
            await visitor.live(_typed(f"{name}> "))
        else:
            await visitor.live(_piped())
            await visitor.wait_for_answers()
    finally:
        await visitor.go()


class Visitor:
    """One viewer's connection to the room."""

    def __init__(self, settings: Settings, name: str) -> None:
        """Prepare; `come` lets us in."""
        self._settings = settings
        self._name = name
        self._channel = settings.channels[0].channel
        self._token = subjects.token(self._channel)
        self._client = Client()
        self._session: str | None = None
        self._hearing: Subscription | None = None
        self._bot = settings.bot.username
        self._asked = 0
        self._answered = asyncio.Event()
        self._alone = False
        """Whether the room has stopped answering."""

    async def come(self) -> None:
        """Connect, and come into the room.

        Raises NoRoom, or Refused when this name can't be ours.
        """
        servers = list(self._settings.nats.servers)
        try:
            await self._client.connect(
                servers,
                name="kryten-sim-viewer",
                connect_timeout=CONNECT_SECONDS,
                max_reconnect_attempts=2,
                reconnect_time_wait=1,
                error_cb=_no_words,
            )
        except (NatsError, OSError) as error:
            raise NoRoom(
                f"No NATS server answers at {', '.join(servers)} ({error}). Start the room first: `make run`, or `up --simulate`."
            ) from error
        await self._join()

    async def live(self, lines: AsyncIterator[str]) -> None:
        """Do what the lines say, until they end or one says to quit.

        Raises NoRoom when the server has gone.
        """
        tasks = [asyncio.create_task(self._obey(lines)), asyncio.create_task(self._stay())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            await end(tasks)

    async def wait_for_answers(self) -> None:
        """Wait a little for what was asked and not answered yet."""
        with suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_SECONDS):
                while self._asked > 0:
                    self._answered.clear()
                    await self._answered.wait()
        await asyncio.sleep(LINGER_SECONDS)

    async def go(self) -> None:
        """Leave, as far as there is a room to leave."""
        with suppress(NatsError, OSError, NoRoom, Refused, TimeoutError):
            if self._session is not None:
                await self._ask("leave")
        with suppress(NatsError, OSError):
            await self._client.close()

    async def _obey(self, lines: AsyncIterator[str]) -> None:
        async for line in lines:
            wish = parse(line)
            if wish.verb == "quit":
                return
            try:
                await self._do(wish)
            except (NoRoom, Refused) as error:
                print(f"! {error}", flush=True)

    async def _do(self, wish: Wish) -> None:
        match wish.verb:
            case "nothing":
                return
            case "help":
                print(HELP, flush=True)
            case "unknown":
                print(f"! {wish.text} is nothing I know: /help tells what there is", flush=True)
            case "join" if self._session is not None:
                print("! you are in the room already", flush=True)
            case "join":
                await self._join()
            case "leave":
                await self._ask("leave")
                self._session = None
                print("* you have left the room: /join comes back, /quit ends", flush=True)
            case _:
                await self._ask(wish.verb, wish.text)
                if wish.verb == "pm":
                    self._asked += 1

    async def _join(self) -> None:
        answer = await self._request({"verb": "join", "name": self._name})
        self._session, self._bot = str(answer["session"]), str(answer["bot"])
        if self._hearing is not None:
            await self._hearing.unsubscribe()
        self._hearing = await self._client.subscribe(subjects.simulation_heard(self._token, self._session), cb=self._on_heard)
        people = ", ".join(map(str, answer["people"])) or "nobody"
        print(f"* you are in {self._channel} as {self._name}; here: {people}", flush=True)
        if answer["playing"]:
            print(f"* now playing: {answer['playing']}", flush=True)
        print("* type to talk; /pm TEXT asks the bot, for example: /pm balance; /help tells the rest", flush=True)

    async def _stay(self) -> None:
        """Tell the room that we are still here; come back into one that has started anew."""
        while True:
            await asyncio.sleep(STAY_SECONDS)
            if self._client.is_closed:
                raise NoRoom("The room has closed.")
            if self._session is None:
                continue
            try:
                await self._ask("stay")
            except NoRoom as error:
                if not self._alone:
                    print(f"! {error}", flush=True)
                self._alone = True
            except Refused as error:
                print(f"! {error}", flush=True)
                self._session = None
                if error.code == NOT_HERE:
                    with suppress(NoRoom, Refused):
                        await self._join()
            else:
                self._alone = False

    async def _ask(self, verb: str, text: str = "") -> None:
        if self._session is None:
            raise Refused("you are not in the room: /join comes back", NOT_HERE)
        await self._request({"verb": verb, "session": self._session, "text": text})

    async def _request(self, question: dict[str, Any]) -> dict[str, Any]:
        try:
            reply = await self._client.request(subjects.simulation(self._token), json.dumps(question).encode(), timeout=ASK_SECONDS)
            answer: dict[str, Any] = json.loads(reply.data)
        except NoRespondersError:
            raise NoRoom(
                f"There is a NATS server, but no simulated channel {self._channel!r} on it. It comes with `make run` where there is no "
                "config.yaml, or with `up --simulate`, once that says that it is ready. To talk in a real channel, go to CyTube."
            ) from None
        except (NatsError, OSError, TimeoutError, ValueError) as error:
            raise NoRoom(f"The simulated channel does not answer ({type(error).__name__}).") from error
        if not answer.get("success"):
            raise Refused(str(answer.get("error")), str(answer.get("code")))
        return answer

    async def _on_heard(self, message: Msg) -> None:
        heard = Heard(**json.loads(message.data))
        print(show(heard, self._name), flush=True)
        if heard.kind == "pm" and fold(heard.who) == fold(self._bot):
            self._asked -= 1
            self._answered.set()


async def _typed(prompt: str) -> AsyncIterator[str]:
    """Give the lines typed at a prompt; what is printed meanwhile appears above it."""
    # Here, since it takes a quarter of a second that no other command need wait for.
    from prompt_toolkit import PromptSession  # noqa: PLC0415
    from prompt_toolkit.patch_stdout import patch_stdout  # noqa: PLC0415

    session: PromptSession[str] = PromptSession(erase_when_done=True)
    with patch_stdout(raw=True), suppress(EOFError, KeyboardInterrupt):
        while True:
            yield await session.prompt_async(prompt)


async def _piped() -> AsyncIterator[str]:
    """Give the lines of standard input, of whatever kind it is: files can't be waited for, so a thread reads."""
    lines: asyncio.Queue[str] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read() -> None:
        with suppress(RuntimeError):  # the loop has ended before the input
            for line in sys.stdin:
                loop.call_soon_threadsafe(lines.put_nowait, line)
            loop.call_soon_threadsafe(lines.put_nowait, "")

    threading.Thread(target=read, daemon=True).start()
    while line := await lines.get():
        yield line


async def _no_words(_error: Exception) -> None:
    """What fails is told to who asked for it."""
