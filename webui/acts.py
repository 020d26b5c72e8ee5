"""The forms of the acts on a case's clock: suspend, resume, extend. Read like the forms of steps."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l

from monitors.model import Person
from webui.forms import Field, Form, Option
from webui.vocabulary import SUSPENSION_KIND, UNIT

LONGEST_STOP = Decimal(250)  # working days, about a year
LONGEST_EXTENSION = Decimal(60)


def _reason() -> Field:
    return _field("textarea", "reason", _l("Reason"), required=True, longest=2_000)


def suspend_form(approvers: tuple[Person, ...]) -> Form:
    """Why the clock stops, for how long at most, and who approved it."""
    kinds = tuple(Option(code, words, "") for code, words in SUSPENSION_KIND.items())
    return Form(
        "suspend",
        (
            _field("select", "kind", _l("Special procedure"), required=True, options=kinds),
            _field(
                "number",
                "own_limit",
                _l("Own limit of the procedure (working days)"),
                required=True,
                minimum=Decimal(1),
                maximum=LONGEST_STOP,
                digits=0,
            ),
            _field("select", "approver", _l("Approved by"), required=True, options=_people(approvers)),
            _reason(),
        ),
    )


def resume_form() -> Form:
    return Form("resume", (_reason(),))


def extend_form() -> Form:
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
                maximum=LONGEST_EXTENSION,
                digits=0,
            ),
            _field("select", "unit", _l("Unit"), required=True, options=units, default="working_day"),
            _reason(),
        ),
    )


def _people(people: tuple[Person, ...]) -> tuple[Option, ...]:
    return tuple(Option(person.id, person.name, person.name_en) for person in people)


def _field(kind: str, key: str, label: Any, **more: Any) -> Field:
    """A field whose label is a lazy word of ours: one text for both languages."""
    return Field(kind, key, label, "", **more)
