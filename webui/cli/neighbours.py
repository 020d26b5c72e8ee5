"""What lies beside a model file and says which fields its cases have: the feed's schema and the forms."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from engine.diagrams import load, survey
from engine.errors import ModelRefused
from engine.linking import Source, called_models
from engine.lint.remarks import Fault, Remark
from webui.modelfolders import shipped, source_of

GIVEN = (
    "received_at",
    "channel",
    "applicant_name_masked",
    "applicant_type",
)  # what the page of a new case always gives
NOT_JSON = Fault("not_json", "不是合格的 JSON：{reason}", "expected JSON, found: {reason}")


def models_of(model: Path, others: Iterable[Path]) -> dict[str, Source | None]:
    """The models that a file calls, as far as they are among ``others``, beside it, or come with the product."""
    try:
        wanted = called_models(model.read_bytes())
    except ModelRefused:
        return {}
    if not wanted:
        return {}
    known = {**shipped(), **_named((*sorted(model.parent.glob("*.bpmn")), *others))}
    return {name: source_of(known[name], known) for name in wanted if name in known}


def _named(files: Iterable[Path]) -> dict[str, Path]:
    """Files by the names of their models; those that cannot be read are said to be so where they are checked."""
    found: dict[str, Path] = {}
    for file in files:
        try:
            found.setdefault(survey(load(file.read_bytes())).process_id, file)
        except ModelRefused:
            continue
    return found


def feed_of(model: Path) -> tuple[dict[str, Any], list[tuple[Path, Remark]]]:
    """The arguments ``feed`` and ``fields`` of ``engine.profile.check``; remarks on files that cannot be read."""
    feed, faults = _read(model.parent / "feed.json")
    if feed is None and not (model.parent / "items.toml").is_file():
        return {}, faults  # whoever starts its cases may give them anything
    fields: list[str] = []
    for path in sorted((model.parent / "forms").glob("*.json")):
        form, more = _read(path)
        faults += more
        fields += _keys(form)
    return {"feed": feed, "fields": [*fields, *GIVEN] if fields else ()}, faults


def _read(path: Path) -> tuple[Any, list[tuple[Path, Remark]]]:
    if not path.is_file():
        return None, []
    try:
        return json.loads(path.read_bytes()), []
    except ValueError as error:
        return None, [(path, NOT_JSON.at(None, getattr(error, "lineno", 1), reason=str(error)))]


def _keys(form: Any) -> Iterator[str]:
    """The fields that a form asks for, at any depth."""
    if isinstance(form, dict):
        if isinstance(form.get("key"), str):
            yield form["key"]
        for value in form.values():
            yield from _keys(value)
    elif isinstance(form, list):
        for value in form:
            yield from _keys(value)
