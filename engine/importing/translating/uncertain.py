"""Why an expression is left to the designer."""

from __future__ import annotations


class Uncertain(Exception):
    """What in the expression has no certain meaning in FEEL, in words."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what
