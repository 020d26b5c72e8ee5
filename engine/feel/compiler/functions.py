"""Function literals: closures over the names around them."""

from __future__ import annotations

from ..env import Env, Run
from ..errors import FeelBoundsError
from ..nodes import Lambda
from ..types import ANY, Type, coerced
from ..values import Function, Value
from .dispatch import compiles, weighed
from .scope import Scope
from .typenames import resolve


class Closure:
    """The body of a function with what its free names meant when it was made."""

    __slots__ = ("around", "body", "lookup", "memo", "slots", "types", "weight")

    def __init__(self, body: Run, weight: int, slots: list[int], types: tuple[Type, ...] | None, env: Env) -> None:
        self.body, self.weight, self.slots, self.types = body, weight, slots, types
        self.around, self.lookup, self.memo = list(env.slots), env.lookup, env.memo

    def __call__(self, env: Env, arguments: list[Value]) -> Value:
        """The body's value; null if there are too many arguments, or one does not conform. Raises FeelBoundsError."""
        if len(arguments) != len(self.slots):
            return None
        env.spend(self.weight + len(self.around) + 1)
        if env.calls >= env.bounds.depth:
            raise FeelBoundsError("depth", env.bounds.depth)
        if self.types:
            fitted = [coerced(one, wanted, env) for one, wanted in zip(arguments, self.types, strict=True)]
            if any(one is None and before is not None for one, before in zip(fitted, arguments, strict=True)):
                return None
            arguments = fitted
        slots = list(self.around)
        for slot, value in zip(self.slots, arguments, strict=True):
            slots[slot] = value
        outer = env.slots, env.lookup, env.memo
        env.slots, env.lookup, env.memo = slots, self.lookup, self.memo
        env.calls += 1
        try:
            return self.body(env)
        finally:
            env.calls -= 1
            env.slots, env.lookup, env.memo = outer


@compiles(Lambda)
def compile_lambda(node: Lambda, scope: Scope) -> Run:
    """function(a, b: type) body, with the values around it as they are when it is made."""
    types = tuple(resolve(one, scope) for one in node.types)
    checked = types if any(one != ANY for one in types) else None
    slots = []
    for name in node.parameters:
        scope, frame = scope.bind(name)
        slots.append(frame.slot)
    body, weight = weighed(node.body, scope)

    def run(env: Env) -> Value:
        env.spend(len(env.slots))
        return Function(node.parameters, Closure(body, weight, slots, checked, env), types, node.result)

    return run
