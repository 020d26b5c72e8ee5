"""What a token is depends on its neighbours: names of many words, brackets that end ranges, nesting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lark import Token

from .errors import FeelSyntaxError

KEYWORDS = frozenset(
    ("if", "then", "else", "for", "in", "return", "some", "every", "satisfies")
    + ("and", "or", "between", "function", "true", "false", "null")
)

_ENDS_VALUE = frozenset(
    ["NUMBER", "STRING", "AT", "NAME", "TRUE", "FALSE", "NULL", "QUESTION", "RPAR", "RSQB", "RBRACE", "RANGE_CLOSE"]
)
_FOLLOWS_VALUE = frozenset(
    [
        "RPAR",
        "RSQB",
        "RBRACE",
        "COMMA",
        "AND",
        "OR",
        "THEN",
        "ELSE",
        "RETURN",
        "SATISFIES",
        "IN",
        "BETWEEN",
        "DOT",
        "EQ",
        "NE",
        "LT",
        "LE",
        "GT",
        "GE",
        "INSTANCE_OF",
    ]
)
_OPENS_KEY = frozenset({"LBRACE", "COMMA", "LPAR"})
_OPENS_NAME = _OPENS_KEY | {"FOR", "SOME", "EVERY"}


def settle(found: list[Token]) -> list[Token]:
    """The tokens with names joined and range brackets marked."""
    result: list[Token] = []
    index, parameters = 0, False
    while index < len(found):
        before = result[-1].type if result else ""
        if parameters and before == "RPAR":
            before, parameters = "", False  # What stands behind the parameters of a function begins a value.
        parameters = parameters or (before == "FUNCTION" and found[index].type == "LPAR")
        length = _name_length(found, index, before, parameters)
        if length:
            result.append(_joined(found[index : index + length]))
            index += length
        else:
            result.append(_bracket(found, index, before))
            index += 1
    return result


def _is_name(token: Token) -> bool:
    return token.type == "NAME"


def _is_word(token: Token) -> bool:
    return token.type == "NAME" or token.value in KEYWORDS


def _may_be_in_key(token: Token) -> bool:
    """Names may hold these signs; where a key is given nothing else can be meant."""
    return _is_word(token) or token.type in ("PLUS", "MINUS", "STAR", "SLASH", "POWER", "DOT", "NUMBER")


def _name_length(found: list[Token], index: int, before: str, parameters: bool) -> int:
    """How many tokens from here on are one name."""
    if not _is_word(found[index]):
        return 0
    if before == "DOT":
        return 1 + _run(found, index + 1, _is_name)[0]
    if before in _OPENS_KEY:
        run, follower = _run(found, index, _is_word)
        if follower == "COLON" or (parameters and follower in ("COMMA", "RPAR")):
            return run
        run, follower = _run(found, index, _may_be_in_key)
        if follower == "COLON":
            return run
    run, follower = _run(found, index, _is_name)
    return run if before in _OPENS_NAME and follower == "IN" else 0


def _run(found: list[Token], index: int, belongs: Callable[[Token], bool]) -> tuple[int, str]:
    """How many tokens that belong to a name stand side by side, and what kind of token follows."""
    end = index
    while end < len(found) and belongs(found[end]):
        end += 1
    return end - index, found[end].type if end < len(found) else ""


def _joined(parts: list[Token]) -> Token:
    """One name of all tokens, with a space wherever there was any."""
    name = parts[0].value
    for before, part in zip(parts, parts[1:], strict=False):
        name += part.value if part.start_pos == before.end_pos else f" {part.value}"
    first = parts[0]
    return Token("NAME", name, first.start_pos, first.line, first.column, end_pos=parts[-1].end_pos)


def _bracket(found: list[Token], index: int, before: str) -> Token:
    """`[` behind which no value can begin closes a range, `]` where one may begin opens one (not behind `list<x>`)."""
    token = found[index]
    after = found[index + 1].type if index + 1 < len(found) else "RPAR"
    if token.type == "LSQB" and before in _ENDS_VALUE and after in _FOLLOWS_VALUE:
        return token.update(type="RANGE_CLOSE")
    if token.type == "RSQB" and before not in _ENDS_VALUE and before not in ("LSQB", "GT"):
        return token.update(type="RANGE_OPEN")
    return token


_OPEN = frozenset({"LPAR", "LSQB", "LBRACE", "RANGE_OPEN"})
_CLOSE = frozenset({"RPAR", "RSQB", "RBRACE", "RANGE_CLOSE"})
_LOOPS = frozenset({"FOR", "SOME", "EVERY"})
_PREFIX = _LOOPS | {"IF", "FUNCTION"}


def check_depth(text: str, found: list[Token], limit: int) -> None:
    """Brackets nest; so does each `if`, `for` ... within a bracket, and each `-` in a row.

    A comma ends what was opened since the bracket, unless it may be a loop's own. Raises FeelSyntaxError.
    """
    levels = [Level()]
    signs = 0
    for token in found:
        signs = signs + 1 if token.type == "MINUS" else 0
        _count(token.type, levels)
        if len(levels) - 1 + sum(level.open for level in levels) + signs > limit:
            raise FeelSyntaxError(
                text, token.line or 1, token.column or 1, f"at most {limit} levels of nesting", f"level {limit + 1}"
            )


@dataclass(slots=True)
class Level:
    """What is open within one pair of brackets."""

    open: int = 0
    loops: bool = False


def _count(kind: str, levels: list[Level]) -> None:
    if kind in _OPEN:
        levels.append(Level())
    elif kind in _CLOSE and len(levels) > 1:
        levels.pop()
    elif kind in _PREFIX:
        levels[-1].open += 1
        levels[-1].loops |= kind in _LOOPS
    elif kind == "COMMA" and not levels[-1].loops:
        levels[-1].open = 0
