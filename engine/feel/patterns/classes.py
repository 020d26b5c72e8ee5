"""Sets of characters: what one step of a pattern takes."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

Taker = Callable[[str], bool]

_SPACE = " \t\n\r"
SHORT: dict[str, Taker] = {
    "d": lambda one: unicodedata.category(one) == "Nd",
    "w": lambda one: unicodedata.category(one)[0] not in "PZC",
    "s": lambda one: one in _SPACE,
}


def _other(taker: Taker) -> Taker:
    return lambda one: not taker(one)


SHORT |= {key.upper(): _other(taker) for key, taker in SHORT.items()}
CONTROL = {"n": "\n", "r": "\r", "t": "\t"}
_CATEGORIES = frozenset(
    [
        "L",
        "Lu",
        "Ll",
        "Lt",
        "Lm",
        "Lo",
        "M",
        "Mn",
        "Mc",
        "Me",
        "N",
        "Nd",
        "Nl",
        "No",
        "P",
        "Pc",
        "Pd",
        "Ps",
        "Pe",
        "Pi",
        "Pf",
        "Po",
        "Z",
        "Zs",
        "Zl",
        "Zp",
        "S",
        "Sm",
        "Sc",
        "Sk",
        "So",
        "C",
        "Cc",
        "Cf",
        "Co",
        "Cn",
    ]
)


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
    """A Unicode category such as L or Nd; None if there is none of that name."""
    if name not in _CATEGORIES:
        return None
    return lambda one: unicodedata.category(one).startswith(name) != negated


def any_of(takers: list[Taker], negated: bool) -> Taker:
    """What one of them takes, or what none does."""
    return lambda one: any(taker(one) for taker in takers) != negated


def every(one: str) -> bool:
    """Any character."""
    return True


def no_break(one: str) -> bool:
    """Any character but the end of a line."""
    return one not in "\n\r"
