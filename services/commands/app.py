"""Wiring: events to the intake, ranks to the ladder, questions to the clerk, requests to the API."""

from collections import deque

from libs.common import subjects
from libs.common.accounts import Accounts
from libs.common.config import Rules
from libs.common.contracts.events import Tick
from libs.common.database import Database
from libs.common.durable import Unit
from libs.common.service import Runtime
from services.commands import metrics, store
from services.commands.api import COMMANDS as API
from services.commands.api.answering import Api
from services.commands.api.calls import Room
from services.commands.api.desk import WAIT_SECONDS, Counter
from services.commands.clerk import Clerk
from services.commands.desk import Desk
from services.commands.handlers import COMMANDS
from services.commands.house import House, Nearby
from services.commands.intake import Hooks, Intake
from services.commands.ladder import Ladder
from services.commands.orders import CALLER


def build(runtime: Runtime) -> None:
    """Register all that `commands` does."""
    app = _App(runtime)
    runtime.door(subjects.API, lambda request: app.api.answer(request.body))
    runtime.task("desk", app.work)
    runtime.task("watch", app.house.watch)
    runtime.ready("configuration", lambda: None if app.clerk.rules else "no configuration has been published")
    runtime.details = lambda: {"waiting": app.desk.depth, "answered": metrics.answered()}
    metrics.WAITING.set_function(lambda: app.desk.depth)


class _App:
    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.early: deque[store.Question] = deque()
        """Left from before the start, until there is a configuration to judge them by."""
        self.intake = Intake(Hooks(self.on_question, self.on_configuration, self.on_tick))
        self.ladder = Ladder()
        self.durable = runtime.durable(
            Database(runtime.state_dir / "commands.db", store.MIGRATIONS), [self.intake.feed(), self.ladder.feed()]
        )
        self.clerk = Clerk(COMMANDS, runtime.request, self.durable, ladder=self.ladder)
        self.desk = Desk(self.clerk.serve)
        rooms = tuple(Room(channel.token, channel.name) for channel in runtime.channels)
        nearby = Nearby(runtime.request, self.durable, self.clerk, lambda: runtime.uptime_seconds)
        self.house = House(rooms, nearby)
        counter = Counter(self.house, nearby, Accounts(runtime.request, CALLER, WAIT_SECONDS))
        self.api = Api(API, rooms, counter.desk, lambda: runtime.nats.max_payload)

    async def work(self) -> None:
        """Take up what was left, then serve."""
        await self.durable.write(self.ladder.restore)
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
        self.clerk.tick(tick.at, (tick.epoch, tick.raw))
        self.house.readiness.tick(tick)
