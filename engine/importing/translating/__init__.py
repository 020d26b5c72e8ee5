"""Expressions of other products in FEEL, where that is certain: never a guess."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.feel import FeelSyntaxError, parse
from engine.importing.translating import juel, python
from engine.importing.translating.uncertain import Uncertain

__all__ = ["JUEL", "PLAIN", "PYTHON", "Translation", "translate"]

JUEL, PYTHON, PLAIN = "juel", "python", "plain"
# What the engine itself gives to every expression (docs/architecture.md): a field of that name is not seen.
OURS = frozenset({"now", "case", "step", "item"})
TEMPLATE = re.compile(r"[$#]\{(.*)\}", re.DOTALL)
JUEL_LANGUAGES = ("juel", "groovy", "javascript", "ecmascript", "el")


@dataclass(frozen=True, slots=True)
class Translation:
    """``feel`` is the expression; None where it is not certain, and then ``reason`` says why."""

    feel: str | None
    reason: str = ""


def translate(text: str, dialect: str, language: str = "") -> Translation:
    """An expression in FEEL. ``language`` is what the drawing says, ``dialect`` what its product writes."""
    text = text.strip()
    try:
        return Translation(_checked(_feel(text, dialect, language.rsplit("/", 1)[-1].lower())))
    except Uncertain as error:
        return Translation(None, error.what)


def _feel(text: str, dialect: str, language: str) -> str:
    template = TEMPLATE.fullmatch(text)
    if template:
        if re.search(r"[$#]\{", template[1]):
            raise Uncertain("several expressions in one text")
        return juel.to_feel(template[1])
    if text.startswith("="):
        return text.removeprefix("=").strip()
    if "feel" in language:
        return text
    if language in JUEL_LANGUAGES:
        return juel.to_feel(text)
    if language in ("python",) or dialect == PYTHON:
        return python.to_feel(text)
    return text if _is_feel(text) else juel.to_feel(text)


def _is_feel(text: str) -> bool:
    try:
        parse(text)
    except FeelSyntaxError:
        return False
    return True


def _checked(feel: str) -> str:
    """The expression, if it is one that means here what it meant there."""
    try:
        found = parse(feel)
    except FeelSyntaxError as error:
        raise Uncertain(f"{error.expected} expected, {error.found} found") from None
    if found.calls:
        raise Uncertain(f"the function {min(found.calls)}")
    hidden = OURS & {name.split(".")[0] for name in found.names}
    if hidden:
        raise Uncertain(f"the name {min(hidden)}, which is the engine's own")
    return feel
