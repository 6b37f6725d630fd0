"""How a verb is served: within a scene, and, where it changes something, once under its key."""

from collections.abc import Callable
from typing import Any, TypeVar

from libs.common.contracts.base import Contract
from libs.common.contracts.owners import Asked, Declined
from libs.common.owner import Case, Verb
from libs.common.unit import Unit
from services.earning import parts
from services.earning.scene import Scene

Q = TypeVar("Q", bound=Asked)


def question(name: str, request: type[Q], answer: Callable[[Scene, Q], Contract]) -> Verb[Q]:
    """Give a verb that only reads."""
    return Verb(name, request, judge=lambda _unit, case: answer(_scene(_unit, case), case.request))


def deed(name: str, request: type[Q], act: Callable[[Scene, Q], Contract]) -> Verb[Q]:
    """Give a verb that changes something: what it answered is kept for repetitions, unless it declined and changed nothing."""

    def judge(unit: Unit, case: Case[Q]) -> Contract | bytes:
        contents = f"{case.channel} {name} ".encode() + case.request.contents()
        kept = unit.kept(case.request.key, contents)
        if kept is not None:
            return kept
        scene = _scene(unit, case)
        answer = act(scene, case.request)
        if isinstance(answer, Declined):
            return answer
        scene.close(parts.reached, scene.store.version() or "")
        unit.keep(case.request.key, contents, answer.encode())
        return answer

    return Verb(name, request, judge=judge)


def _scene(unit: Unit, case: Case[Any]) -> Scene:
    return Scene(unit, case.rules, case.channel, case.at, case.request.key)
