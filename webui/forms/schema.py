"""What a form asks: the form-js components that the pages draw, as frozen values.

A component that the pages do not draw is refused by name: a field that nobody can fill in would leave
a case without its data and nobody would know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

KINDS = frozenset({"textfield", "textarea", "number", "select", "radio", "checkbox", "checklist", "datetime"})
DECORATION = frozenset({"text", "separator", "spacer", "button"})
NESTS = frozenset({"default", "group"})


class FormError(Exception):
    """A schema that cannot be drawn; the message names the form and the component."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice. ``value`` is what reaches the case data."""

    value: Any
    label: str
    label_en: str


@dataclass(frozen=True, slots=True)
class Text:
    """Words between the fields; a heading when they begin with ``#``."""

    text: str
    text_en: str
    hide: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One question. ``hide`` is a FEEL condition; ``subtype`` of a datetime: date, datetime or time."""

    kind: str
    key: str
    label: str
    label_en: str
    hint: str = ""
    hint_en: str = ""
    required: bool = False
    readonly: bool = False
    default: Any = None
    default_now: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    shortest: int = 0
    longest: int = 0
    pattern: str = ""
    digits: int | None = None
    options: tuple[Option, ...] = field(default=())
    subtype: str = ""
    hide: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A form in reading order."""

    id: str
    elements: tuple[Field | Text, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(element for element in self.elements if isinstance(element, Field))


def parse(schema: Mapping[str, Any], name: str = "") -> Form:
    """The form of a form-js schema. Raises FormError."""
    name = name or str(schema.get("id", ""))
    elements = tuple(_elements(schema.get("components", ()), name))
    keys = [element.key for element in elements if isinstance(element, Field)]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise FormError(f"form {name}: expected each key once, found twice: {', '.join(twice)}")
    return Form(name, elements)


def _elements(components: Any, name: str) -> Iterator[Field | Text]:
    for component in components:
        kind = component.get("type")
        if kind in NESTS:
            if component.get("label"):
                english = _properties(component).get("labelEn", "")
                yield Text(f"## {component['label']}", f"## {english}" if english else "", _hide(component))
            yield from _elements(component.get("components", ()), name)
        elif kind == "text":
            yield Text(component.get("text", ""), _properties(component).get("textEn", ""), _hide(component))
        elif kind in KINDS:
            yield _field(component, name)
        elif kind not in DECORATION:
            raise FormError(f"form {name}: component {kind} ({component.get('key', 'no key')}) is not drawn")


def _field(component: Mapping[str, Any], name: str) -> Field:
    key = component.get("key")
    if not isinstance(key, str) or not key or "." in key:
        raise FormError(f"form {name}: expected a key without dots, found {key!r} on a {component.get('type')}")
    rules = component.get("validate") or {}
    english = _properties(component)
    kind = str(component["type"])
    date_label = component.get("dateLabel") or component.get("dateTimeLabel") or component.get("timeLabel")
    return Field(
        kind=kind,
        key=key,
        label=str(component.get("label") or date_label or key),
        label_en=str(english.get("labelEn", "")),
        hint=str(component.get("description", "")),
        hint_en=str(english.get("descriptionEn", "")),
        required=bool(rules.get("required", False)),
        readonly=bool(component.get("readonly", False) or component.get("disabled", False)),
        default=component.get("defaultValue"),
        default_now=english.get("default") == "now",
        minimum=_decimal(rules.get("min")),
        maximum=_decimal(rules.get("max")),
        shortest=int(rules.get("minLength") or 0),
        longest=int(rules.get("maxLength") or 0),
        pattern=str(rules.get("pattern") or ""),
        digits=component.get("decimalDigits"),
        options=tuple(_options(component)),
        subtype=str(component.get("subtype", "date")) if kind == "datetime" else "",
        hide=_hide(component),
    )


def _options(component: Mapping[str, Any]) -> Iterator[Option]:
    english = _properties(component)
    for choice in component.get("values") or ():
        value = choice.get("value")
        other = choice.get("labelEn") or (choice.get("properties") or {}).get("labelEn")
        other = other or english.get(f"{value}En") or english.get(f"value.{value}.labelEn") or ""
        yield Option(value, str(choice.get("label", value)), str(other))


def _properties(component: Mapping[str, Any]) -> Mapping[str, Any]:
    return component.get("properties") or {}


def _hide(component: Mapping[str, Any]) -> str:
    """The FEEL text of ``conditional.hide``, without form-js's leading ``=``."""
    return str((component.get("conditional") or {}).get("hide") or "").removeprefix("=").strip()


def _decimal(value: Any) -> Decimal | None:
    return None if value in (None, "") else Decimal(str(value))
