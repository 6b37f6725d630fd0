"""What happens by the clock: each job once for each of its due times, at the first event from then on.

The clock is the stream's: no job looks at a wall clock, and being down changes nothing but when it is caught up with.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from services.earning.digests import admin as admin_digest
from services.earning.digests import user as user_digest
from services.earning.jobs import competitions, maintenance, rain, sweep
from services.earning.multipliers import adhoc, hours, scheduled
from services.earning.ranks import news
from services.earning.scene import Scene
from services.earning.store.plans import Plans


class Job(NamedTuple):
    """One thing done by the clock."""

    name: str
    plan: Callable[[Scene, int | None], int | None]
    """At every new configuration: given when it is due (None: not planned yet), tell when it is to be due; None for never.
    In microseconds since 1970, like all times here."""
    run: Callable[[Scene, int], int | None]
    """Do what was due then; tell when it is due next, or None for never."""


JOBS: Final[tuple[Job, ...]] = (
    Job(adhoc.JOB, adhoc.plan, adhoc.run),
    Job(scheduled.JOB, scheduled.plan, scheduled.run),
    Job(hours.JOB, hours.plan, hours.run),
    Job(competitions.NAME, competitions.plan, competitions.run),
    Job(maintenance.NAME, maintenance.plan, maintenance.run),
    Job(rain.NAME, rain.plan, rain.run),
    Job(user_digest.NAME, user_digest.plan, user_digest.run),
    Job(admin_digest.NAME, admin_digest.plan, admin_digest.run),
    Job(news.JOB, news.plan, news.tell),
    Job(sweep.NAME, sweep.plan, sweep.run),
)
"""All jobs. Of those due at the same instant, what stands earlier runs earlier."""

_ORDER: Final = {job.name: order for order, job in enumerate(JOBS)}
_JOBS: Final = {job.name: job for job in JOBS}


def plan(scene: Scene) -> None:
    """Plan all jobs anew, now that another configuration holds."""
    plans = Plans(scene.unit.db)
    due = plans.all(scene.channel)
    for name in due.keys() - _JOBS.keys():
        plans.keep(scene.channel, name, None)
    for job in JOBS:
        plans.keep(scene.channel, job.name, job.plan(scene, due.get(job.name)))


def run_due(scene: Scene) -> None:
    """Run what is due, oldest first."""
    plans = Plans(scene.unit.db)
    while found := sorted((due, _ORDER[name], name) for name, due in plans.due(scene.channel, scene.at) if name in _JOBS):
        due, _, name = found[0]
        plans.keep(scene.channel, name, _JOBS[name].run(scene, due))
