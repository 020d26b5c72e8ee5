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
from .neighbours import KEYWORDS, check_depth, settle

SIGNS = {
    "..": "DOTS", "**": "POWER", "<=": "LE", ">=": "GE", "!=": "NE", "->": "ARROW", "+": "PLUS", "-": "MINUS",
    "*": "STAR", "/": "SLASH", "=": "EQ", "<": "LT", ">": "GT", "(": "LPAR", ")": "RPAR", "[": "LSQB", "]": "RSQB",
    "{": "LBRACE", "}": "RBRACE", ",": "COMMA", ":": "COLON", ".": "DOT", "?": "QUESTION",
}  # fmt: skip

_LETTER = r"[^\W\d]|[\U00010000-\U000EFFFF]"
_WORD = rf"(?:{_LETTER})(?:\w|[\u00b7\u0300-\u036f\u203f\u2040\U00010000-\U000EFFFF])*"
_ONE_WORD = re.compile(_WORD)
_WORD_ENDS = r"(?![\w\u00b7\U00010000-\U000EFFFF])"
_STRING = r'"(?:[^"\\\r\n]|\\.)*"'
_SIGNS = "|".join(re.escape(sign) for sign in sorted(SIGNS, key=len, reverse=True))
_TOKENS = rf"""(?P<SPACE>(?:[\s\u180e\u200b\ufeff]|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)+)
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
    special = [name for name in names if name and not _ONE_WORD.fullmatch(name)]
    special.sort(key=lambda name: (-len(name), name))
    known = "|".join(_pattern(name) for name in special) or "(?!)"
    return re.compile(_TOKENS.replace("KNOWN_NAMES", known).replace("\n|", "|"))


def tokens(text: str, names: Iterable[str], depth: int) -> list[Token]:
    """The tokens of a text. Raises FeelSyntaxError for a character, a string or a depth that cannot be."""
    known = frozenset(normal(name) for name in names)
    found = settle(_scan(text, scanner(known)))
    given = {token.value for token in found if token.type == "NAME" and not _ONE_WORD.fullmatch(token.value)} - known
    if given:
        found = settle(_scan(text, scanner(known | given)))
    check_depth(text, found, depth)
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
            place = position, line, position - line_start + 1
            found.append(_token(str(group), value, *place, match.end()))
        breaks = value.count("\n") if group in ("SPACE", "KNOWN", "INSTANCE_OF") else 0
        if breaks:
            line, line_start = line + breaks, position + value.rindex("\n") + 1
        position = match.end()
    return found


def _token(group: str, value: str, position: int, line: int, column: int, end: int) -> Token:
    if group == "SIGN":
        kind = SIGNS[value]
    elif group == "WORD" and value in KEYWORDS:
        kind = value.upper()
    elif group in ("WORD", "KNOWN"):
        kind, value = "NAME", normal(value)
    else:
        kind = group
    return Token(kind, value, position, line, column, end_pos=end)


def _unreadable(text: str, position: int, line: int, column: int) -> FeelSyntaxError:
    character = text[position]
    if character == '"' or text.startswith('@"', position):
        return FeelSyntaxError(text, line, column, 'a closing " on the same line', "the end of the line")
    return FeelSyntaxError(text, line, column, "a value, a name or an operator", f"the character {character!r}")
