"""Gateways as BPMN 2.0 says (13.4): choices between flows, and joins that count tokens.

Each token that reaches a join waits there as a token of its own, behind the node it came
from. When the join fires, one waiting token of each incoming flow goes into the one that
goes on; what came in excess stays where it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.errors import EvaluationFailed
from engine.spiff.nodes import Armed, Boundary, Drawn
from engine.spiff.token import Token


class _Choice(Drawn):
    """Flows with conditions, in the order of the drawing; ``default`` is taken when none is true."""

    def __init__(self, wf_spec: Any, bpmn_id: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.conditions: list[tuple[str, str]] = []
        self.default: list[str] = []

    def connect(self, taskspec: Any) -> None:
        super().connect(taskspec)
        self.default.append(taskspec.name)

    def connect_outgoing_if(self, condition: str, taskspec: Any) -> None:
        super().connect(taskspec)
        self.conditions.append((condition, taskspec.name))

    def _true(self, my_task: Token) -> Iterator[str]:
        host = my_task.workflow.top_workflow.host
        for condition, name in self.conditions:
            if host.condition(self.bpmn_id, condition, my_task.names):
                yield name

    def _specs(self, names: list[str]) -> list[Any]:
        if not names:
            raise EvaluationFailed(
                f"expected a true condition or a default flow at {self.name}, found neither", element=self.name
            )
        return [self._wf_spec.task_specs[name] for name in names]


class Exclusive(_Choice):
    """The first flow whose condition is true, else the default."""

    def followers(self, my_task: Token) -> list[Any]:
        first = next(self._true(my_task), None)
        return self._specs(self.default if first is None else [first])


class _Join:
    """What both joins share: tokens wait, and are merged when ``_may_fire``."""

    _inputs: list[str]

    def _may_fire(self, my_task: Token, arrived: Counter[str]) -> bool:
        raise TypeError("expected a join that says when it fires")

    def _update_hook(self, my_task: Token) -> bool:
        waiting = [my_task, *self._others(my_task)]
        if not self._may_fire(my_task, Counter(map(_came_from, waiting))):
            if my_task._state != TaskState.WAITING:
                my_task._set_state(TaskState.WAITING)
            return False
        drawn, taken = Counter(self._inputs), Counter([_came_from(my_task)])
        for token in waiting[1:]:
            if taken[_came_from(token)] < drawn[_came_from(token)]:
                taken[_came_from(token)] += 1
                token.cancel()  # It goes on in ours.
        return True

    def _others(self, my_task: Token) -> list[Token]:
        tokens = my_task.workflow.tasks.values()
        return [one for one in tokens if one.task_spec is self and one is not my_task and _waits(one)]


class Parallel(_Join, Drawn):
    """Fires when every incoming flow has a token; every outgoing flow gets one."""

    def _may_fire(self, my_task: Token, arrived: Counter[str]) -> bool:
        needed: Counter[str] = Counter(self._inputs)
        return all(arrived[name] >= number for name, number in needed.items())


class Inclusive(_Join, _Choice):
    """Fires when no token elsewhere can still reach an incoming flow that has none.

    A token that can also reach an incoming flow that has one is not waited for.
    """

    def _may_fire(self, my_task: Token, arrived: Counter[str]) -> bool:
        if any(_arrives(one, self) for one in my_task.workflow.tasks.values() if one is not my_task):
            return False  # The last one fires for all.
        empty = set(self._inputs) - arrived.keys()
        return not any(
            reached & empty and not reached & arrived.keys()
            for reached in map(self._reached_from, _tokens_elsewhere(self, my_task))
        )

    def _reached_from(self, spec: Any) -> set[str]:
        """The inputs of this gateway that a token at ``spec`` can come to without passing it."""
        seen: set[str] = set()
        waiting = [spec]
        while waiting:
            one = waiting.pop()
            if one.name not in seen and one is not self:
                seen.add(one.name)
                waiting.extend(one.outputs)
        return seen & set(self._inputs)

    def followers(self, my_task: Token) -> list[Any]:
        return self._specs(list(self._true(my_task)) or self.default)


def _waits(token: Token) -> bool:
    return bool(token._state == TaskState.WAITING)


def _arrives(token: Token, gateway: Any) -> bool:
    """Whether it has left the node before this gateway, and has not been looked at here."""
    return token.task_spec is gateway and bool(token._state == TaskState.FUTURE)


def _came_from(token: Token) -> str:
    return str(token.parent.task_spec.name)


def _tokens_elsewhere(gateway: Any, my_task: Token) -> Iterator[Any]:
    """Where other tokens of this level stand; an event that waits aside holds none."""
    for token in my_task.workflow.tasks.values():
        spec = token.task_spec
        if spec is gateway or token is my_task:
            continue
        waits_aside = isinstance(spec, (Boundary, Armed)) and _waits(token)
        if token.alive and not waits_aside or token._state == TaskState.FUTURE:
            yield spec
