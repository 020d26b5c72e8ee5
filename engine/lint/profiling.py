"""The profile as a table: every element and attribute of BPMN 2.0, and what becomes of it here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.lint import attributes, table
from engine.lint.names import EVENTS

KINDS = (
    *("none", "message", "timer", "conditional", "signal", "error", "escalation", "link", "terminate"),
    *("compensate", "cancel", "multiple"),
)
WORDS = {
    table.RUNS: "runs",
    table.DRAWN: "read with its element",
    table.IGNORED: "no effect, said in a remark",
    table.REFUSED: "refused",
}
WITH_DIFFERENCE = "runs with a difference"
_OF_ITS_ELEMENT = {table.IGNORED: WORDS[table.IGNORED], table.REFUSED: "refused with its element"}


@dataclass(frozen=True, slots=True)
class Row:
    """``element`` is its name, of an event with its kind as ``host/kind``; ``attribute`` is "" for the element itself."""

    element: str
    attribute: str
    verdict: str
    note_en: str
    note_zh: str


def rows() -> Iterator[Row]:
    """Every element by name, then its attributes; events once for each kind."""
    for element, names in sorted({**table.standard(), "eventSubProcess": []}.items()):
        if element in EVENTS:
            for kind in KINDS:
                yield _element(f"{element}/{kind}", table.event_verdict(element, kind))
        else:
            yield _element(element, table.verdict(element))
        for name in names:
            yield _attribute(element, name)


def _element(name: str, found: table.Verdict) -> Row:
    verdict = WITH_DIFFERENCE if found.differs else WORDS[found.verdict]
    return Row(name, "", verdict, found.note_en, found.note_zh)


def _attribute(element: str, name: str) -> Row:
    of_element = table.RUNS if element in EVENTS else table.verdict(element).verdict
    if of_element in _OF_ITS_ELEMENT:
        return Row(element, name, _OF_ITS_ELEMENT[of_element], "", "")
    if name in attributes.FIXED:
        value, zh, en = attributes.FIXED[name]
        return Row(element, name, f"refused unless {value}", en, zh)
    if name == "language":
        return Row(element, name, "refused unless FEEL", "expressions are FEEL", "表达式一律是 FEEL")
    if attributes.is_judged(element) and name not in attributes.KNOWN:
        return Row(element, name, WORDS[table.IGNORED], "", "")
    return Row(element, name, WORDS[of_element], "", "")
