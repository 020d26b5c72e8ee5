"""The expressions of a diagram, evaluated with FEEL over the data of a case."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from engine.casedata import temporal
from engine.durations import Repeat, is_iso8601, parse_duration, parse_instant, parse_repeat
from engine.errors import EvaluationFailed
from engine.feel import FeelError, parse
from engine.handlers import CaseView, Handlers
from engine.model import Data

STEP_COMPLETED = "step completed"
OWN_NAMES = frozenset({"now", "case", STEP_COMPLETED})
LONGEST_SHOWN = 200
_NOTHING: Data = {}


def context_of(view: CaseView, local: Data = _NOTHING, *, step_completed: bool = False) -> dict[str, Any]:
    """Case data with temporal values, the names that loops have set, and the engine's own."""
    instance = view.instance
    context = {key: temporal(value) for key, value in view.data.items()}
    context |= {key: temporal(value) for key, value in local.items()}
    context["now"] = view.at
    context["case"] = {
        "no": instance.business_key,
        "district": instance.district_code,
        "department": instance.scope,
        "started_at": instance.started_at,
        "suspended": any(entry.end is None for entry in view.suspensions),
        "extended": view.extension is not None,
    }
    context[STEP_COMPLETED] = step_completed
    return context


def evaluate(text: str, context: Mapping[str, Any], view: CaseView, handlers: Handlers, element: str) -> Any:
    """The value of one expression; raises EvaluationFailed naming the element."""
    functions = handlers.functions(view)
    try:
        expression = parse(text, names=tuple(context), functions=tuple(functions))
        return expression.evaluate(context, functions=functions)
    except Exception as error:
        raise _failed(f"the expression of {element} failed: {error}", text, view, element) from error


def _failed(message: str, text: str, view: CaseView, element: str, **facts: Any) -> EvaluationFailed:
    """The error with all that a designer needs to see: the expression and the fields that it reads."""
    return EvaluationFailed(message, element=element, expression=text, fields=fields_read([text], view), **facts)


def fields_read(texts: Iterable[str], view: CaseView) -> dict[str, Any]:
    """The fields of the case that these expressions read, whether the case has them (else null) or not."""
    names = {path.split(".")[0] for text in texts for path in _paths(text, view)} - OWN_NAMES
    return {name: view.data.get(name) for name in sorted(names)}


def _paths(text: str, view: CaseView) -> Collection[str]:
    try:
        return parse(text, names=(*view.data, *OWN_NAMES)).names
    except FeelError:
        return ()


def condition(text: str, context: Mapping[str, Any], view: CaseView, handlers: Handlers, element: str) -> bool:
    """A condition must be true or false; anything else is an incident, not a "no"."""
    value = evaluate(text, context, view, handlers, element)
    if isinstance(value, bool):
        return value
    raise _failed(
        f"expected true or false from the condition of {element}, found {_shown(value)}",
        *(text, view, element),
        found=_shown(value),
    )


def timer_due(text: str, view: CaseView, local: Data, handlers: Handlers, element: str) -> datetime | Repeat:
    """The instant a plain timer is due, counted from ``view.at``, or its repetition: ISO 8601, else FEEL."""
    if is_iso8601(text):
        return _from_iso(text, view.at)
    context = context_of(view, local)
    value = evaluate(text, context, view, handlers, element)
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        zone = context["now"].tzinfo or ZoneInfo("UTC")
        return datetime.combine(value, time(), zone)
    if isinstance(value, timedelta):
        return view.at + value
    if isinstance(value, str) and is_iso8601(value):
        return _from_iso(value, view.at)
    raise _failed(
        f"expected an instant or a duration from the timer of {element}, found {_shown(value)}",
        *(text, view, element),
        found=_shown(value),
    )


def _shown(value: Any) -> str:
    """A value in words, short; nothing is FEEL's null."""
    text = "null" if value is None else repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def _from_iso(text: str, start: datetime) -> datetime | Repeat:
    if text.startswith("R"):
        return parse_repeat(text)
    if text.startswith("P"):
        return parse_duration(text).after(start)
    return parse_instant(text)
