"""Activities that run several times: instances side by side, one after the other, or a loop.

The loop's own token stands on the activity while its instances run; ``loop`` in it says how
far they are. Names that an instance sees are its own: nothing is merged up.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.errors import EvaluationFailed, LimitExceeded
from engine.spiff.nodes import Drawn
from engine.spiff.token import Token

MOST_INSTANCES = 1000
MOST_AT_ONCE = 2000


class Loop(Drawn):
    """What both kinds share: ``task_spec`` is the name of the node that an instance runs."""

    task_spec: str

    def runs(self, token: Token) -> bool:
        """Whether a token behind the loop's own is one of its instances."""
        return bool(token.task_spec.name == self.task_spec)

    def instances(self, my_task: Token) -> list[Token]:
        return [child for child in my_task.children if self.runs(child)]

    def never_stands(self, my_task: Token) -> bool:
        loop = my_task.internal_data["loop"]
        return loop["done"] == 0 and not self.instances(my_task)

    def _begin(self, my_task: Token, local: dict[str, Any]) -> None:
        child = my_task.add(self._wf_spec.task_specs[self.task_spec])
        child.internal_data["local"] = {**my_task.local, **local}
        child.arrive()

    def _on_cancel(self, my_task: Token) -> None:
        for child in self.instances(my_task):
            child.cancel()

    def instance_done(self, my_task: Token) -> None:
        """An instance was left: another begins, or the activity is done."""
        raise TypeError("expected a loop that says what follows an instance")

    def _condition(self, my_task: Token, condition: str, local: dict[str, Any]) -> bool:
        host = my_task.workflow.top_workflow.host
        return bool(host.condition(self.bpmn_id, condition, {**my_task.names, **local}))


class StandardLoop(Loop):
    """Again while ``condition`` holds, at most ``maximum`` times; asked before or after a round."""

    def __init__(
        self,
        wf_spec: Any,
        bpmn_id: str,
        task_spec: str,
        maximum: int | None,
        condition: str | None,
        test_before: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.task_spec, self.maximum, self.condition, self.test_before = task_spec, maximum, condition, test_before

    def _update_hook(self, my_task: Token) -> bool:
        my_task.internal_data["loop"] = {"done": 0}
        return not (self._again(my_task) if self.test_before else self._next(my_task))

    def instance_done(self, my_task: Token) -> None:
        my_task.internal_data["loop"]["done"] += 1
        if not self._again(my_task):
            my_task._set_state(TaskState.READY)

    def _again(self, my_task: Token) -> bool:
        """Begin another round, unless there have been enough; whether it began."""
        done = my_task.internal_data["loop"]["done"]
        if self.maximum is not None and done >= self.maximum:
            return False
        if self.condition is not None and not self._condition(my_task, self.condition, {"loopCounter": done}):
            return False
        return self._next(my_task)

    def _next(self, my_task: Token) -> bool:
        my_task._set_state(TaskState.STARTED)
        self._begin(my_task, {"loopCounter": my_task.internal_data["loop"]["done"] + 1})
        return True


class MultiInstance(Loop):
    """An instance for each number up to the cardinality, or for each item of a collection.

    The collection is taken once, when the activity is entered. ``condition`` is asked after
    each instance; once it holds, the others are withdrawn.
    """

    sequential = False

    def __init__(
        self,
        wf_spec: Any,
        bpmn_id: str,
        task_spec: str,
        cardinality: str | None,
        data_input: Any,
        data_output: Any,
        input_item: Any,
        output_item: Any,
        condition: str | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.task_spec, self.cardinality, self.condition = task_spec, cardinality, condition
        self.collection, self.item = _name(data_input), _name(input_item)
        self.results, self.result = _name(data_output), _name(output_item)

    def _update_hook(self, my_task: Token) -> bool:
        loop = my_task.internal_data["loop"] = {"done": 0, "made": 0, **self._asked(my_task)}
        if loop["n"] == 0:
            return True
        self._count(my_task.workflow.top_workflow, loop["n"])
        my_task._set_state(TaskState.STARTED)
        for _ in range(1 if self.sequential else loop["n"]):
            self._next(my_task)
        return False

    def _asked(self, my_task: Token) -> dict[str, Any]:
        """How many instances, and their items."""
        text = self.cardinality or self.collection
        value = my_task.workflow.top_workflow.host.value(self.bpmn_id, text, my_task.names)
        if self.cardinality is None:
            if not isinstance(value, list):
                raise EvaluationFailed(
                    f"expected a list to run {self.bpmn_id} for, found {value!r}", element=self.bpmn_id, expression=text
                )
            self._bound(len(value))
            return {"n": len(value), "items": value}
        number = _whole(value)
        if number is None:
            raise EvaluationFailed(
                f"expected a whole number of instances of {self.bpmn_id}, found {value!r}",
                element=self.bpmn_id,
                expression=text,
            )
        self._bound(number)
        return {"n": number}

    def _bound(self, number: int) -> None:
        if number > MOST_INSTANCES:
            raise LimitExceeded(
                f"expected at most {MOST_INSTANCES} instances of {self.bpmn_id}, found {number}", element=self.bpmn_id
            )

    def _count(self, case: Any, number: int) -> None:
        """Instances inside instances multiply: all that one command begins are bounded, too."""
        case.instances += number
        if case.instances > MOST_AT_ONCE:
            raise LimitExceeded(
                f"expected at most {MOST_AT_ONCE} instances in one command, found more", element=self.bpmn_id
            )

    def _next(self, my_task: Token) -> None:
        loop = my_task.internal_data["loop"]
        index = loop["made"]
        loop["made"] += 1
        local = {"loopCounter": index + 1}
        if self.item is not None and "items" in loop:
            local[self.item] = loop["items"][index]
        self._begin(my_task, local)

    def instance_done(self, my_task: Token) -> None:
        loop = my_task.internal_data["loop"]
        loop["done"] += 1
        if self._enough(my_task, loop):
            for child in self.instances(my_task):
                child.cancel()
            my_task._set_state(TaskState.READY)
        elif self.sequential:
            self._next(my_task)

    def _enough(self, my_task: Token, loop: dict[str, Any]) -> bool:
        if loop["done"] >= loop["n"]:
            return True
        if self.condition is None:
            return False
        numbers = {
            "loopCounter": loop["done"],
            "numberOfInstances": loop["n"],
            "numberOfCompletedInstances": loop["done"],
            "numberOfActiveInstances": sum(child.alive for child in self.instances(my_task)),
        }
        return self._condition(my_task, self.condition, numbers)


class SequentialMultiInstance(MultiInstance):
    """One instance after the other."""

    sequential = True


def _name(reference: Any) -> str | None:
    return None if reference is None else str(reference.bpmn_name or reference.bpmn_id)


def _whole(value: Any) -> int | None:
    """``value`` as a number of instances; None when it is none."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if number == value and number >= 0 else None
