"""An assessment in words: periods, what a formula counts, figures, and what people give points for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from engine.feel import parse
from monitors.assessment import Sheet
from webui import vocabulary
from webui.i18n import label

_SHARES = ("on_time_rate", "early_rate", "satisfaction", "incomplete_share")


def period_name(name: str) -> str:
    """A period as people here say it: 2026 年第一季度, 2026 Q1."""
    year, _dash, part = name.partition("-")
    if not part:
        return _("%(year)s", year=year)
    if part[0] == "Q":
        return _("%(year)s Q%(number)s", year=year, number=part[1])
    if part[0] == "H":
        return _("%(year)s H%(number)s", year=year, number=part[1])
    return _("%(year)s-%(month)s", year=year, month=part)


def formula_words(formula: str) -> str:
    """What a formula reads, in the words of the field."""
    return "、".join(str(vocabulary.figure_words(name)) for name in sorted(parse(formula).names))


def figure_value(name: str, value: Any) -> str:
    """A figure as people read it: a share in percent, systems counted."""
    if isinstance(value, list):
        return str(len(value))
    if name in _SHARES and isinstance(value, (int, Decimal)):
        return f"{Decimal(value) * 100:.2f} %"
    return "" if value is None else str(value)


def item_name(sheet: Sheet | None, code: str) -> str:
    """What points are given for: an indicator of the sheet, the bonus, or a punishment by its own name."""
    found = next((one for one in sheet.indicators if one.code == code), None) if sheet else None
    return label(found.name, found.name_en) if found else str(vocabulary.word(vocabulary.DEDUCTION, code))
