"""Compiles trees to closures. Importing the package registers every kind of node."""

from . import basics, calls, loops, membership, operators, postfix
from .dispatch import compile_node
from .scope import Scope, Unit

__all__ = ["Scope", "Unit", "basics", "calls", "compile_node", "loops", "membership", "operators", "postfix"]
