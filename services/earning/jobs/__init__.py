"""What happens by the clock: each job once for each of its due times, at the first event from then on.

The clock is the stream's: no job looks at a wall clock, and being down changes nothing but when it is caught up with. A job that fails
undoes what it did and is tried again later: events, and the other jobs, go on without it.
"""

from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple

import structlog

from libs.common.unit import Unit
from services.earning import parts
from services.earning.digests import admin as admin_digest
from services.earning.digests import user as user_digest
from services.earning.jobs import competitions, maintenance, rain, sweep
from services.earning.multipliers import adhoc, hours, scheduled
from services.earning.pay.caps import HOUR_US
from services.earning.ranks import news
from services.earning.scene import Scene
from services.earning.store.plans import Plans
from services.earning.times import moment

log = structlog.get_logger()


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

_AGAIN_US: Final = HOUR_US
"""So long a job that failed is left alone."""
_ORDER: Final = {job.name: order for order, job in enumerate(JOBS)}
BY_NAME: Final = {job.name: job for job in JOBS}


def plan(scene: Scene) -> None:
    """Plan all jobs anew, now that another configuration holds."""
    plans = Plans(scene.unit.db)
    due = plans.all(scene.channel)
    for name in due.keys() - BY_NAME.keys():
        plans.keep(scene.channel, name, None)
    for job in JOBS:
        plans.keep(scene.channel, job.name, job.plan(scene, due.get(job.name)))


def run_due(scene: Scene, version: str) -> None:
    """Run what is due, oldest first, under the configuration of that version.

    Each job has a scene of its own, so nothing may wait to be written in the given one, and what that has read may be old afterwards.
    """
    plans = Plans(scene.unit.db)
    while found := sorted((due, _ORDER[name], name) for name, due in plans.due(scene.channel, scene.at) if name in BY_NAME):
        due, _, name = found[0]
        following, error = scene.unit.attempt(partial(_run, scene=scene, job=BY_NAME[name], due=due, version=version))
        if error is not None:
            following = scene.at + _AGAIN_US
            cure = "correct what the error names; nothing of the job is done, and it is tried again then"
            told = {"job": name, "channel": scene.channel, "event_id": scene.cause, "again": moment(following), "cure": cure}
            log.error("a job failed", **told, exc_info=error)
        plans.keep(scene.channel, name, following)


def _run(_unit: Unit, scene: Scene, job: Job, due: int, version: str) -> int | None:
    own = scene.anew()
    following = job.run(own, due)
    own.close(parts.reached, version)
    scene.payroll.coins.update(own.payroll.coins)
    return following
