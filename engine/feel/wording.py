"""Syntax errors in words: what may stand at a place, and what does."""

from __future__ import annotations

from lark import Token

_VALUE = frozenset({"NUMBER", "STRING", "TRUE", "FALSE", "NULL", "LSQB", "LBRACE"})
_BEGINS_VALUE = _VALUE | {"AT", "LPAR", "MINUS", "QUESTION", "IF", "FOR", "SOME", "EVERY", "FUNCTION", "RANGE_OPEN"}
_OPERATOR = frozenset({"PLUS", "STAR", "SLASH", "POWER", "EQ", "NE", "LT", "LE", "GT", "GE", "AND", "OR"})
_AFTER_VALUE = _OPERATOR | {"MINUS", "IN", "BETWEEN", "INSTANCE_OF", "DOT", "LPAR", "LSQB"}

_WORDS = {
    "NAME": "a name", "NUMBER": "a number", "STRING": "a string", "DOTS": "'..'", "DOT": "'.'", "COMMA": "','",
    "COLON": "':'", "LPAR": "'('", "RPAR": "')'", "LSQB": "'['", "RSQB": "']'", "LBRACE": "'{'", "RBRACE": "'}'",
    "PLUS": "'+'", "MINUS": "'-'", "STAR": "'*'", "SLASH": "'/'", "POWER": "'**'", "EQ": "'='", "NE": "'!='",
    "LT": "'<'", "LE": "'<='", "GT": "'>'", "GE": "'>='", "QUESTION": "'?'", "ARROW": "'->'",
    "RANGE_OPEN": "']'", "RANGE_CLOSE": "'['", "INSTANCE_OF": "'instance of'", "$END": "the end of the text",
}  # fmt: skip


def expected_words(terminals: set[str]) -> str:
    """The terminals a parser would take, in words, `a value` and `an operator` summing up many."""
    parts = []
    if terminals >= _VALUE:
        parts.append("a value")
        terminals = terminals - _BEGINS_VALUE - {"NAME"}
    elif len(_OPERATOR & terminals) > 3:
        parts.append("an operator")
        terminals = terminals - _AFTER_VALUE
    parts += sorted(_WORDS.get(terminal, f"'{terminal.lower()}'") for terminal in terminals)
    return " or ".join(parts) if len(parts) < 3 else ", ".join(parts[:-1]) + " or " + parts[-1]


def found_words(token: Token) -> str:
    """A token in words."""
    if token.type == "NAME":
        return f"the name {token.value!r}"
    if token.type in ("NUMBER", "STRING", "AT"):
        return f"{token.type.lower() if token.type != 'AT' else 'the literal'} {token.value}"
    return f"'{token.value}'"
