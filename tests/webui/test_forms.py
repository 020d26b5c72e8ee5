"""Forms: every form of the product can be drawn; what is posted is typed or named as wrong."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from werkzeug.datastructures import MultiDict

from webui.forms import Form, FormError, Library, Text, parse, read, shown
from webui.forms.conditions import hides

ZONE = ZoneInfo("Asia/Shanghai")
BPMN = Path(__file__).resolve().parents[2] / "bpmn"


def form(*components: dict[str, Any]) -> Form:
    return parse({"id": "f", "components": list(components)})


def one(kind: str, **more: Any) -> Form:
    return form({"type": kind, "key": "x", "label": "字段", **more})


OPTIONS = [{"value": "a", "label": "甲"}, {"value": True, "label": "是"}, {"value": 3, "label": "三"}]


@pytest.mark.parametrize(
    ("schema", "posted", "value"),
    [
        (one("textfield"), " 王芳 ", "王芳"),
        (one("textfield"), "", ""),
        (one("textarea"), "a\r\nb", "a\nb"),
        (one("number"), "12", 12),
        (one("number"), "１２．５", Decimal("12.5")),
        (one("number", decimalDigits=2), "1,000.50", Decimal("1000.50")),
        (one("number", decimalDigits=0), "-3", -3),
        (one("number"), "", None),
        (one("select", values=OPTIONS), "a", "a"),
        (one("radio", values=OPTIONS), "True", True),
        (one("radio", values=OPTIONS), "3", 3),
        (one("radio", values=OPTIONS), "", None),
        (one("checkbox"), "true", True),
        (one("checkbox"), "", False),
        (one("datetime", subtype="date"), "2028-02-29", "2028-02-29"),
        (one("datetime", subtype="datetime"), "2026-03-11T09:12", "2026-03-11T09:12:00+08:00"),
        (one("datetime", subtype="time"), "09:12", "09:12"),
    ],
)
def test_what_is_posted_becomes_a_typed_value(schema: Form, posted: str, value: Any) -> None:
    answer = read(schema, MultiDict({"x": posted}), ZONE)

    assert answer.mistakes == {}
    assert answer.data == {"x": value}
    assert type(answer.data["x"]) is type(value)


@pytest.mark.parametrize(
    ("schema", "posted"),
    [
        (one("textfield", validate={"required": True}), "  "),
        (one("textfield", validate={"maxLength": 3}), "四个字呀"),
        (one("textfield", validate={"minLength": 3}), "二字"),
        (one("textfield", validate={"pattern": r"^\d+$"}), "x1"),
        (one("textfield"), "a\x00b"),
        (one("textfield"), "line\nline"),
        (one("number"), "twelve"),
        (one("number"), "1e400"),
        (one("number"), "NaN"),
        (one("number"), "9" * 40),
        (one("number", decimalDigits=0), "1.5"),
        (one("number", validate={"min": 1}), "0"),
        (one("number", validate={"max": 10}), "10.5"),
        (one("select", values=OPTIONS), "z"),
        (one("checkbox", validate={"required": True}), ""),
        (one("datetime", subtype="date"), "2026-02-30"),
        (one("datetime", subtype="date"), "20260211"),
        (one("datetime", subtype="datetime"), "yesterday"),
        (one("datetime", subtype="datetime"), "0001-01-01T00:00"),
        (one("datetime", subtype="time"), "25:00"),
    ],
)
def test_what_is_missing_or_mistyped_is_named_by_its_field(schema: Form, posted: str) -> None:
    answer = read(schema, MultiDict({"x": posted}), ZONE)

    assert list(answer.mistakes) == ["x"]
    assert "x" not in answer.data and answer.texts == {"x": [posted]}


def test_only_declared_fields_are_read() -> None:
    answer = read(one("textfield"), MultiDict({"x": "a", "item": "b", "__class__": "c"}), ZONE)

    assert answer.data == {"x": "a"}


def test_a_checklist_keeps_the_order_of_its_options() -> None:
    schema = one("checklist", values=[{"value": v, "label": v} for v in "abc"])

    assert read(schema, MultiDict([("x", "c"), ("x", "a")]), ZONE).data == {"x": ["a", "c"]}
    assert list(read(schema, MultiDict([("x", "d")]), ZONE).mistakes) == ["x"]


def test_a_hidden_field_is_neither_asked_nor_kept() -> None:
    schema = form(
        {"type": "radio", "key": "outcome", "label": "?", "values": [{"value": v, "label": v} for v in ("yes", "no")]},
        {
            "type": "textarea",
            "key": "reason",
            "label": "?",
            "validate": {"required": True},
            "conditional": {"hide": '=outcome != "no"'},
        },
    )

    assert read(schema, MultiDict({"outcome": "yes"}), ZONE).data == {"outcome": "yes"}
    assert list(read(schema, MultiDict({"outcome": "no"}), ZONE).mistakes) == ["reason"]


def test_a_condition_that_fails_hides_nothing() -> None:
    assert hides("outcome = 1", {"outcome": 1})
    assert not hides("outcome >", {"outcome": 1})
    assert not hides("no such name", {})
    assert not hides('"text"', {})


def test_a_readonly_field_is_shown_and_not_read() -> None:
    schema = one("textfield", readonly=True)

    assert read(schema, MultiDict({"x": "forged"}), ZONE).data == {}


def test_what_a_field_shows_at_first() -> None:
    from datetime import UTC, datetime

    now = datetime(2026, 3, 11, 1, 12, tzinfo=UTC)
    fresh = one("datetime", subtype="datetime", properties={"default": "now"}).fields[0]

    assert shown(fresh, {}, ZONE, now) == ["2026-03-11T09:12"]
    assert shown(fresh, {"x": "2026-01-01T00:00:00Z"}, ZONE, now) == ["2026-01-01T08:00"]
    assert shown(one("checkbox").fields[0], {"x": True}, ZONE, now) == ["true"]
    assert shown(one("textfield", defaultValue="甲").fields[0], {}, ZONE, now) == ["甲"]


@pytest.mark.parametrize(
    "component",
    [
        {"type": "filepicker", "key": "x"},
        {"type": "iframe"},
        {"type": "textfield"},
        {"type": "textfield", "key": "a.b"},
    ],
)
def test_a_component_that_would_not_be_drawn_is_refused_by_name(component: dict[str, Any]) -> None:
    with pytest.raises(FormError, match="form f"):
        form(component)


def test_a_key_used_twice_is_refused() -> None:
    with pytest.raises(FormError, match="twice: x"):
        form({"type": "textfield", "key": "x"}, {"type": "number", "key": "x"})


@pytest.mark.parametrize("file", sorted(BPMN.rglob("forms/*.json")), ids=lambda file: f"{file.parts[-3]}-{file.stem}")
def test_every_form_of_the_product_is_drawn_in_both_languages(file: Path) -> None:
    found = parse(json.loads(file.read_text(encoding="utf-8")), file.stem)

    for element in found.elements:
        english = element.text_en if isinstance(element, Text) else element.label_en
        assert english, f"{element} has no English"
    assert all(option.label_en for field in found.fields for option in field.options)


def test_the_library_finds_a_form_in_the_folder_of_its_diagram() -> None:
    library = Library()

    assert library.form("administrative_approval", "receive").fields[0].key == "outcome"
    assert library.form("violation_handling", "verify").fields[0].key == "outcome"
    for definition, name in (("violation_handling", "receive"), ("nothing", "verify"), ("violation_handling", "../x")):
        with pytest.raises(FormError):
            library.form(definition, name)
