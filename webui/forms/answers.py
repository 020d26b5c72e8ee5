"""A posted form, read: typed data, or what is wrong with which field. Only declared fields are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from webui.forms.conditions import hides
from webui.forms.schema import Field, Form, Text
from webui.forms.values import Mistake, value_of


class Posted(Protocol):
    """What werkzeug's MultiDict offers of it."""

    def getlist(self, key: str) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """``data`` is whole when ``mistakes`` is empty; ``texts`` is what was typed, to be shown again.

    ``hidden`` are the elements that the other answers hide.
    """

    data: dict[str, Any]
    mistakes: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, list[str]] = field(default_factory=dict)
    hidden: tuple[Field | Text, ...] = ()

    @property
    def good(self) -> bool:
        return not self.mistakes


def read(form: Form, posted: Posted, zone: ZoneInfo, *, known: Mapping[str, Any] | None = None) -> Answer:
    """Read every field that the other answers do not hide.

    An optional field left empty has its empty value, so that a repeated step does not keep an earlier answer.
    ``known`` are the case data, which conditions may name.
    """
    texts = {f.key: posted.getlist(f.key) for f in form.fields if not f.readonly}
    values, mistakes = _values(form, texts, zone)
    seen = {**(known or {}), **dict.fromkeys(texts), **values}
    hidden = tuple(element for element in form.elements if element.hide and hides(element.hide, seen))
    keys = {element.key for element in hidden if isinstance(element, Field)}
    return Answer(
        {key: value for key, value in values.items() if key not in keys},
        {key: words for key, words in mistakes.items() if key not in keys},
        texts,
        hidden,
    )


def _values(form: Form, texts: Mapping[str, list[str]], zone: ZoneInfo) -> tuple[dict[str, Any], dict[str, Any]]:
    values: dict[str, Any] = {}
    mistakes: dict[str, Any] = {}
    for item in form.fields:
        if item.readonly:
            continue
        try:
            values[item.key] = value_of(item, texts[item.key], zone)
        except Mistake as mistake:
            mistakes[item.key] = mistake.words
    return values, mistakes


def shown(item: Field, known: Mapping[str, Any], zone: ZoneInfo, now: datetime) -> list[str]:
    """What a field holds when it is first shown: the case's value, else the form's default."""
    value = known.get(item.key)
    if value is None:
        value = now.isoformat() if item.default_now else item.default
    if value is None or value is False:
        return []
    if isinstance(value, list):
        return [str(part) for part in value]
    if item.kind == "datetime" and item.subtype != "time":
        return [_local(str(value), zone, "%Y-%m-%d" if item.subtype == "date" else "%Y-%m-%dT%H:%M")]
    return ["true" if value is True and item.kind == "checkbox" else str(value)]


def _local(text: str, zone: ZoneInfo, shape: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return ""
    moment = moment.astimezone(zone) if moment.tzinfo else moment
    return moment.strftime(shape)
