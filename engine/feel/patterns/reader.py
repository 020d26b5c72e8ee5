"""Pattern text to program."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from . import classes

#: A program is a tuple of (operation, argument): take, split (targets by preference), save, again (the text of a
#: group once more), start, end, match.
Instruction = tuple[str, Any]
Code = list[Instruction]

MAX_PROGRAM = 2_000
MAX_DEPTH = 32
DIGITS = frozenset("0123456789")


_SPECIAL = re.compile(r"[\\.^$*+?{}\[\]()|]")
_CLASS_OR_SPACE = re.compile(r"(\[(?:[^\]\\]|\\.)*\]|\\.)|\s+", re.DOTALL)


class PatternError(Exception):
    """The text is no pattern of the supported syntax, or its program would be too long."""


@dataclass(frozen=True, slots=True)
class Program:
    """Instructions with relative jumps, the number of groups, and whether ^ and $ match at lines.

    `refers`: it has back-references, whose case does not matter with `fold`.
    """

    code: tuple[Instruction, ...]
    groups: int
    lines: bool
    fold: bool
    refers: bool


@lru_cache(maxsize=512)
def compile_pattern(text: str, flags: str = "") -> Program:
    """The program of a pattern. Raises PatternError."""
    if set(flags) - set("smixq"):
        raise PatternError(f"flags {flags!r}")
    if "q" in flags:
        text = _SPECIAL.sub(r"\\\g<0>", text)
    elif "x" in flags:
        text = _CLASS_OR_SPACE.sub(lambda found: found[1] or "", text)
    reader = Reader(text, flags)
    code = reader.alternatives(0)
    if reader.position < len(text):
        raise PatternError(f"{text[reader.position]!r} at {reader.position}")
    refers = any(operation == "again" for operation, _ in code)
    whole = (("save", 0), *code, ("save", 1), ("match", None))
    return Program(whole, reader.groups, "m" in flags, "i" in flags, refers)


class Reader:
    """Recursive descent over one pattern."""

    def __init__(self, text: str, flags: str) -> None:
        self.text, self.position, self.groups = text, 0, 0
        self.closed: set[int] = set()
        self.fold, self.dot = "i" in flags, classes.every if "s" in flags else classes.no_break

    def peek(self) -> str:
        """The next character, or nothing at the end."""
        return self.text[self.position : self.position + 1]

    def next(self) -> str:
        """Take the next character; raises PatternError at the end."""
        one = self.peek()
        if not one:
            raise PatternError("the pattern ends too early")
        self.position += 1
        return one

    def takes(self, one: str) -> bool:
        """Whether the next character is this one; if so it is taken."""
        if self.peek() != one:
            return False
        self.position += 1
        return True

    def alternatives(self, depth: int) -> Code:
        """a|b"""
        if depth > MAX_DEPTH:
            raise PatternError("nested too deep")
        code = self.sequence(depth)
        if not self.takes("|"):
            return code
        rest = self.alternatives(depth + 1)
        return _checked([("split", (1, len(code) + 2)), *code, ("split", (len(rest) + 1,)), *rest])

    def sequence(self, depth: int) -> Code:
        """ab"""
        code: Code = []
        while self.peek() and self.peek() not in "|)":
            code = _checked(code + self.repeated(self.atom(depth)))
        return code

    def atom(self, depth: int) -> Code:
        """One character, class, anchor or group."""
        one = self.next()
        if one == "(":
            return self.group(depth)
        if one in "*+?{}])":
            raise PatternError(f"{one!r} at {self.position - 1}")
        simple: dict[str, Callable[[], Code]] = {
            "^": lambda: [("start", None)],
            "$": lambda: [("end", None)],
            ".": lambda: [("take", self.dot)],
            "[": lambda: [("take", self.character_class())],
            "\\": lambda: [self.again() if self.peek() in DIGITS else ("take", self.escape())],
        }
        return simple[one]() if one in simple else [("take", classes.literal(one, self.fold))]

    def group(self, depth: int) -> Code:
        """(a) or (?:a)"""
        kept = not self.takes("?")
        if not kept and not self.takes(":"):
            raise PatternError("only (?: may follow")
        number = self.groups = self.groups + kept
        code = self.alternatives(depth + 1)
        if not self.takes(")"):
            raise PatternError("a group is not closed")
        if kept:
            self.closed.add(number)
        return [("save", 2 * number), *code, ("save", 2 * number + 1)] if kept else code

    def repeated(self, code: Code) -> Code:
        """What stands behind an atom: * + ? {m,n}, each with ? for as few as can be."""
        least, most = self.counts()
        if (least, most) == (1, 1):
            return code
        lazy = self.takes("?")
        if self.peek() and self.peek() in "*+{":
            raise PatternError("nothing to repeat")
        if len(code) * max(least, most or 1) > MAX_PROGRAM:
            raise PatternError("repeated too often")
        return _checked(code * least + _optional(code, most - least if most is not None else None, lazy))

    def counts(self) -> tuple[int, int | None]:
        """How often at least and at most (None: any number)."""
        for sign, counts in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self.takes(sign):
                return counts
        return self.braces() if self.takes("{") else (1, 1)

    def braces(self) -> tuple[int, int | None]:
        """m}, m,} or m,n}"""
        inside, closed, _ = self.text[self.position :].partition("}")
        first, comma, last = inside.partition(",")
        parts = [part for part in (first, last) if part]
        if not closed or not first or not all(part.isascii() and part.isdigit() and len(part) < 5 for part in parts):
            raise PatternError("a count is no count")
        self.position += len(inside) + 1
        least = int(first)
        most = least if not comma else int(last) if last else None
        if most is not None and most < least:
            raise PatternError("a count runs backwards")
        return least, most

    def escape(self) -> classes.Taker:
        """What a backslash stands for."""
        one = self.next()
        if one in "pP":
            return self.category(one == "P")
        if one in classes.SHORT:
            return classes.SHORT[one]
        return classes.literal(self.escaped(one), self.fold)

    def escaped(self, one: str) -> str:
        """The character behind a backslash."""
        if one.isalnum() and one not in classes.CONTROL:
            raise PatternError(f"\\{one} is not supported")
        return classes.CONTROL.get(one, one)

    def again(self) -> Instruction:
        """A back-reference to a group that is closed: of as many digits as there are groups for."""
        number = int(self.next())
        while self.peek() in DIGITS and 10 * number + int(self.peek()) <= self.groups:
            number = 10 * number + int(self.next())
        if number not in self.closed:
            raise PatternError(f"\\{number} is no group that is closed")
        return ("again", number)

    def category(self, negated: bool) -> classes.Taker:
        """{L}"""
        name, closed, _ = self.text[self.position + 1 :].partition("}")
        taker = classes.category(name, negated)
        if not self.takes("{") or not closed or taker is None:
            raise PatternError("no category")
        self.position += len(name) + 1
        return taker

    def character_class(self) -> classes.Taker:
        """a-z\\d] with ^ in front for all others"""
        negated = self.takes("^")
        takers: list[classes.Taker] = []
        while not self.takes("]"):
            if takers and self.text.startswith("-[", self.position):
                return self.subtracted(classes.any_of(takers, negated))
            takers.append(self.class_part())
        if not takers:
            raise PatternError("an empty class")
        return classes.any_of(takers, negated)

    def subtracted(self, taker: classes.Taker) -> classes.Taker:
        """-[aeiou]] behind the parts of a class"""
        self.position += 2
        other = self.character_class()
        if not self.takes("]"):
            raise PatternError("a subtraction ends its class")
        return classes.without(taker, other)

    def class_part(self) -> classes.Taker:
        """One character, range or escape of a class."""
        one = self.next()
        if one == "[":
            raise PatternError("a class in a class is not supported")
        if one == "\\":
            after = self.next()
            if after in "pP":
                return self.category(after == "P")
            if after in classes.SHORT:
                return classes.SHORT[after]
            one = self.escaped(after)
        if self.peek() != "-" or self.text[self.position + 1 : self.position + 2] in ("]", ""):
            return classes.literal(one, self.fold)
        self.next()
        last = self.next()
        last = self.escaped(self.next()) if last == "\\" else last
        if last == "[" or last < one:
            raise PatternError("a range runs backwards")
        return classes.span(one, last, self.fold)


def _optional(code: Code, most: int | None, lazy: bool) -> Code:
    """The code any number of times, or up to `most` times."""
    if most is None:
        inside, outside = 1, len(code) + 2
        again = ("split", (-len(code) - 1,))
        return [("split", (outside, inside) if lazy else (inside, outside)), *code, again]
    result: Code = []
    for _ in range(most):
        inside, outside = 1, len(code) + len(result) + 1
        result = [("split", (outside, inside) if lazy else (inside, outside)), *code, *result]
    return result


def _checked(code: Code) -> Code:
    if len(code) > MAX_PROGRAM:
        raise PatternError("the pattern is too long")
    return code
