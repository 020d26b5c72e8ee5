"""Compiles trees to closures. Importing the package registers every kind of node."""

from . import basics, calls, functions, loops, membership, operators, postfix
from .dispatch import compile_node
from .scope import Scope, Unit

__all__ = [
    "Scope",
    "Unit",
    "basics",
    "calls",
    "compile_node",
    "functions",
    "loops",
    "membership",
    "operators",
    "postfix",
]
