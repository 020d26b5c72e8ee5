"""One evaluation of a graph of decisions: each decision once, all within one set of bounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.decisions.model import Decision, Element, InputData, Knowledge, Logic, Service
from engine.feel.env import Env, Trace
from engine.feel.errors import FeelBoundsError
from engine.feel.types import coerced
from engine.feel.values import Function, Value, from_python

_OPEN = object()


class Evaluation:
    """The values of the elements as they become known, given those of some of them."""

    def __init__(self, given: Mapping[int, Value], ambient: Mapping[str, Any], missing: dict[str, None]) -> None:
        self._values: dict[int, Value] = dict(given)
        self._ambient = ambient
        self._missing = missing

    def value(self, element: Element, env: Env) -> Value:
        """The value of an element: of input data as given, of a decision as decided; functions of the others."""
        key = id(element)
        if key not in self._values:
            self._values[key] = None if element.broken else self._find(element, env)
        return self._values[key]

    def _find(self, element: Element, env: Env) -> Value:
        if isinstance(element, Decision):
            return self._decide(element, env)
        if isinstance(element, Knowledge):
            return self._function(element, env)
        return self._service(element, env) if isinstance(element, Service) else None

    def _context(self, element: Logic, env: Env) -> dict[str, Any]:
        """The names that the logic of an element sees: those of what it requires, and no others."""
        context: dict[str, Any] = dict(self._ambient)
        for path, one in element.requires.items():
            if one is element:
                continue
            value = self.value(one, env)
            if len(path) == 1:
                context[path[0]] = value
            else:
                context.setdefault(path[0], {})[path[1]] = value
        return context

    def _decide(self, decision: Decision, env: Env) -> Value:
        context = self._context(decision, env)
        assert decision.expression is not None
        inputs = {path[-1] for path, one in decision.requires.items() if isinstance(one, InputData)}
        outer, env.trace = env.trace, Trace()
        try:
            return decision.expression.within(env, context)
        finally:
            if outer is not None:
                outer.hits += env.trace.hits
                self._missing |= {label: None for label in env.trace.missing if _root(label) in inputs}
            env.trace = outer

    def _function(self, knowledge: Knowledge, env: Env) -> Value:
        context = self._context(knowledge, env)
        assert knowledge.expression is not None
        function = knowledge.expression.within(env, context)
        context[knowledge.name] = function
        return function

    def _service(self, service: Service, env: Env) -> Value:
        def call(caller: Env, arguments: list[Value]) -> Value:
            if len(arguments) != len(service.parameters):
                return None
            if caller.calls >= caller.bounds.depth:
                raise FeelBoundsError("depth", caller.bounds.depth)
            caller.spend(1 + len(arguments))
            caller.calls += 1
            try:
                return self.serve(service, arguments, caller)
            finally:
                caller.calls -= 1

        return Function(tuple(one.name for one in service.parameters), call)

    def serve(self, service: Service, arguments: list[Value], env: Env) -> Value:
        """What a decision service gives for its inputs: the value of its one output, or a context of several."""
        given = {
            id(one): coerced(value, one.type, env) for one, value in zip(service.parameters, arguments, strict=True)
        }
        inside = Evaluation(given, self._ambient, self._missing)
        values = {one.name: inside.value(one, env) for one in service.outputs}
        return next(iter(values.values())) if len(values) == 1 else values


def _root(label: str) -> str:
    return label.split(".")[0].split("[")[0]


def given_values(inputs: Mapping[int, tuple[Element, Any]], env: Env) -> dict[int, Value]:
    """What the caller gave, as FEEL values of the types declared."""
    return {key: coerced(from_python(value, env), one.type, env) for key, (one, value) in inputs.items()}
