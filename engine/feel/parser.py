"""Tokens to tree: Lark's LALR(1) parser over grammar.lark, one small method per rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Any

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedToken
from lark.lexer import Lexer

from . import nodes
from .arithmetic import negative
from .bounds import DEFAULT
from .errors import FeelSyntaxError
from .lexer import tokens
from .literals import at_literal, number_literal, string_literal
from .wording import expected_words, found_words

Children = list[Any]


class TokenSource(Lexer):
    """Hands Lark the tokens already made."""

    def __init__(self, _configuration: object) -> None:
        pass

    def lex(self, data: Any) -> Iterator[Token]:  # type: ignore[override]
        """The tokens as they are."""
        yield from data


class TreeBuilder(Transformer[Token, Any]):
    """Builds nodes while the parser reduces, so nothing recurses."""

    def number(self, c: Children) -> nodes.Node:
        return nodes.Literal(number_literal(c[0]))

    def string(self, c: Children) -> nodes.Node:
        return nodes.Literal(string_literal(c[0]))

    def at(self, c: Children) -> nodes.Node:
        return nodes.Literal(at_literal(c[0]))

    def true(self, c: Children) -> nodes.Node:
        return nodes.Literal(True)

    def false(self, c: Children) -> nodes.Node:
        return nodes.Literal(False)

    def null(self, c: Children) -> nodes.Node:
        return nodes.Literal(None)

    def name(self, c: Children) -> nodes.Node:
        return nodes.Name(str(c[0]))

    def input(self, c: Children) -> nodes.Node:
        return nodes.Input()

    def list(self, c: Children) -> nodes.Node:
        return nodes.ListOf(tuple(c))

    def range(self, c: Children) -> nodes.Node:
        return nodes.RangeOf(c[1], c[3], c[0].type == "LSQB", c[4].type == "RSQB")

    def entry(self, c: Children) -> tuple[str, nodes.Node]:
        key = string_literal(c[0]) if c[0].type == "STRING" else str(c[0])
        return key, c[1]

    def context(self, c: Children) -> nodes.Node:
        return nodes.ContextOf(tuple(c))

    def postfix(self, c: Children) -> nodes.Node:
        return nodes.Postfix(c[0], tuple(c[1:]))

    def member(self, c: Children) -> nodes.Suffix:
        return nodes.Member(str(c[0]))

    def filter(self, c: Children) -> nodes.Suffix:
        return nodes.Filter(c[0])

    def call(self, c: Children) -> nodes.Suffix:
        return nodes.Call(tuple(c))

    def call_named(self, c: Children) -> nodes.Suffix:
        return nodes.Call(tuple(value for _, value in c), tuple(name for name, _ in c))

    def named(self, c: Children) -> tuple[str, nodes.Node]:
        return str(c[0]), c[1]

    def instance_of(self, c: Children) -> nodes.Suffix:
        return nodes.InstanceOf(c[1])

    def type_name(self, c: Children) -> Token:
        return c[0].update(value=".".join(c)) if len(c) > 1 else c[0]

    def type(self, c: Children) -> nodes.TypeName:
        return nodes.TypeName(str(c[0]), tuple(c[1:]), line=c[0].line, column=c[0].column)

    def type_entry(self, c: Children) -> tuple[str, nodes.TypeName]:
        return str(c[0]), c[1]

    def context_type(self, c: Children) -> nodes.TypeName:
        return nodes.TypeName(str(c[0]), entries=tuple(c[1:]), line=c[0].line, column=c[0].column)

    def function_type(self, c: Children) -> nodes.TypeName:
        return nodes.TypeName("function", tuple(c[1:-1]), (), c[-1], c[0].line, c[0].column)

    def sum(self, c: Children) -> nodes.Node:
        return nodes.Chain(c[0], tuple((str(sign), value) for sign, value in zip(c[1::2], c[2::2], strict=True)))

    product = sum
    power = sum

    def negation(self, c: Children) -> nodes.Node:
        return _negated(c[0])

    def sign(self, c: Children) -> str:
        return str(c[0])

    def sign_test(self, c: Children) -> nodes.Compared:
        return nodes.Compared(c[0], c[1])

    compared = sign_test

    def between(self, c: Children) -> nodes.Relation:
        return nodes.Between(c[0], c[1])

    def member_of(self, c: Children) -> nodes.Relation:
        return nodes.MemberOf(tuple(_test(one) for one in c))

    def signed_range(self, c: Children) -> nodes.Node:
        return nodes.SignedRange(c[0], c[1])

    def comparison(self, c: Children) -> nodes.Node:
        return nodes.Comparison(c[0], tuple(c[1:]))

    def conjunction(self, c: Children) -> nodes.Node:
        return nodes.Junction(False, tuple(c))

    def disjunction(self, c: Children) -> nodes.Node:
        return nodes.Junction(True, tuple(c))

    def iterator(self, c: Children) -> nodes.Iterator:
        return nodes.Iterator(str(c[0]), *c[1:])

    def iterators(self, c: Children) -> tuple[nodes.Iterator, ...]:
        return tuple(c)

    def quantified(self, c: Children) -> nodes.Node:
        return nodes.Quantified(c[0].type == "SOME", c[1], c[3])

    def parameter(self, c: Children) -> tuple[str, nodes.TypeName | None]:
        return str(c[0]), c[1] if len(c) > 1 else None

    def function(self, c: Children) -> nodes.Node:
        return nodes.Lambda(tuple(name for name, _ in c[1:-1]), c[-1], tuple(one for _, one in c[1:-1]))

    def any_value(self, c: Children) -> nodes.Tests:
        return nodes.Tests(())

    def any_of(self, c: Children) -> nodes.Tests:
        return nodes.Tests(tuple(_test(one) for one in c))

    def none_of(self, c: Children) -> nodes.Tests:
        return nodes.Tests(tuple(_test(one) for one in c[1:]), negated=True)


def _test(node: Any) -> Any:
    """Where a value is tested, `(< 5)` is no more than `< 5`."""
    return nodes.Compared(node.sign, node.value) if isinstance(node, nodes.SignedRange) else node


def _negated(value: nodes.Node) -> nodes.Node:
    """The sign of a number belongs to the number: `-2 instance of number` (DMN 1.5, 10.3.1.2, numeric literal)."""
    if isinstance(value, nodes.Postfix) and isinstance(value.base, nodes.Literal):
        base = value.base.value
        if type(base) is Decimal and not base.is_signed():
            return nodes.Postfix(nodes.Literal(negative(base)), value.suffixes)
    return nodes.Negation(value)


def _if(self: TreeBuilder, c: Children) -> nodes.Node:
    return nodes.If(c[0], c[1], c[2])


def _for(self: TreeBuilder, c: Children) -> nodes.Node:
    return nodes.For(c[0], c[1])


setattr(TreeBuilder, "if", _if)
setattr(TreeBuilder, "for", _for)


@lru_cache(maxsize=1)
def _parser() -> Lark:
    grammar = files(__package__).joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(
        grammar, parser="lalr", lexer=TokenSource, transformer=TreeBuilder(), start=["expression", "unary_tests"],
        maybe_placeholders=False,
    )  # fmt: skip


def tree(text: str, names: Iterable[str], start: str) -> Any:
    """The tree of a text, an expression's Node or Tests. Raises FeelSyntaxError and nothing else."""
    if len(text) > DEFAULT.source:
        raise FeelSyntaxError(text, 1, 1, f"at most {DEFAULT.source} characters", f"{len(text)}")
    found = tokens(text, names, DEFAULT.depth)
    if start == "unary_tests":
        _mark_not(found)
    try:
        return _parser().parse(found, start=start)
    except UnexpectedToken as error:
        raise _syntax_error(text, error) from None
    except FeelSyntaxError as error:
        raise FeelSyntaxError(text, error.line, error.column, error.expected, error.found) from None


def _mark_not(found: list[Token]) -> None:
    """`not( ... )` around all of the tests is a word of the grammar; elsewhere `not` is a function."""
    if len(found) < 3 or found[0].value != "not" or found[1].type != "LPAR":
        return
    depth = 0
    for index, token in enumerate(found[1:], start=1):
        depth += (token.value in ("(", "[", "{")) - (token.value in (")", "]", "}"))
        if depth == 0:
            if index == len(found) - 1:
                found[0] = found[0].update(type="NOT")
            return


def _syntax_error(text: str, error: UnexpectedToken) -> FeelSyntaxError:
    token = error.token
    expected = expected_words(set(error.accepts or error.expected or {"$END"}))
    if token.type == "$END":
        lines = text.split("\n")
        return FeelSyntaxError(text, len(lines), len(lines[-1]) + 1, expected, "the end of the text")
    return FeelSyntaxError(text, token.line or 1, token.column or 1, expected, found_words(token))
