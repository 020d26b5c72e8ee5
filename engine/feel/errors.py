"""The errors FEEL raises: one for text that does not parse, one for evaluation that must stop."""

from __future__ import annotations


class FeelError(Exception):
    """Base of every error of this library."""


class FeelSyntaxError(FeelError):
    """The text is not FEEL, or is longer or deeper than the bounds allow.

    `line` and `column` count from 1; `expected` says in words what may stand there, `found` what does.
    """

    def __init__(self, text: str, line: int, column: int, expected: str, found: str) -> None:
        self.text, self.line, self.column = text, line, column
        self.expected, self.found = expected, found
        super().__init__(f"line {line}, column {column}: expected {expected}, found {found}")

    def __reduce__(self) -> tuple[type, tuple[str, int, int, str, str]]:
        return type(self), (self.text, self.line, self.column, self.expected, self.found)


class FeelEvaluationError(FeelError):
    """Evaluation could not go on: a bound was reached, or a host function failed.

    Ordinary type errors are not errors in FEEL: they give null.
    """


class FeelBoundsError(FeelEvaluationError):
    """A bound was reached: `bound` names the field of `Bounds`, `limit` is its value."""

    def __init__(self, bound: str, limit: int) -> None:
        self.bound, self.limit = bound, limit
        super().__init__(f"expected at most {limit} {WORDS.get(bound, bound)}, found more")

    def __reduce__(self) -> tuple[type, tuple[str, int]]:
        return type(self), (self.bound, self.limit)


WORDS = {
    "source": "characters of source text",
    "depth": "levels of nesting",
    "steps": "evaluation steps",
    "size": "elements in one value",
    "text": "characters in one string",
}


class FeelFunctionError(FeelEvaluationError):
    """A host function raised: `name` is the function, `__cause__` what it raised."""

    def __init__(self, name: str, reason: str) -> None:
        self.name, self.reason = name, reason
        super().__init__(f"function {name} failed: {reason}")

    def __reduce__(self) -> tuple[type, tuple[str, str]]:
        return type(self), (self.name, self.reason)
