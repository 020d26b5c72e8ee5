"""JUEL, ``${...}``: comparisons, and / or / not, empty, property paths and literals become FEEL.

JUEL coerces (``"1" == 1`` is true there) where FEEL gives null, and a condition that is null is an incident: what
differs is seen and never decides in silence. What could decide otherwise in silence is not translated.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedInput
from lark.exceptions import VisitError

from engine.importing.translating.uncertain import Uncertain, variable

LONGEST = 2000  # characters; the longest condition of any drawing seen has 200
ORDERS = {"lt": "<", "gt": ">", "le": "<=", "ge": ">="}
# The variables of the case, as the Java API names them.
CASE = ("execution", "task")


def to_feel(text: str) -> str:
    """The expression in FEEL; raises Uncertain."""
    if len(text) > LONGEST:
        raise Uncertain(f"{len(text)} characters")
    try:
        return _text(_Feel().transform(_grammar().parse(text)))
    except UnexpectedInput as error:
        found = text[(error.pos_in_stream or 0) :][:12] if error.pos_in_stream is not None else ""
        raise Uncertain(found.strip() or "its end") from None
    except VisitError as error:
        if isinstance(error.orig_exc, Uncertain):
            raise error.orig_exc from None
        raise
    except RecursionError:
        raise Uncertain("its nesting") from None


@cache
def _grammar() -> Lark:
    return Lark(files(__package__).joinpath("juel.lark").read_text(encoding="utf-8"), parser="lalr", lexer="contextual")


class _Part(str):
    """A piece of FEEL; ``kind`` is what it is known to be."""

    kind = ""

    def __new__(cls, text: str, kind: str = "") -> _Part:
        part = super().__new__(cls, text)
        part.kind = kind
        return part


def _text(part: _Part) -> str:
    if part.kind == "case":
        raise Uncertain(str(part))
    return str(part)


class _Feel(Transformer):
    def number(self, parts: list[Token]) -> _Part:
        return _Part(parts[0], "number")

    def text(self, parts: list[Token]) -> _Part:
        plain = parts[0][1:-1].replace("\\'", "'").replace('\\"', '"').replace("\\\\", "\\")
        escaped = plain.replace("\\", "\\\\").replace('"', '\\"')
        return _Part(f'"{escaped}"', "text")

    def true(self, _: list[Any]) -> _Part:
        return _Part("true")

    def false(self, _: list[Any]) -> _Part:
        return _Part("false")

    def null(self, _: list[Any]) -> _Part:
        return _Part("null")

    def name(self, parts: list[Token]) -> _Part:
        return _Part(parts[0], "case") if parts[0] in CASE else _Part(variable(parts[0]), "path")

    def group(self, parts: list[_Part]) -> _Part:
        return _Part(f"({_text(parts[0])})", parts[0].kind)

    def member(self, parts: list[Any]) -> _Part:
        if parts[0].kind != "path":
            raise Uncertain(f"{parts[0]}.{parts[1]}")
        return _Part(f"{parts[0]}.{parts[1]}", "path")

    def method(self, parts: list[Any]) -> _Part:
        target, name, *arguments = (part for part in parts if part is not None)
        literal = len(arguments) == 1 and arguments[0].kind == "text"
        field = str(arguments[0])[1:-1] if literal else ""
        if target.kind == "case" and name == "getVariable" and field.isidentifier():
            return _Part(variable(field), "path")
        if target.kind == "case" and name == "hasVariable" and field.isidentifier():
            return _Part(f"({field} != null)", "truth")
        if name == "equals" and len(arguments) == 1 and target.kind in ("path", "text"):
            return _Part(f"({target} = {_text(arguments[0])})", "truth")
        raise Uncertain(f"{target}.{name}()")

    def negation(self, parts: list[_Part]) -> _Part:
        return _Part(f"not({_bare(parts[0])})")

    def minus(self, parts: list[_Part]) -> _Part:
        return _Part(f"-{_text(parts[0])}", parts[0].kind)

    def emptiness(self, parts: list[_Part]) -> _Part:
        return _Part(f'list contains([null, "", []], {_text(parts[0])})')

    def times(self, parts: list[_Part]) -> _Part:
        return _Part(f"{_text(parts[0])} * {_text(parts[1])}", "number")

    def adds(self, parts: list[Any]) -> _Part:
        left, sign, right = parts
        # JUEL adds numbers where FEEL joins two texts: certain only beside a number.
        if sign == "+" and "number" not in (left.kind, right.kind):
            raise Uncertain(f"{left} + {right}")
        return _Part(f"{_text(left)} {sign} {_text(right)}", "number")

    def equals(self, parts: list[Any]) -> _Part:
        return _Part(f"{_side(parts[0])} = {_side(parts[2])}")

    def differs(self, parts: list[Any]) -> _Part:
        return _Part(f"{_side(parts[0])} != {_side(parts[2])}")

    def compares(self, parts: list[Any]) -> _Part:
        return _Part(f"{_text(parts[0])} {ORDERS.get(parts[1], parts[1])} {_text(parts[2])}", "order")

    def conjunction(self, parts: list[_Part]) -> _Part:
        return _Part(" and ".join(map(_text, parts)))

    def disjunction(self, parts: list[_Part]) -> _Part:
        return _Part(" or ".join(map(_text, parts)))

    def choice(self, parts: list[_Part]) -> _Part:
        return _Part("if {} then {} else {}".format(*map(_text, parts)), "choice")


def _side(part: _Part) -> str:
    """One side of an equality: JUEL compares by size before it asks for equality, FEEL does not."""
    return f"({_text(part)})" if part.kind == "order" else _text(part)


def _bare(part: _Part) -> str:
    """Without the brackets that the function's own make needless."""
    text = _text(part)
    inner = text[1:-1]
    return inner if text.startswith("(") and "(" not in inner and ")" not in inner else text
