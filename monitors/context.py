"""The names that an expression of a rule sees (docs/architecture.md), each value made when first read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from engine.casedata import temporal
from engine.model import Step
from monitors.documents.kinds import OF_DEPARTMENTS

if TYPE_CHECKING:
    from monitors.facts import Facts

_FIRING = (
    *("element", "checkpoint", "cause", "host", "occurrence", "happened"),
    *("rule", "rung", "level", "due", "deadline"),
)
SERVED = {f"{kind}_served_at": kind for kind in OF_DEPARTMENTS}  # names that no data can hide
_EXTENSION = ("amount", "unit", "approver", "reason", "at")


class Context(Mapping[str, Any]):
    """Case data seen as FEEL values; our own names come first, so that no data can hide them."""

    def __init__(self, data: Mapping[str, Any], own: Mapping[str, Callable[[], Any]]) -> None:
        self._data, self._own = data, own
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            own = self._own.get(name)
            self._made[name] = temporal(self._data[name]) if own is None else own()
        return self._made[name]

    @property
    def read(self) -> frozenset[str]:
        """The names that were read so far."""
        return frozenset(self._made)

    def __iter__(self) -> Iterator[str]:
        return iter({**self._data, **self._own})

    def __len__(self) -> int:
        return len({**self._data, **self._own})


def context_of(facts: Facts) -> Context:
    """The context of one snapshot."""
    extension = facts.case.extension
    own: dict[str, Callable[[], Any]] = {
        "now": lambda: facts.now,
        "case": lambda: _case(facts),
        "step completed": lambda: facts.completing,
        "step": lambda: None if facts.host_step is None else _step(facts, facts.host_step),
        "steps": lambda: [_step(facts, step) for step in facts.user_steps],
        "suspended": lambda: _suspended(facts),
        "firing": lambda: _firing(facts),
        "extension": lambda: extension and {name: getattr(extension, name) for name in _EXTENSION},
        "extension_wd": lambda: extension.amount if extension else 0,
        "extension_count": lambda: _extension_count(facts),
    }
    served = {name: partial(_served, facts, kind) for name, kind in SERVED.items()}
    return Context(facts.case.data, own | served)


def _served(facts: Facts, kind: str) -> datetime | None:
    """When a document of the case was served; what the data say counts only for one that this command issues."""
    found = facts.served(kind)
    return found if found is not None else temporal(facts.case.data.get(f"{kind}_served_at"))


def _case(facts: Facts) -> dict[str, Any]:
    instance = facts.case.instance
    return {
        "no": instance.business_key,
        "district": instance.district_code,
        "department": instance.scope,
        "started_at": instance.started_at,
        "suspended": _suspended(facts),
        "extended": facts.case.extension is not None,
    }


def _step(facts: Facts, step: Step) -> dict[str, Any]:
    return {
        "code": step.code,
        "element": step.element,
        "name": step.name,
        "actor": facts.actor_of(step),
        "role": step.role,
        "started_at": step.entered_at,
        "completed_at": _completed_at(facts, step),
        "occurrence": step.occurrence,
        "outcome": step.outcome,
    }


def _completed_at(facts: Facts, step: Step) -> datetime | None:
    """Null for a passage that is open or was cancelled; now, for the one being completed."""
    if step.outcome == "completed":
        return step.completed_at
    return facts.happened if facts.completing and step is facts.host_step else None


def _suspended(facts: Facts) -> bool:
    return any(
        entry.start <= facts.now and (entry.end is None or facts.now < entry.end) for entry in facts.case.suspensions
    )


def _firing(facts: Facts) -> dict[str, Any] | None:
    firing = facts.firing
    if firing is None:
        return None
    return {**{name: getattr(firing, name) for name in _FIRING}, "payload": temporal(firing.payload)}


def _extension_count(facts: Facts) -> int | Decimal:
    """At most one stands in the ledger, but a department may report that it granted more."""
    told = facts.case.data.get("extension_count")
    own = 1 if facts.case.extension else 0
    if isinstance(told, (int, Decimal)) and not isinstance(told, bool):
        return max(told, own)
    return own
