"""How a verb is served: within a scene, and, where it changes something, once under its key."""

from collections.abc import Callable
from typing import Any, TypeVar

from libs.common import errands
from libs.common.contracts.base import Contract
from libs.common.contracts.owners import Asked, Declined
from libs.common.owner import Case, Verb, fingerprint_of
from libs.common.unit import Unit
from services.earning import parts
from services.earning.scene import Scene

Q = TypeVar("Q", bound=Asked)


def question(name: str, request: type[Q], answer: Callable[[Scene, Q], Contract]) -> Verb[Q]:
    """Give a verb that only reads."""
    return Verb(name, request, judge=lambda _unit, case: answer(_scene(_unit, case), case.request))


def deed(name: str, request: type[Q], act: Callable[[Scene, Q], Contract]) -> Verb[Q]:
    """Give a verb that changes something. Unless it declined, what it answers is kept: by that the owner answers repetitions."""

    def judge(unit: Unit, case: Case[Q]) -> Contract:
        scene, asked = _scene(unit, case), case.request
        answer = act(scene, asked)
        if not isinstance(answer, Declined):
            scene.close(parts.reached, scene.store.version() or "")
            errands.settle(unit.db, asked.key, fingerprint_of(case.channel, name, asked), answer.encode(), case.at)
        return answer

    return Verb(name, request, judge=judge)


def _scene(unit: Unit, case: Case[Any]) -> Scene:
    return Scene(unit, case.rules, case.channel, case.at, case.request.key)
