"""Text to tokens. FEEL names may hold spaces and signs, so the lexer must know them: the longest known name wins.

Where a name is not known it is one word, except behind a dot and where one is being given (a context key, a
loop variable, a parameter): two words side by side mean nothing else there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from lark import Token

from .errors import FeelSyntaxError

KEYWORDS = frozenset(
    ["if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "and", "or", "between", "function", "true", "false", "null"]
)
SIGNS = {
    "..": "DOTS", "**": "POWER", "<=": "LE", ">=": "GE", "!=": "NE", "->": "ARROW", "+": "PLUS", "-": "MINUS",
    "*": "STAR", "/": "SLASH", "=": "EQ", "<": "LT", ">": "GT", "(": "LPAR", ")": "RPAR", "[": "LSQB", "]": "RSQB",
    "{": "LBRACE", "}": "RBRACE", ",": "COMMA", ":": "COLON", ".": "DOT", "?": "QUESTION",
}  # fmt: skip

_LETTER = r"[^\W\d]|[\U00010000-\U000EFFFF]"
_WORD = rf"(?:{_LETTER})(?:\w|[\u00b7\u0300-\u036f\u203f\u2040\U00010000-\U000EFFFF])*"
_WORD_ENDS = r"(?![\w\u00b7\U00010000-\U000EFFFF])"
_STRING = r'"(?:[^"\\\r\n]|\\.)*"'
_SIGNS = "|".join(re.escape(sign) for sign in sorted(SIGNS, key=len, reverse=True))
_TOKENS = rf"""(?P<SPACE>(?:\s|\ufeff|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)+)
|(?P<KNOWN>KNOWN_NAMES)
|(?P<INSTANCE_OF>instance\s+of{_WORD_ENDS})
|(?P<WORD>{_WORD})
|(?P<NUMBER>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
|(?P<AT>@{_STRING})
|(?P<STRING>{_STRING})
|(?P<SIGN>{_SIGNS})"""


def normal(name: str) -> str:
    """A name with single spaces, as it stands in the context."""
    return " ".join(name.split())


def _pattern(name: str) -> str:
    ends = _WORD_ENDS if re.match(r"\w", name[-1]) else ""
    return r"\s+".join(re.escape(piece) for piece in name.split(" ")) + ends


@lru_cache(maxsize=512)
def scanner(names: frozenset[str]) -> re.Pattern[str]:
    """The token pattern for a set of known names; only names of more than one word matter."""
    special = [name for name in names if name and not re.fullmatch(_WORD, name)]
    special.sort(key=lambda name: (-len(name), name))
    known = "|".join(_pattern(name) for name in special) or "(?!)"
    return re.compile(_TOKENS.replace("KNOWN_NAMES", known).replace("\n|", "|"))


def tokens(text: str, names: Iterable[str], depth: int) -> list[Token]:
    """The tokens of a text. Raises FeelSyntaxError for a character, a string or a depth that cannot be."""
    known = frozenset(normal(name) for name in names)
    found = _settle(_scan(text, scanner(known)))
    given = {token.value for token in found if token.type == "NAME" and " " in token.value} - known
    if given:
        found = _settle(_scan(text, scanner(known | given)))
    _check_depth(text, found, depth)
    return found


def _scan(text: str, pattern: re.Pattern[str]) -> list[Token]:
    found: list[Token] = []
    position, line, line_start = 0, 1, 0
    while position < len(text):
        match = pattern.match(text, position)
        if match is None:
            raise _unreadable(text, position, line, position - line_start + 1)
        value, group = match.group(), match.lastgroup
        if group != "SPACE":
            found.append(_token(str(group), value, position, line, position - line_start + 1))
        breaks = value.count("\n") if group in ("SPACE", "KNOWN", "INSTANCE_OF") else 0
        if breaks:
            line, line_start = line + breaks, position + value.rindex("\n") + 1
        position = match.end()
    return found


def _token(group: str, value: str, position: int, line: int, column: int) -> Token:
    if group == "SIGN":
        kind = SIGNS[value]
    elif group == "WORD" and value in KEYWORDS:
        kind = value.upper()
    elif group in ("WORD", "KNOWN"):
        kind, value = "NAME", normal(value)
    else:
        kind = group
    return Token(kind, value, position, line, column)


def _unreadable(text: str, position: int, line: int, column: int) -> FeelSyntaxError:
    character = text[position]
    if character == '"' or text.startswith('@"', position):
        return FeelSyntaxError(text, line, column, 'a closing " on the same line', "the end of the line")
    return FeelSyntaxError(text, line, column, "a value, a name or an operator", f"the character {character!r}")


# --- what a token is depends on its neighbours ---------------------------------------------------------------

_ENDS_VALUE = frozenset(["NUMBER", "STRING", "AT", "NAME", "TRUE", "FALSE", "NULL", "QUESTION", "RPAR", "RSQB", "RBRACE", "RANGE_CLOSE"])
_FOLLOWS_VALUE = frozenset(
    ["RPAR", "RSQB", "RBRACE", "COMMA", "AND", "OR", "THEN", "ELSE", "RETURN", "SATISFIES", "IN", "BETWEEN", "DOT", "EQ", "NE", "LT", "LE", "GT", "GE", "INSTANCE_OF"]
)
_OPENS_KEY = frozenset({"LBRACE", "COMMA", "LPAR"})
_OPENS_NAME = _OPENS_KEY | {"FOR", "SOME", "EVERY"}


def _settle(found: list[Token]) -> list[Token]:
    result: list[Token] = []
    index, parameters = 0, False
    while index < len(found):
        before = result[-1].type if result else ""
        parameters = (parameters and before != "RPAR") or (before == "FUNCTION" and found[index].type == "LPAR")
        length = _name_length(found, index, before, parameters)
        if length:
            result.append(_joined(found[index : index + length]))
            index += length
        else:
            result.append(_bracket(found, index, before))
            index += 1
    return result


def _is_word(token: Token) -> bool:
    return token.type == "NAME" or token.value in KEYWORDS


def _name_length(found: list[Token], index: int, before: str, parameters: bool) -> int:
    """How many tokens from here on are one name."""
    if not _is_word(found[index]):
        return 0
    if before == "DOT":
        return 1 + _run(found, index + 1, names_only=True)
    key = before in _OPENS_KEY
    run = _run(found, index, names_only=not key)
    follower = found[index + run].type if index + run < len(found) else ""
    if key and (follower == "COLON" or (parameters and follower in ("COMMA", "RPAR"))):
        return run
    return run if before in _OPENS_NAME and follower == "IN" and found[index].type == "NAME" else 0


def _run(found: list[Token], index: int, names_only: bool) -> int:
    end = index
    while end < len(found) and (found[end].type == "NAME" if names_only else _is_word(found[end])):
        end += 1
    return end - index


def _joined(parts: list[Token]) -> Token:
    first = parts[0]
    name = " ".join(part.value for part in parts)
    return Token("NAME", name, first.start_pos, first.line, first.column)


def _bracket(found: list[Token], index: int, before: str) -> Token:
    """`[` behind which no value can begin closes a range, `]` where one may begin opens one."""
    token = found[index]
    after = found[index + 1].type if index + 1 < len(found) else "RPAR"
    if token.type == "LSQB" and before in _ENDS_VALUE and after in _FOLLOWS_VALUE:
        return token.update(type="RANGE_CLOSE")
    if token.type == "RSQB" and before not in _ENDS_VALUE and before != "LSQB":
        return token.update(type="RANGE_OPEN")
    return token


# --- depth ---------------------------------------------------------------------------------------------------

_OPEN = frozenset({"LPAR", "LSQB", "LBRACE", "RANGE_OPEN"})
_CLOSE = frozenset({"RPAR", "RSQB", "RBRACE", "RANGE_CLOSE"})
_PREFIX = frozenset({"IF", "FOR", "SOME", "EVERY", "FUNCTION"})


def _check_depth(text: str, found: list[Token], limit: int) -> None:
    """Brackets nest; so does each `if`, `for` ... within a bracket up to the next comma, and each `-` in a row."""
    levels, total, signs = [0], 0, 0
    for token in found:
        kind = token.type
        signs = signs + 1 if kind == "MINUS" else 0
        if kind in _OPEN:
            levels.append(1)
            total += 1
        elif kind in _CLOSE and len(levels) > 1:
            total -= levels.pop()
        elif kind in _PREFIX:
            levels[-1] += 1
            total += 1
        elif kind == "COMMA":
            total, levels[-1] = total - levels[-1] + (len(levels) > 1), int(len(levels) > 1)
        if total + signs > limit:
            raise FeelSyntaxError(
                text, token.line or 1, token.column or 1, f"at most {limit} levels of nesting", f"level {limit + 1}"
            )
