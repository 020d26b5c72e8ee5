"""One evaluation of a graph of decisions: each decision once, all within one set of bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.decisions.model import Decision, Element, InputData, Knowledge, Logic, Service
from engine.feel.env import Env, Trace
from engine.feel.errors import FeelBoundsError
from engine.feel.types import coerced
from engine.feel.values import Function, Value, from_python


@dataclass(frozen=True, slots=True)
class Given:
    """What the caller gives: for an imported file what stands under its import's name, else what is given at all."""

    chain: tuple[Mapping[str, Any], ...]

    def find(self, name: str) -> Any:
        """The value given for an input; null if there is none."""
        return next((one[name] for one in self.chain if name in one), None)

    def within(self, prefix: str) -> Given:
        """What is given for the file imported under a name."""
        inner = self.find(prefix)
        return Given((inner, *self.chain)) if prefix and isinstance(inner, Mapping) else self


class Evaluation:
    """The values of one file's elements as they become known; `decided` are those known beforehand."""

    def __init__(
        self, given: Given, ambient: Mapping[str, Any], missing: dict[str, None], decided: Mapping[int, Value]
    ) -> None:
        self._given, self._ambient, self._missing, self._decided = given, ambient, missing, decided
        self._values: dict[int, Value] = dict(decided)
        self._imported: dict[tuple[str, str], Evaluation] = {}

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
        if isinstance(element, Service):
            return self._service(element)
        return coerced(from_python(self._given.find(element.name), env), element.type, env)

    def _of(self, namespace: str, prefix: str) -> Evaluation:
        """The evaluation of an imported file: the same file under two names is given and decided twice."""
        if (namespace, prefix) not in self._imported:
            given = self._given.within(prefix)
            self._imported[namespace, prefix] = Evaluation(given, self._ambient, self._missing, self._decided)
        return self._imported[namespace, prefix]

    def _context(self, element: Logic, env: Env) -> dict[str, Any]:
        """The names that the logic of an element sees: those of what it requires, and no others."""
        context: dict[str, Any] = dict(self._ambient)
        for path, one in element.requires.items():
            if one is element:
                continue
            prefix = path[0] if len(path) == 2 else ""
            there = self if one.namespace == element.namespace else self._of(one.namespace, prefix)
            value = there.value(one, env)
            if prefix:
                context.setdefault(prefix, {})[path[1]] = value
            else:
                context[path[0]] = value
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

    def _service(self, service: Service) -> Value:
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
        """What a decision service gives for its inputs: the value of its one output, or a context of several.

        Null if an input does not conform to its type.
        """
        given: dict[int, Value] = {}
        for one, value in zip(service.parameters, arguments, strict=True):
            given[id(one)] = coerced(value, one.type, env)
            if given[id(one)] is None and value is not None:
                return None
        inside = Evaluation(Given(()), self._ambient, self._missing, given)
        values = {one.name: inside.value(one, env) for one in service.outputs}
        return coerced(next(iter(values.values())) if len(values) == 1 else values, service.type, env)


def _root(label: str) -> str:
    return label.split(".")[0].split("[")[0]
