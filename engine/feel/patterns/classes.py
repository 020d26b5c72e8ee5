"""Sets of characters: what one step of a pattern takes."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

Taker = Callable[[str], bool]

_SPACE = " \t\n\r"
_NAME_START = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nl"})
_NAME_PART = _NAME_START | {"Nd", "Mn", "Mc"}
SHORT: dict[str, Taker] = {
    "d": lambda one: unicodedata.category(one) == "Nd",
    "w": lambda one: unicodedata.category(one)[0] not in "PZC",
    "s": lambda one: one in _SPACE,
    "i": lambda one: one in "_:" or unicodedata.category(one) in _NAME_START,
    "c": lambda one: one in "_:-.\u00b7" or unicodedata.category(one) in _NAME_PART,
}


def _other(taker: Taker) -> Taker:
    return lambda one: not taker(one)


SHORT |= {key.upper(): _other(taker) for key, taker in SHORT.items()}
CONTROL = {"n": "\n", "r": "\r", "t": "\t"}
_CATEGORIES = frozenset(
    ["L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps", "Pe", "Pi"]
    + ["Pf", "Po", "Z", "Zs", "Zl", "Zp", "S", "Sm", "Sc", "Sk", "So", "C", "Cc", "Cf", "Co", "Cn"]
)
#: The blocks that rules name, by first and last code point.
_BLOCKS = {
    "BasicLatin": (0x0000, 0x007F), "Latin-1Supplement": (0x0080, 0x00FF), "LatinExtended-A": (0x0100, 0x017F),
    "LatinExtended-B": (0x0180, 0x024F), "IPAExtensions": (0x0250, 0x02AF), "CombiningDiacriticalMarks": (0x0300, 0x036F),
    "Greek": (0x0370, 0x03FF), "GreekandCoptic": (0x0370, 0x03FF), "Cyrillic": (0x0400, 0x04FF),
    "Armenian": (0x0530, 0x058F), "Hebrew": (0x0590, 0x05FF), "Arabic": (0x0600, 0x06FF), "Devanagari": (0x0900, 0x097F),
    "Thai": (0x0E00, 0x0E7F), "Tibetan": (0x0F00, 0x0FFF), "HangulJamo": (0x1100, 0x11FF), "Mongolian": (0x1800, 0x18AF),
    "LatinExtendedAdditional": (0x1E00, 0x1EFF), "GreekExtended": (0x1F00, 0x1FFF), "GeneralPunctuation": (0x2000, 0x206F),
    "CurrencySymbols": (0x20A0, 0x20CF), "LetterlikeSymbols": (0x2100, 0x214F), "NumberForms": (0x2150, 0x218F),
    "Arrows": (0x2190, 0x21FF), "MathematicalOperators": (0x2200, 0x22FF), "BoxDrawing": (0x2500, 0x257F),
    "CJKSymbolsandPunctuation": (0x3000, 0x303F), "Hiragana": (0x3040, 0x309F), "Katakana": (0x30A0, 0x30FF),
    "Bopomofo": (0x3100, 0x312F), "CJKUnifiedIdeographsExtensionA": (0x3400, 0x4DBF),
    "CJKUnifiedIdeographs": (0x4E00, 0x9FFF), "HangulSyllables": (0xAC00, 0xD7AF), "PrivateUse": (0xE000, 0xF8FF),
    "CJKCompatibilityIdeographs": (0xF900, 0xFAFF), "HalfwidthandFullwidthForms": (0xFF00, 0xFFEF),
}  # fmt: skip


def literal(character: str, fold: bool) -> Taker:
    """One character, or with `fold` its other case too."""
    if not fold:
        return lambda one: one == character
    folded = character.casefold()
    return lambda one: one.casefold() == folded


def span(first: str, last: str, fold: bool) -> Taker:
    """The characters from first to last."""
    if not fold:
        return lambda one: first <= one <= last
    return lambda one: first <= one <= last or first <= one.lower() <= last or first <= one.upper() <= last


def category(name: str, negated: bool) -> Taker | None:
    """A Unicode category such as L or Nd, or a block such as IsCyrillic; None if there is none of that name."""
    if name.startswith("Is") and name[2:] in _BLOCKS:
        first, last = _BLOCKS[name[2:]]
        return lambda one: (first <= ord(one) <= last) != negated
    if name not in _CATEGORIES:
        return None
    return lambda one: unicodedata.category(one).startswith(name) != negated


def any_of(takers: list[Taker], negated: bool) -> Taker:
    """What one of them takes, or what none does."""
    return lambda one: any(taker(one) for taker in takers) != negated


def without(taker: Taker, other: Taker) -> Taker:
    """What the one takes and the other does not."""
    return lambda one: taker(one) and not other(one)


def every(one: str) -> bool:
    """Any character."""
    return True


def no_break(one: str) -> bool:
    """Any character but the end of a line."""
    return one not in "\n\r"
