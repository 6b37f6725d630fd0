"""Wiring: events to the intake, questions to the clerk, requests to the API."""

from collections import deque

from libs.common import subjects
from libs.common.config import Rules
from libs.common.contracts.base import Contract
from libs.common.contracts.events import Tick
from libs.common.database import Database
from libs.common.durable import Request, Unit
from libs.common.service import NoAnswer, Runtime
from services.commands import metrics, store
from services.commands.api import COMMANDS as API
from services.commands.api import calls
from services.commands.clerk import Clerk
from services.commands.desk import Desk
from services.commands.handlers import COMMANDS
from services.commands.house import House, Nearby
from services.commands.intake import Hooks, Intake
from services.commands.ledger import NoReplyError, RefusedError, UnreachableError


def build(runtime: Runtime) -> None:
    """Register all that `commands` does."""
    app = _App(runtime)
    runtime.door(subjects.API, app.on_request)
    runtime.task("desk", app.work)
    runtime.task("watch", app.house.watch)
    runtime.ready("configuration", lambda: None if app.clerk.rules else "no configuration has been published")
    runtime.details = lambda: {"waiting": app.desk.depth}
    metrics.WAITING.set_function(lambda: app.desk.depth)


class _App:
    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.early: deque[store.Question] = deque()
        """Left from before the start, until there is a configuration to judge them by."""
        self.intake = Intake(Hooks(self.on_question, self.on_configuration, self.on_tick))
        self.durable = runtime.durable(Database(runtime.state_dir / "commands.db", store.MIGRATIONS), [self.intake.feed()])
        self.clerk = Clerk(COMMANDS, self.ask, self.durable, uptime_seconds=lambda: runtime.uptime_seconds)
        self.desk = Desk(self.clerk.serve)
        rooms = tuple(calls.Room(channel.token, channel.name) for channel in runtime.channels)
        self.house = House(rooms, Nearby(self.ask, self.durable, self.clerk, lambda: runtime.uptime_seconds))

    async def work(self) -> None:
        """Take up what was left, then serve."""
        await self.durable.write(self.restore)
        await self.desk.run()

    def restore(self, unit: Unit) -> None:
        """Have told, from the database, what was told before the start."""
        current, tick_at, left = self.intake.rules(unit), store.last_tick(unit.db), store.questions(unit.db)

        def tell() -> None:
            if current is not None:
                self.on_configuration(*current)
            if tick_at is not None:
                self.clerk.tick(tick_at)
            for question in left:
                if current is None:
                    self.early.append(question)
                else:
                    self.on_question(question)

        unit.after_commit(tell)

    def on_question(self, question: store.Question) -> None:
        self.desk.offer(question)

    def on_configuration(self, version: str, rules: Rules) -> None:
        self.clerk.rules = rules
        while self.early:
            self.on_question(self.early.popleft())
        self.runtime.configuration = version

    def on_tick(self, tick: Tick) -> None:
        self.clerk.tick(tick.at)
        self.house.readiness.tick(tick)

    async def ask(self, subject: str, message: Contract | bytes, timeout_seconds: float) -> bytes:
        try:
            return await self.runtime.request(subject, message, timeout_seconds)
        except NoAnswer as error:
            raise NoReplyError(str(error)) from error

    async def on_request(self, request: Request) -> bytes:
        name, outcome = calls.command_of(request.body), "ok"
        try:
            command, call = calls.read(request.body, API, self.house.rooms)
            return calls.success(command.name, await command.run(call, self.house.desk()))
        except calls.ApiError as error:
            outcome = error.code
            return calls.failure(name, error)
        except UnreachableError:
            outcome = "unavailable"
            return calls.failure(name, calls.ApiError(outcome, "the ledger does not answer; nothing was done"))
        except RefusedError as error:
            outcome = error.refusal
            return calls.failure(name, calls.ApiError(outcome, str(error)))
        except Exception as error:  # whatever went wrong, the asker is told
            outcome = "internal_error"
            self.runtime.log.exception("API request failed", command=name)
            return calls.failure(name, calls.ApiError(outcome, f"something went wrong here: {type(error).__name__}"))
        finally:
            metrics.ANSWERED.labels("api", name if name in API else "unknown", outcome).inc()
