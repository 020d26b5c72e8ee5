"""Puts what ``bpmn/`` holds into the database: diagrams, items, working calendars. The same again changes nothing."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from engine.model import Definition
from monitors import calendars
from monitors.datasets import load_rows
from monitors.items import load_items
from webui.modelfolders import ROOT, beside, folders, in_order
from webui.wiring import Application

BY = "system"


def deploy_models(app: Application) -> list[str]:
    """Deploy every diagram below ``bpmn/`` with the decisions beside it; the names with their versions. Raises ModelRefused."""
    done: dict[Path, Definition] = {}
    for path in sorted(ROOT.rglob("*.bpmn")):
        deploy(app, path, BY, done)
    return [f"{one.name}@{one.version}" for one in done.values()]


def deploy(app: Application, model: Path, by: str, done: dict[Path, Definition] | None = None) -> Definition:
    """Deploy a diagram with the decisions beside it, behind those below ``bpmn/`` that it calls. Raises ModelRefused.

    ``done``: those that are deployed by now.
    """
    done = {} if done is None else done
    for path in in_order(model):
        if path not in done:
            done[path] = app.runtime.deploy(path.read_bytes(), by=by, decisions=beside(path))
    return done[model]


def load_registry(app: Application) -> int:
    """Enter the items of every ``items.toml``, the rows of every ``datasets.toml`` and, once, the seed years of the
    calendar; how many items."""
    count = 0
    with app.database.begin() as connection:
        if not calendars.version_of(connection, calendars.DEFAULT_CODE):
            calendars.seed(connection)
        for folder in folders():
            rows = [{"process": folder.name, **row} for row in _tables(folder.items, "item")]
            count += load_items(connection, rows)
            load_rows(connection, _tables(folder.datasets, "row"))
    return count


def _tables(file: Path, name: str) -> list[dict[str, Any]]:
    """The tables of that name in a file; none where it is not there."""
    if not file.exists():
        return []
    return list(tomllib.loads(file.read_text(encoding="utf-8")).get(name, ()))
