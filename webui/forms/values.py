"""One posted text becomes one typed value, or words that say what was expected."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l

from webui.forms.schema import Field

LONGEST = {"textfield": 1_000, "textarea": 10_000}
_NUMBER = re.compile(r"[+-]?\d{1,18}(\.\d{1,9})?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class Mistake(ValueError):
    """What is wrong with one field, in words that are translated when they are shown."""

    def __init__(self, words: Any) -> None:
        super().__init__()
        self.words = words


def value_of(field: Field, texts: list[str], zone: ZoneInfo) -> Any:
    """The value of a field from what was posted under its key. Raises Mistake.

    Nothing is what form-js makes of it: empty text, an empty list, false; null for number, choice and date.
    """
    if field.kind == "checkbox":
        return _checkbox(field, texts)
    if field.kind == "checklist":
        return _checklist(field, texts)
    text = _normal(texts[-1] if texts else "", lines=field.kind == "textarea")
    if not text:
        if field.required:
            raise Mistake(_l("This field must be filled in."))
        return "" if field.kind in LONGEST else None
    return _READERS[field.kind](field, text, zone)


def _normal(text: str, *, lines: bool) -> str:
    """Without surrounding space; line ends as one character; nothing that cannot be printed."""
    text = text.replace("\r\n", "\n").strip()
    allowed = "\n\t" if lines else ""
    if any(unicodedata.category(c) in ("Cc", "Cs") and c not in allowed for c in text):
        raise Mistake(_l("The text holds characters that cannot be printed."))
    return text


def _text(field: Field, text: str, zone: ZoneInfo) -> str:
    longest = field.longest or LONGEST[field.kind]
    if len(text) > longest:
        raise Mistake(_l("At most %(count)d characters, found %(found)d.", count=longest, found=len(text)))
    if len(text) < field.shortest:
        raise Mistake(_l("At least %(count)d characters.", count=field.shortest))
    if field.pattern and not re.search(field.pattern, text):
        raise Mistake(_l("The text does not have the expected form."))
    return text


def _number(field: Field, text: str, zone: ZoneInfo) -> int | Decimal:
    # An input method for Chinese types full-width digits; they are numbers all the same.
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "")
    if not _NUMBER.fullmatch(plain):
        raise Mistake(_l("Expected a number."))
    number = Decimal(plain)
    whole = number == number.to_integral_value()
    if field.digits == 0 and not whole:
        raise Mistake(_l("Expected a whole number."))
    if field.digits is not None and number != round(number, field.digits):
        raise Mistake(_l("At most %(count)d decimal places.", count=field.digits))
    if field.minimum is not None and number < field.minimum:
        raise Mistake(_l("At least %(bound)s.", bound=field.minimum))
    if field.maximum is not None and number > field.maximum:
        raise Mistake(_l("At most %(bound)s.", bound=field.maximum))
    return int(number) if whole and field.digits in (None, 0) else number


def _choice(field: Field, text: str, zone: ZoneInfo) -> Any:
    for option in field.options:
        if str(option.value) == text:
            return option.value
    raise Mistake(_l("Choose one of the values of the list."))


def _moment(field: Field, text: str, zone: ZoneInfo) -> str:
    try:
        if field.subtype == "time":
            return time.fromisoformat(text).isoformat("minutes")
        if field.subtype == "date":
            if not _DATE.fullmatch(text):
                raise ValueError(text)
            return date.fromisoformat(text).isoformat()
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Mistake(_l("Expected a date or time that exists.")) from None
    if not 1900 <= moment.year <= 9000:
        raise Mistake(_l("Expected a date or time that exists."))
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).isoformat()


def _checkbox(field: Field, texts: list[str]) -> bool:
    checked = bool(texts) and texts[-1] in ("on", "true", "1")
    if field.required and not checked:
        raise Mistake(_l("This box must be ticked."))
    return checked


def _checklist(field: Field, texts: list[str]) -> list[Any]:
    known = {str(option.value): option.value for option in field.options}
    if any(text not in known for text in texts):
        raise Mistake(_l("Choose one of the values of the list."))
    if field.required and not texts:
        raise Mistake(_l("Choose at least one."))
    return [value for text, value in known.items() if text in texts]


_READERS: dict[str, Callable[[Field, str, ZoneInfo], Any]] = {
    "textfield": _text,
    "textarea": _text,
    "number": _number,
    "select": _choice,
    "radio": _choice,
    "datetime": _moment,
}
