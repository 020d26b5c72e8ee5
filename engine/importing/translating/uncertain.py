"""Why an expression is left to the designer."""

from __future__ import annotations

from engine.feel.builtins import BUILTINS


class Uncertain(Exception):
    """What in the expression has no certain meaning in FEEL, in words."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def variable(name: str) -> str:
    """The name of a variable; raises Uncertain for one that FEEL would take for its own function."""
    if name in BUILTINS:
        raise Uncertain(f"the name {name}, which is a function of FEEL")
    return name
