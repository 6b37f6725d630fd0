"""Kill what can be killed: the books stay equal to the model, every question is answered, every stream keeps its order."""

import os
import random
from pathlib import Path

import pytest

from tests.chaos.run import SERVER, Plan, describe, run
from tests.support.house import SERVICES
from tests.support.nats import binary

pytestmark = pytest.mark.skipif(binary() is None or "NATS_URL" in os.environ, reason="needs a nats-server that may be killed")

SEED = int(os.environ.get("CHAOS_SEED", "0")) or random.SystemRandom().randrange(1, 1_000_000)


@pytest.mark.timeout(150)
@pytest.mark.parametrize("victims", [(*SERVICES, SERVER), (SERVER,)], ids=["everything", "server"])
async def test_no_kill_costs_or_makes_a_coin(tmp_path: Path, victims: tuple[str, ...]) -> None:
    plan = Plan(SEED, seconds=8, victims=victims, past_events=600)
    print(describe(plan))

    report = await run(plan, tmp_path)

    assert not report.broken, f"CHAOS_SEED={SEED}\n{report.words()}"
