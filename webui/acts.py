"""The forms of the acts on a case's clock: suspend, resume, extend, correct. Read like the forms of steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engine import Step
from engine.model import SuspensionEntry
from monitors.suspensions import SuspensionKind
from webui.forms import Field, Form, Option
from webui.i18n import label
from webui.vocabulary import CONFIDENCE, SUSPENSION_KIND, UNIT, word

LONGEST_STOP = Decimal(250)  # working days, about a year: no kind may stop a clock for longer


def _reason() -> Field:
    return _field("textarea", "reason", _l("Reason"), required=True, longest=2_000)


def suspend_form(left: Mapping[str, int], kinds: Mapping[str, SuspensionKind]) -> Form:
    """Why the clock is to stop, for how long at most, and how the applicant was told; each kind says what it may."""
    options = tuple(Option(code, _kind(kinds[code], days), "") for code, days in left.items() if days)
    return Form(
        "suspend",
        (
            _field("select", "kind", _l("Special procedure"), required=True, options=options),
            _field(
                "number",
                "own_limit",
                _l("Own limit of the procedure (working days)"),
                required=True,
                minimum=Decimal(1),
                maximum=LONGEST_STOP,
                digits=0,
            ),
            _field("textfield", "notice", _l("Written notice to the applicant (number)"), required=True, longest=200),
            _reason(),
        ),
    )


def resume_form(running: Iterable[SuspensionEntry]) -> Form:
    """Why the clock runs again; where several procedures run, which of them is over."""
    kinds = tuple(Option(stop.kind, word(SUSPENSION_KIND, stop.kind), "") for stop in running)
    which = _field("select", "kind", _l("Special procedure that is over"), required=True, options=kinds)
    return Form("resume", (which, _reason()) if len(kinds) > 1 else (_reason(),))


def extend_form(most: int) -> Form:
    """By how much; the one who extends approves it."""
    units = tuple(Option(code, UNIT[code], "") for code in ("working_day", "calendar_day"))
    return Form(
        "extend",
        (
            _field(
                "number",
                "amount",
                _l("Extend by"),
                required=True,
                minimum=Decimal(1),
                maximum=Decimal(most),
                digits=0,
            ),
            _field("select", "unit", _l("Unit"), required=True, options=units, default="working_day"),
            _reason(),
        ),
    )


@dataclass(frozen=True, slots=True)
class Correctable:
    """A recorded time that may be put right: the ``fact`` as the engine names it, in words, and the time."""

    code: str
    fact: Mapping[str, Any]
    words: str
    at: datetime


def correctable(
    steps: Iterable[Step], stops: Iterable[SuspensionEntry], stated: Iterable[tuple[str, str, datetime]] = ()
) -> tuple[Correctable, ...]:
    """When people's steps began and were done, when stops began and ended, and the times that the data state, as
    (field, its name, time)."""
    found = [Correctable(f"field:{name}", {"field": name}, words, at) for name, words, at in stated]
    for step in (one for one in steps if one.kind == "person"):
        for what, at in (("entered_at", step.entered_at), ("completed_at", step.completed_at)):
            if at is not None:
                name = label(step.name, step.name_en)
                words = (
                    _("Step begun: %(name)s", name=name)
                    if what == "entered_at"
                    else _("Step done: %(name)s", name=name)
                )
                fact = {"element": step.element, "occurrence": step.occurrence, "what": what}
                found.append(Correctable(f"{step.element}:{step.occurrence}:{what}", fact, words, at))
    for stop in stops:
        for what, moment in (("start", stop.start), ("end", stop.end)):
            if moment is not None:
                kind = word(SUSPENSION_KIND, stop.kind)
                words = (
                    _("Clock stopped: %(kind)s", kind=kind)
                    if what == "start"
                    else _("Clock runs again: %(kind)s", kind=kind)
                )
                found.append(Correctable(f"{stop.id}:{what}", {"suspension": stop.id, "what": what}, words, moment))
    return tuple(found)


def corrected_words(times: Iterable[Correctable], fact: Mapping[str, Any]) -> str:
    """What such a fact is about."""
    found = next((one for one in times if one.fact == fact), None)
    return "" if found is None else found.words


def correct_form(times: Iterable[Correctable], shown: Mapping[str, str]) -> Form:
    """Which time was recorded wrongly, what is right, and why; ``shown`` are the times as the page writes them."""
    options = tuple(Option(one.code, f"{one.words} · {shown[one.code]}", "") for one in times)
    return Form(
        "correct",
        (
            _field("select", "fact", _l("Time that was recorded wrongly"), required=True, options=options),
            _field("datetime", "to", _l("Right time"), required=True, subtype="datetime"),
            _reason(),
        ),
    )


def _kind(kind: SuspensionKind, left: int) -> str:
    """``Hearing · at most 20 working days (行政许可法 45, 47, 82 · law, article read)``."""
    return _(
        "%(kind)s · at most %(days)d working days (%(basis)s · %(mark)s)",
        kind=word(SUSPENSION_KIND, kind.code),
        days=left,
        basis=kind.basis,
        mark=word(CONFIDENCE, kind.confidence),
    )


def _field(kind: str, key: str, label: Any, **more: Any) -> Field:
    """A field whose label is a lazy word of ours: one text for both languages."""
    return Field(kind, key, label, "", **more)
