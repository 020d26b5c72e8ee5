"""Passages that keep the limits they began under, when their case goes over to another version.

``instance.pinned`` is ``{"element:occurrence of the host": {"version": n, "checkpoints": [ids]}}``. Their clocks are
derived, and their rules judged, as that version has them: also after a stop or an extension.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from engine.handlers import CaseView
from engine.model import Firing

Pins = dict[str, dict[str, Any]]


def as_it_began(view: CaseView, checkpoint: str | None, element: str, occurrence: int) -> CaseView:
    """The case as those see it who judge this checkpoint on this passage."""
    pin = (view.instance.pinned or {}).get(name_of(element, occurrence))
    if pin is None or checkpoint not in pin["checkpoints"]:
        return view
    return replace(view, instance=replace(view.instance, version=pin["version"]))


def for_firing(view: CaseView, firing: Firing | None) -> CaseView:
    """The same for what was fired."""
    if firing is None or view.instance.pinned is None:
        return view
    return as_it_began(view, firing.checkpoint, firing.host or firing.element, firing.occurrence)


def name_of(element: str, occurrence: int) -> str:
    return f"{element}:{occurrence}"


def carried(
    pinned: Mapping[str, Any] | None,
    renamed: Mapping[tuple[str, int], tuple[str, int]],
    more: Iterable[tuple[str, int, str]],
    version: int,
) -> Pins | None:
    """The pins after a migration: those there were, by their new names, and more checkpoints of ``version``."""
    names = {name_of(*old): name_of(*new) for old, new in renamed.items()}
    found: Pins = {names.get(name, name): dict(pin) for name, pin in (pinned or {}).items()}
    held = {(name, checkpoint) for name, pin in found.items() for checkpoint in pin["checkpoints"]}
    for element, occurrence, checkpoint in more:
        name = name_of(element, occurrence)
        if (name, checkpoint) not in held:
            pin = found.setdefault(name, {"version": version, "checkpoints": []})
            pin["checkpoints"] = sorted({*pin["checkpoints"], checkpoint})
    return found or None
