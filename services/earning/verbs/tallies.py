"""`tallies`: what came of each trigger within the last days, in the whole room."""

from typing import Final

from libs.common.contracts.earning.triggers import TALLIES, TalliesAnswer, TalliesRequest, TriggerTally
from services.earning.scene import Scene
from services.earning.store.tallies import Tallies
from services.earning.verbs.serving import question


def tell(scene: Scene, request: TalliesRequest) -> TalliesAnswer:
    """Tell it."""
    found = Tallies(scene.unit.db).of_room(scene.channel, request.since.isoformat(), scene.today)
    triggers = [TriggerTally(trigger=trigger, **tally._asdict(), viewers=viewers) for trigger, (tally, viewers) in sorted(found.items())]
    return TalliesAnswer(triggers=triggers)


VERB: Final = question(TALLIES, TalliesRequest, tell)
