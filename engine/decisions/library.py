"""The decisions of a file and of those that it imports, ready to be evaluated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.decisions.evaluation import Evaluation, Given
from engine.decisions.model import Decision, Element, InputData, Knowledge, Logic, Service
from engine.decisions.reading import Library
from engine.decisions.source import Source, read_source
from engine.errors import ModelRefused, NotFound
from engine.feel import Bounds
from engine.feel.env import Env, Trace
from engine.feel.errors import FeelBoundsError
from engine.feel.values import Function, Value, check_result, from_python
from engine.lint.remarks import Remark

#: One evaluation may take as much as a handful of expressions.
BOUNDS = Bounds(steps=1_000_000)
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule of a decision table that matched: the decision's or function's name, the row from 1, the rule's id."""

    table: str
    rule: int
    id: str


@dataclass(frozen=True, slots=True)
class Result:
    """A value (see `engine.feel.values`) with its evidence.

    `missing`: the inputs that were read and were absent or null, where nobody asked whether they are null.
    """

    value: Value
    rules_hit: tuple[Hit, ...]
    missing: tuple[str, ...]


class Decisions:
    """The decisions of a file, ready to be evaluated. `remarks` is empty unless it was read in part."""

    def __init__(self, library: Library, main: str) -> None:
        self._library, self._main = library, main
        self.remarks: tuple[Remark, ...] = tuple(
            remark for source in library.sources.values() for remark in source.remarks
        )

    @property
    def main(self) -> Source:
        """The main file, with the remarks on it alone."""
        return self._library.sources[self._main]

    @property
    def names(self) -> tuple[str, ...]:
        """The decisions of the main file, in its order."""
        return tuple(one.name for one in self.elements if isinstance(one, Decision))

    @property
    def inputs(self) -> tuple[str, ...]:
        """The input data of the main file, in its order."""
        return tuple(one.name for one in self.elements if isinstance(one, InputData))

    @property
    def elements(self) -> Iterable[Element]:
        """Everything in the main file that has a name, in its order."""
        return (one for (namespace, _), one in self._library.by_name.items() if namespace == self._main)

    def inputs_of(self, decision: Decision) -> tuple[str, ...]:
        """The names of the input data that a decision needs, itself or through what it requires."""
        reached: dict[int, Element] = {id(decision): decision}
        waiting: list[Element] = [decision]
        for element in waiting:
            for one in element.requires.values() if isinstance(element, Logic) else ():
                if id(one) not in reached:
                    reached[id(one)] = one
                    waiting.append(one)
        return tuple(dict.fromkeys(one.name for one in reached.values() if isinstance(one, InputData)))

    def evaluate(
        self,
        name: str,
        context: Mapping[str, Any],
        functions: Mapping[str, Callable[..., Any]] = _NOTHING,
        bounds: Bounds = BOUNDS,
    ) -> Result:
        """The value of a decision or decision service, or what a knowledge model gives for a context of arguments.

        Of imported models the context has a context under the import's name, or the input's own name. Raises
        NotFound, FeelBoundsError, and FeelFunctionError where a function of the caller's failed.
        """
        element = self._library.by_name.get((self._main, " ".join(name.split())))
        if element is None or isinstance(element, InputData):
            raise NotFound(f"expected a decision of {', '.join(self.names)}, found {name}", name=name)
        trace, missing = Trace(), dict[str, None]()
        env = Env(bounds, {}, functions, 0, trace)
        evaluation = Evaluation(Given((context,)), self._ambient(context), missing, {})
        try:
            value = check_result(self._value(evaluation, element, context, env), env)
        except RecursionError:
            raise FeelBoundsError("depth", bounds.depth) from None
        return Result(value, tuple(Hit(*hit) for hit in trace.hits), tuple(missing))

    def _value(self, evaluation: Evaluation, element: Element, context: Mapping[str, Any], env: Env) -> Value:
        value = evaluation.value(element, env)
        if not isinstance(element, Knowledge | Service) or type(value) is not Function:
            return value
        return value.call(env, [from_python(context.get(one), env) for one in value.parameters or ()])

    def _ambient(self, context: Mapping[str, Any]) -> dict[str, Any]:
        return {name: context[name] for name in self._library.ambient if name in context}


def read(
    xml: bytes | Iterable[bytes], functions: Iterable[str] = (), names: Iterable[str] = (), *, partial: bool = False
) -> Decisions:
    """Read DMN files. `functions`: host functions that will be supplied; `names`: names that every decision sees.

    Raises ModelRefused, whose remarks name element and line. With `partial` only what is no DMN at all is refused:
    a decision at fault is null, and its faults are in `remarks`.
    """
    sources = [read_source(one) for one in ([xml] if isinstance(xml, bytes) else xml)]
    decisions = Decisions(Library(sources, functions, names), sources[0].namespace)
    if decisions.remarks and not partial:
        raise ModelRefused(decisions.remarks[0].message_en, remarks=list(decisions.remarks))
    return decisions
