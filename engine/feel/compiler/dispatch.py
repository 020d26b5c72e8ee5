"""Tree to closures: each kind of node has one function that compiles it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from ..env import Run
from ..nodes import Node
from .scope import Scope

Compile = Callable[[Any, Scope], Run]
_Compile = TypeVar("_Compile", bound=Compile)

_HANDLERS: dict[type, Compile] = {}


def compiles(node: type) -> Callable[[_Compile], _Compile]:
    """Register the function that compiles a kind of node."""

    def register(function: _Compile) -> _Compile:
        _HANDLERS[node] = function
        return function

    return register


def compile_node(node: Node, scope: Scope) -> Run:
    """A closure that evaluates the node; its weight is added to the unit's."""
    scope.unit.weight += 1
    return _HANDLERS[type(node)](node, scope)


def weighed(node: Node, scope: Scope) -> tuple[Run, int]:
    """The closure and how many steps one run of it costs (loops inside it pay for themselves)."""
    before = scope.unit.weight
    run = compile_node(node, scope)
    return run, scope.unit.weight - before
